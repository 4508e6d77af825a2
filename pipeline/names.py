"""Are two spellings of a person's name the same name? Harmless differences told from real ones.

Source: ICAO Doc 9303-3 (8th edition), 4.6 (name field, truncation) and section 6 (transliteration).
Indonesian names have no fixed surname: an issuer splits "SARI DEWI" either way, a person with one
name has it in the surname field alone, doubled, or beside a filler such as FNU.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from pipeline.documents.distance import edit_distance

Likeness = Literal["equal", "similar", "different"]

# Doc 9303-3, section 6, table A: letters for which an issuer may choose.
_CHOICES = {
    "Ä": ("AE", "A"), "Å": ("AA", "A"), "Æ": ("AE",), "Ð": ("D",), "Đ": ("D",), "Ħ": ("H",),
    "I": ("I",), "ı": ("I",), "Ĳ": ("IJ",), "Ł": ("L",), "Ŋ": ("N",), "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"), "Ø": ("OE",), "Œ": ("OE",), "ẞ": ("SS",), "ß": ("SS",), "Þ": ("TH",),
    "Ŧ": ("T",), "Ü": ("UE", "UXX", "U"),
}  # fmt: skip
_VANISH = "'`´’‘ʼ."  # 4.6: apostrophes are left out; a dot ends an abbreviation
_FILLERS = frozenset({"FNU", "LNU", "XXX"})  # first, last name unknown
_MOST_SPELLINGS = 32  # of one name; a name with more letters of choice is read by first choice
_MUHAMMAD = frozenset({"MUHAMMAD", "MUHAMAD", "MOHAMMAD", "MOHAMAD", "MOCHAMMAD", "MOCHAMAD"})
_SHORT_MUHAMMAD = frozenset({"M", "MUH", "MOH", "MOCH", "MHD", "MOHD", "MUHD", "MD"})


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
    reason: Literal["", "spelling", "order", "abbreviation", "truncation"] = ""


def compare_names(first: Name, second: Name, review_distance: int) -> NameComparison:
    """Equal, similar (up to ``review_distance`` letters, another order, abbreviated) or different.

    Case, accents, punctuation, hyphens and blanks make no difference.
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
    return _spellings(name)[0]


def _rank(found: NameComparison) -> tuple[int, int]:
    return ("equal", "similar", "different").index(found.likeness), found.distance


def _orders(name: Name) -> list[tuple[str, ...]]:
    """Every way to write the name in one row: its spellings, the surname last and first."""
    given, surname = _spellings(name.given), _spellings(name.surname)
    rows = [
        order
        for front, back in product(given, surname)
        for order in (_meant((*front, *back)), _meant((*back, *front)))
        if order
    ]
    return list(dict.fromkeys(rows))


def _meant(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Without fillers for a missing name, and a single name that was doubled once only."""
    kept = tuple(part for part in parts if part not in _FILLERS) or parts
    return kept[:1] if len(set(kept)) == 1 else kept


def _spellings(name: str) -> list[tuple[str, ...]]:
    """The name's parts in A-Z, once for each choice that Doc 9303 leaves."""
    choices = [_choice(letter) for letter in unicodedata.normalize("NFC", name)]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > _MOST_SPELLINGS:
        choices = [choice[:1] for choice in choices]
    return list(dict.fromkeys(tuple("".join(row).split()) for row in product(*choices)))


def _choice(letter: str) -> tuple[str, ...]:
    upper = letter if letter in _CHOICES else letter.upper()
    if upper in _CHOICES:
        return _CHOICES[upper]
    if upper in _VANISH:
        return ("",)
    plain = "".join(c for c in unicodedata.normalize("NFKD", upper) if not unicodedata.combining(c))
    letters = "".join(c for c in plain.upper() if c.isalnum())
    return (letters or " ",)


def _compare_parts(
    first: tuple[str, ...], second: tuple[str, ...], review_distance: int
) -> NameComparison:
    one, other = "".join(first), "".join(second)
    distance = edit_distance(one, other)
    if distance == 0:
        return NameComparison("equal", 0)
    if sorted(first) == sorted(second):
        return NameComparison("similar", distance, "order")
    if _abbreviated(first, second):
        return NameComparison("similar", distance, "abbreviation")
    if distance <= review_distance:
        return NameComparison("similar", distance, "spelling")
    return NameComparison("different", distance)


def _abbreviated(first: Sequence[str], second: Sequence[str]) -> bool:
    """Part by part equal, or one the other's initial or the usual short form of Muhammad."""
    if len(first) != len(second):
        return False
    return all(
        one == other or _short_for(one, other) or _short_for(other, one)
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
    for parts in (name_parts(whole.full), *_orders(whole)):
        turns = [(*parts[i:], *parts[:i]) for i in range(len(parts))]
        if any(_carries(turn, zone) for turn in turns):
            return True
    return False


def _carries(parts: Sequence[str], zone: Sequence[str]) -> bool:
    """Each part of the zone begins the part in its place; the last ones may be missing."""
    if not zone or len(zone) > len(parts):
        return False
    return all(part.startswith(cut) for cut, part in zip(zone, parts, strict=False))
