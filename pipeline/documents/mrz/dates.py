"""Six-digit dates: unknown parts, impossible days, and the century (ICAO Doc 9303-3, 4.8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

UNKNOWN = "<<"


@dataclass(frozen=True, slots=True)
class MrzDate:
    """A date as printed. ``iso`` has ``?`` for unknown digits and is None if nothing is known."""

    printed: str
    iso: str | None
    day: date | None  # None when a part is unknown or the day does not exist
    possible: bool  # a day of the calendar, or unknown in a permitted way

    @property
    def partly_unknown(self) -> bool:
        return self.possible and self.day is None


def birth_date(printed: str, latest: date) -> MrzDate:
    """The last such day that is not after ``latest``."""
    return _read(printed, [latest.year - age for age in range(100)], latest)


def expiry_date(printed: str, today: date) -> MrzDate:
    """The such day that lies from 50 years before to 49 years after ``today``."""
    return _read(printed, range(today.year - 50, today.year + 50), None)


def _read(printed: str, years: Iterable[int], not_after: date | None) -> MrzDate:
    year, month, day = printed[:2], printed[2:4], printed[4:6]
    if not all(part == UNKNOWN or part.isdigit() for part in (year, month, day)):
        return MrzDate(printed, None, None, possible=False)
    if printed == UNKNOWN * 3:
        return MrzDate(printed, None, None, possible=True)
    full = _full_year(year, years)
    if UNKNOWN in (year, month, day):
        parts = (full, month.replace("<", "?"), day.replace("<", "?"))
        return MrzDate(printed, "-".join(parts), None, possible=_may_exist(year, month, day))
    found = _day(int(full), int(month), int(day))
    if found and not_after and found > not_after:  # this year, but not yet: a century earlier
        found = _day(int(full) - 100, int(month), int(day))
    return MrzDate(printed, found.isoformat() if found else None, found, possible=bool(found))


def _full_year(two: str, years: Iterable[int]) -> str:
    if two == UNKNOWN:
        return "????"
    return str(next(year for year in years if year % 100 == int(two)))


def _may_exist(year: str, month: str, day: str) -> bool:
    """Whether the known parts can belong to a day; 29 February needs no leap year here."""
    leap = 2000 if year == UNKNOWN else 2000 + int(year) % 4
    some_month = 1 if month == UNKNOWN else int(month)
    return _day(leap, some_month, 1 if day == UNKNOWN else int(day)) is not None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
