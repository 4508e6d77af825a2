"""Six-digit dates: unknown parts, impossible days, and the century (ICAO Doc 9303-3, 4.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

UNKNOWN = "<<"
ZERO = "00"
"""Stands for an unknown month or day in documents of many issuers; Doc 9303 has fillers."""
_AGES = 100  # two digits of a year tell the years of a century apart
_BEFORE = 50  # an expiry date lies from 50 years before to 49 years after today


@dataclass(frozen=True, slots=True)
class MrzDate:
    """A date as printed. ``iso`` has ``?`` for unknown digits and is None if nothing is known."""

    printed: str
    iso: str | None
    day: date | None  # None when a part is unknown or the day does not exist
    possible: bool  # a day of the calendar, or unknown in a way that is met in print
    zeros: bool = False  # unknown parts are printed as 00

    @property
    def partly_unknown(self) -> bool:
        return self.possible and self.day is None


def birth_date(printed: str, latest: date) -> MrzDate:
    """The last such day that is not after ``latest``."""
    return _read(printed, latest.year - _AGES + 1, latest)


def expiry_date(printed: str, today: date) -> MrzDate:
    """The such day that lies from 50 years before to 49 years after ``today``."""
    return _read(printed, today.year - _BEFORE, None)


def _read(printed: str, first: int, not_after: date | None) -> MrzDate:
    """The day in the hundred years from ``first``."""
    if printed.isdecimal() and printed.isascii():
        day = _day(_year(printed[:2], first), int(printed[2:4]), int(printed[4:]))
        if day and not_after and day > not_after:  # this year, but not yet: a century earlier
            day = _day(day.year - _AGES, day.month, day.day)
        if day or ZERO not in (printed[2:4], printed[4:]):
            return MrzDate(printed, day.isoformat() if day else None, day, day is not None)
    return _partial(printed, first)


def _partial(printed: str, first: int) -> MrzDate:
    """A date with unknown parts: two fillers, or 00 for a month or day."""
    year, month, day = printed[:2], printed[2:4], printed[4:6]
    zeros = ZERO in (month, day)
    month, day = (UNKNOWN if part == ZERO else part for part in (month, day))
    parts = (year, month, day)
    if not all(part == UNKNOWN or (part.isdecimal() and part.isascii()) for part in parts):
        return MrzDate(printed, None, None, possible=False)
    if parts == (UNKNOWN, UNKNOWN, UNKNOWN) or printed == ZERO * 3:
        return MrzDate(printed, None, None, possible=True, zeros=zeros)
    full = "????" if year == UNKNOWN else str(_year(year, first))
    iso = "-".join((full, month.replace("<", "?"), day.replace("<", "?")))
    return MrzDate(printed, iso, None, possible=_may_exist(year, month, day), zeros=zeros)


def _year(two: str, first: int) -> int:
    """The year with these last digits in the hundred years from ``first``."""
    return first + (int(two) - first) % _AGES


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
