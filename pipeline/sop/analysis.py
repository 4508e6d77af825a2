"""A whole log against a procedure: every case once, its deviations told as they are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline.sop.calendars import Calendars, calendars
from pipeline.sop.deviations import deviation_rules
from pipeline.sop.event import BrokenRow, Event
from pipeline.sop.procedure import Procedure
from pipeline.sop.stream import ByCase
from pipeline.sop.tally import Tally, month_of
from pipeline.sop.view import CaseView, Deviation, Judge

Told = Callable[[Deviation], None]
CaseTold = Callable[[CaseView, list[Deviation]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """What a log shows. ``broken`` counts rows that are no events, of a known case or of none."""

    procedure: Procedure
    as_of: datetime
    tally: Tally
    broken: tuple[BrokenRow, ...]
    variants: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "procedure": self.procedure.to_dict(),
            "as_of": self.as_of.isoformat(),
            "variants": self.variants,
            "broken": len(self.broken),
            "broken_rows": [row.to_dict() for row in self.broken[:100]],
            **self.tally.to_dict(),
        }


def analyse(
    events: Iterable[Event],
    procedure: Procedure,
    *,
    offices: Calendars | None = None,
    as_of: datetime | None = None,
    broken: Iterable[BrokenRow] = (),
    each: Told | None = None,
    each_case: CaseTold | None = None,
) -> LogReport:
    """Judge every case; ``each`` is told every deviation, ``each_case`` every case.

    ``as_of`` is when running clocks are looked at (default: the last event of the log). ``broken``
    is read after ``events``, so that a list that a reader fills meanwhile may be given.
    """
    tally = Tally(procedure)
    rules = deviation_rules()
    with ByCase(events) as cases:
        now = as_of or (cases.latest if cases.events else datetime.now(UTC))
        judge = Judge(procedure, offices or calendars(procedure.calendar), now)
        rows = _rows(broken)
        collectors = [rule.across(procedure) for rule in rules if rule.across]
        homes: dict[str, tuple[str, str]] = {}
        places: dict[tuple[str, str], tuple[str, str]] = {}  # one object for equal homes
        known: set[tuple[str, str, str]] = set()
        for case in cases.cases():
            view = CaseView(judge, case, tuple(rows.get(case.case, ())))
            found = _judged(view, tally)
            for collector in collectors:
                collector.see(view)
            _tell(found, each)
            if each_case is not None:
                each_case(view, found)
            home = (view.office, month_of(view))
            homes[case.case] = places.setdefault(home, home)
            tally.add(found, *home)
            known.update((one.case, one.code, one.stage) for one in found)
    across = [
        deviation
        for collector in collectors
        for deviation in collector.finish()
        if (deviation.case, deviation.code, deviation.stage) not in known
    ]
    _add_across(across, homes, tally)
    _tell(across, each)
    lost = tuple(row for some in rows.values() for row in some)
    return LogReport(
        procedure=procedure, as_of=now, tally=tally, broken=lost, variants=judge.variants
    )


def judge_case(view: CaseView) -> tuple[list[Deviation], list[str]]:
    """The deviations of one case, and the codes that its log cannot tell."""
    found: list[Deviation] = []
    silent: list[str] = []
    for rule in deviation_rules():
        told = rule.of_case(view)
        if told is None:
            silent.append(rule.code)
        else:
            found.extend(told)
    return found, silent


def _judged(view: CaseView, tally: Tally) -> list[Deviation]:
    found, silent = judge_case(view)
    tally.unassessed.update(silent)
    tally.add_case(view, view.alignment.fitness)
    return found


def _tell(found: list[Deviation], each: Told | None) -> None:
    if each is not None:
        for deviation in found:
            each(deviation)


def _add_across(found: list[Deviation], homes: dict[str, tuple[str, str]], tally: Tally) -> None:
    by_case: dict[str, list[Deviation]] = defaultdict(list)
    for deviation in found:
        by_case[deviation.case].append(deviation)
    for case, some in by_case.items():
        tally.add(some, *homes[case])


def _rows(broken: Iterable[BrokenRow]) -> dict[str, list[BrokenRow]]:
    rows: dict[str, list[BrokenRow]] = defaultdict(list)
    for row in broken:
        rows[row.case].append(row)
    return rows
