"""Record: who a template belongs to, and what a search may be narrowed by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pipeline.faces.gallery.errors import EntryRefused

Sex = Literal["F", "M", "X"]
SEXES: tuple[str, ...] = get_args(Sex)
LONGEST = 128  # characters of an id or an office
YEARS = range(1850, 2200)


@dataclass(frozen=True, slots=True)
class Record:
    """One enrolled face's ``id`` (an application's number, say); None where nothing is known."""

    id: str
    office: str | None = None
    sex: Sex | None = None
    born: int | None = None  # year

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "office": self.office, "sex": self.sex, "born": self.born}


def check_records(records: Sequence[Record]) -> None:
    """Raise EntryRefused for the first record that cannot be kept."""
    # One test of the joined text costs a hundredth of a test of each id.
    ids = [record.id for record in records]
    if not (all(ids) and "".join(ids).isprintable() and max(map(len, ids), default=0) <= LONGEST):
        for name in ids:
            _check_text(name, "id", needed=True)
    for office in {record.office for record in records}:
        _check_text(office or "", "office", needed=False)
    for sex in {record.sex for record in records}:
        if sex is not None and sex not in SEXES:
            raise _refused(f"sex {sex!r} is none of {', '.join(SEXES)}")
    for born in {record.born for record in records}:
        if born is not None and born not in YEARS:
            raise _refused(f"birth year {born} is outside {YEARS.start}-{YEARS.stop - 1}")


def _check_text(text: str, what: str, *, needed: bool) -> None:
    if len(text) > LONGEST or not text.isprintable() or (needed and not text):
        raise _refused(f"{what} {text[:LONGEST]!r} is empty, too long or has control characters")


def _refused(why: str) -> EntryRefused:
    return EntryRefused("gallery.record", why, "Correct the entry and enrol it again.")
