"""Are two spellings of a person's name the same name? Harmless differences told from real ones.

Source: ICAO Doc 9303-3 (8th edition), 4.6 (name field, truncation) and section 6 (transliteration).
Indonesian names have no fixed surname: an issuer splits "SARI DEWI" either way, a person with one
name has it in the surname field alone, doubled, or beside a filler such as FNU.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from pipeline.documents.distance import edit_distance
from pipeline.names.letters import (
    Part,
    can_be_same,
    can_begin,
    first_form,
    joined,
    readings,
    spellings,
)

Likeness = Literal["equal", "similar", "different"]
Reason = Literal["", "spelling", "order", "abbreviation", "truncation", "title", "transcription"]

_FILLERS = frozenset({"FNU", "LNU", "XXX"})  # first, last name unknown
_MOST_SPELLINGS = 8  # of one name, whose letters are counted against the other's
_MUHAMMAD = frozenset({"MUHAMMAD", "MUHAMAD", "MOHAMMAD", "MOHAMAD", "MOCHAMMAD", "MOCHAMAD"})
_SHORT_MUHAMMAD = frozenset({"M", "MUH", "MOH", "MOCH", "MHD", "MOHD", "MUHD", "MD"})
_TITLES = frozenset({
    "DR", "PROF", "SIR", "MR", "MRS", "MS", "JR", "SR", "II", "III",  # Doc 9303-3, 4.6
    "IR", "DRS", "DRA", "H", "HJ", "SH", "SE", "ST", "MM", "MSC", "PHD",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name as one source has it. ``surname`` is empty where the source does not divide it."""

    given: str
    surname: str = ""
    truncated: bool = False  # the machine-readable zone was too short for it

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.given.strip(), self.surname.strip()) if part)


@dataclass(frozen=True, slots=True)
class NameComparison:
    """How alike two names are; ``distance`` counts letters, ``reason`` says what was forgiven."""

    likeness: Likeness
    distance: int
    reason: Reason = ""


Row = tuple[Part, ...]


def compare_names(first: Name, second: Name, review_distance: int) -> NameComparison:
    """Equal, similar (up to ``review_distance`` letters, another order, abbreviated) or different.

    Case, accents, scripts (Latin, Cyrillic, Arabic), punctuation, hyphens and blanks make no
    difference.
    """
    best: NameComparison | None = None
    for one, other in product(_orders(first), _orders(second)):
        found = _compare_parts(one, other, review_distance)
        if best is None or _rank(found) < _rank(best):
            best = found
    if best is None:
        return NameComparison("different", max(len(first.full), len(second.full)))
    if best.likeness != "equal" and _cut_short(first, second):
        return NameComparison("equal", best.distance, "truncation")
    return best


def name_parts(name: str) -> tuple[str, ...]:
    """The parts of ``name`` in A-Z, letters of choice in their first spelling."""
    return tuple(map(first_form, readings(name)[0]))


def _rank(found: NameComparison) -> tuple[int, int]:
    return ("equal", "similar", "different").index(found.likeness), found.distance


def _orders(name: Name) -> list[Row]:
    """Every way to write the name in one row: its languages, the surname last and first."""
    given, surname = readings(name.given), readings(name.surname)
    rows = [
        row
        for front, back in product(given, surname)
        for order in ((*front, *back), (*back, *front))
        for row in _meant(order)
        if row
    ]
    return list(dict.fromkeys(rows))


def _meant(parts: Row) -> tuple[Row, ...]:
    """Without fillers for a missing name; a single name that is doubled also once."""
    kept = tuple(part for part in parts if first_form(part) not in _FILLERS) or parts
    return (kept, kept[:1]) if len(set(kept)) == 1 else (kept,)


def _compare_parts(first: Row, second: Row, review_distance: int) -> NameComparison:
    if can_be_same(joined(first), joined(second)):
        return NameComparison("equal", 0)
    distance = _letters_apart(first, second)
    if _paired(first, second, can_be_same):
        return NameComparison("similar", distance, "order")
    if _abbreviated(first, second):
        return NameComparison("similar", distance, "abbreviation")
    if can_be_same(joined(_untitled(first)), joined(_untitled(second))):
        return NameComparison("similar", distance, "title")
    if distance <= review_distance:
        return NameComparison("similar", distance, "spelling")
    return NameComparison("different", distance)


def _letters_apart(first: Row, second: Row) -> int:
    pairs = product(spellings(first, _MOST_SPELLINGS), spellings(second, _MOST_SPELLINGS))
    return min(edit_distance(one, other) for one, other in pairs)


def _paired(first: Row, second: Row, alike: Callable[[Part, Part], bool]) -> bool:
    """Whether each part of one has a part of the other, in any order."""
    left = list(second)
    for part in first:
        partner = next((other for other in left if alike(part, other)), None)
        if partner is None:
            return False
        left.remove(partner)
    return not left


def _untitled(parts: Row) -> Row:
    """Without titles, which Doc 9303-3, 4.6 leaves out of the zone; unchanged if all are."""
    return tuple(part for part in parts if first_form(part) not in _TITLES) or parts


def _abbreviated(first: Row, second: Row) -> bool:
    """Part by part equal, or one the other's initial or the usual short form of Muhammad."""
    if len(first) != len(second):
        return False
    return all(
        can_be_same(one, other)
        or _short_for(first_form(one), first_form(other))
        or _short_for(first_form(other), first_form(one))
        for one, other in zip(first, second, strict=True)
    )


def _short_for(short: str, long: str) -> bool:
    if short in _SHORT_MUHAMMAD and long in _MUHAMMAD:
        return True
    return len(short) == 1 and long.startswith(short)


def _cut_short(first: Name, second: Name) -> bool:
    """Whether a truncated name is what the zone had room for of the other."""
    if first.truncated == second.truncated:
        return False
    cut, whole = (first, second) if first.truncated else (second, first)
    zone = name_parts(f"{cut.surname} {cut.given}")
    rows = (*readings(whole.full), *_orders(whole))
    return any(
        _carries(turn, zone)
        for row in rows
        for parts in (row, _untitled(row))
        for turn in _turns(parts)
    )


def _turns(parts: Row) -> list[Row]:
    return [(*parts[i:], *parts[:i]) for i in range(len(parts))]


def _carries(parts: Sequence[Part], zone: Sequence[str]) -> bool:
    """Each part of the zone begins the part in its place; the last ones may be missing."""
    if not zone or len(zone) > len(parts):
        return False
    return all(can_begin(part, cut) for cut, part in zip(zone, parts, strict=False))
