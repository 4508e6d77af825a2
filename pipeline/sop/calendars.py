"""Working days: the holidays of the country, and what an office does differently.

An office calendar is a TOML file with a table per office (or ``default``):

    ["Kanim Kelas I Denpasar"]
    zone = "WITA"
    closed = [2026-03-05]      # a local holiday
    open = [2026-03-28]        # a Saturday on which it works
    weekend = [6, 7]           # ISO numbers: 6 is Saturday
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from pipeline.sop.calendar_rules import known_zone, zone_of
from pipeline.sop.errors import ProfileError
from pipeline.sop.procedure import CalendarRule

_KEYS = ("zone", "closed", "open", "weekend")
_DEFAULT = "default"
WEEKEND = frozenset({6, 7})


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working days and the zone of one office."""

    rule: CalendarRule
    zone: timezone
    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()
    weekend: frozenset[int] = WEEKEND

    def is_working(self, day: date) -> bool:
        """Does the office work on ``day``?"""
        return day.toordinal() in self._days(day.year)[1]

    def add(self, day: date, count: int) -> date:
        """The working day that is ``count`` working days after ``day``, which is not counted."""
        left, year, after = count, day.year, day.toordinal()
        while True:
            ordinals = self._days(year)[0]
            first = bisect_right(ordinals, after)
            if left <= len(ordinals) - first:
                return date.fromordinal(ordinals[first + left - 1]) if left else day
            left -= len(ordinals) - first
            year += 1

    def between(self, start: date, end: date) -> int:
        """How many working days lie after ``start`` and not after ``end``; negative if reversed."""
        if end < start:
            return -self.between(end, start)
        low, high = start.toordinal(), end.toordinal()
        return sum(
            bisect_right(days, high) - bisect_right(days, low)
            for days, _ in map(self._days, range(start.year, end.year + 1))
        )

    def local(self, moment: datetime) -> date:
        """The date of ``moment`` at the office."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The first moment after ``day`` at the office."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone)

    @lru_cache(maxsize=512)  # noqa: B019 - a few calendars a run, each as old as the run
    def _days(self, year: int) -> tuple[list[int], frozenset[int]]:
        holidays = _holidays(self.rule.country, self.rule.categories, year)
        days = []
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            free = day.isoweekday() in self.weekend or day in holidays or day in self.closed
            if day in self.open or not free:
                days.append(ordinal)
        return days, frozenset(days)


@dataclass(frozen=True)
class Calendars:
    """The calendar of every office; offices without one of their own share the default."""

    default: Calendar
    offices: Mapping[str, Calendar]

    def of(self, office: str) -> Calendar:
        """The calendar of ``office``."""
        return self.offices.get(office, self.default)


def calendars(rule: CalendarRule, file: Path | None = None) -> Calendars:
    """The calendars of a procedure, with the offices of ``file``. Raises ProfileError."""
    plain = Calendar(rule, zone_of(rule.zone))
    if file is None:
        return Calendars(plain, {})
    tables = _read(file)
    default = _calendar(plain, tables.get(_DEFAULT, {}), file, _DEFAULT)
    return Calendars(
        default, {name: _calendar(default, table, file, name) for name, table in tables.items()}
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        _refuse(file, "missing", f"cannot be read: {error.strerror}", "Name another file.")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        _refuse(file, "malformed", str(error), "Correct the TOML at that place.")


def _calendar(base: Calendar, table: Any, file: Path, office: str) -> Calendar:
    place = f"[{office!r}]"
    if not isinstance(table, Mapping) or (strange := sorted(set(table) - set(_KEYS))):
        what = strange[0] if isinstance(table, Mapping) else office
        _refuse(file, "unknown_key", f"{place}: {what!r}", f"Known: {', '.join(_KEYS)}.")
    zone = table.get("zone", base.rule.zone)
    if not isinstance(zone, str) or not known_zone(zone):
        _refuse(file, "zone", f"{place}: {zone!r}", "Write WIB, WITA, WIT or +07:00.")
    weekend = table.get("weekend", sorted(base.weekend))
    if not isinstance(weekend, list) or not set(weekend) <= set(range(1, 8)):
        _refuse(file, "value", f"{place} weekend: {weekend!r}", "Write ISO numbers, 1 to 7.")
    return Calendar(
        base.rule,
        zone_of(zone) if "zone" in table else base.zone,
        base.closed | _dates(table, "closed", file, place),
        base.open | _dates(table, "open", file, place),
        frozenset(weekend),
    )


def _dates(table: Mapping[str, Any], key: str, file: Path, place: str) -> frozenset[date]:
    days = table.get(key, [])
    if not isinstance(days, list) or not all(type(day) is date for day in days):
        _refuse(file, "value", f"{place} {key}: {days!r}", "Write dates: [2026-03-05].")
    return frozenset(days)


def _refuse(file: Path, code: str, text: str, advice: str) -> NoReturn:
    raise ProfileError(f"sop.calendar_{code}", f"office calendar {file}: {text}", advice)


@lru_cache(maxsize=512)
def _holidays(country: str, categories: tuple[str, ...], year: int) -> frozenset[date]:
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, years=year, categories=categories))
    except (NotImplementedError, ValueError) as error:
        text = f"no holidays for {country}, {', '.join(categories)}: {error}"
        advice = "Correct country and categories under [calendar] of the SOP profile."
        raise ProfileError("sop.calendar_country", text, advice) from error
