"""Clocks of a case: when each began, until when it runs, and whether a warning is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pipeline.findings import Finding, Severity, Words
from pipeline.sop.calendars import Calendar
from pipeline.sop.event import CaseEvents, Event
from pipeline.sop.procedure import Clock, Procedure


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    WARNING = "warning"  # it runs out within warn_days
    MET = "met"
    OVERRUN = "overrun"  # stopped too late, or not yet though its time is over
    VOID = "void"  # the case ended before it was stopped


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One run of a clock. It is met by whatever happens before ``due``."""

    clock: Clock
    started: datetime
    due: datetime
    stopped: datetime | None
    state: ClockState

    def to_dict(self) -> dict[str, Any]:
        return {
            "clock": self.clock.id,
            "state": self.state.value,
            "started": self.started.isoformat(),
            "due": self.due.isoformat(),
            "stopped": self.stopped.isoformat() if self.stopped else None,
            "limit": self.clock.limit,
            "unit": self.clock.unit,
            "source": self.clock.source,
        }


def clock_runs(
    procedure: Procedure, case: CaseEvents, calendar: Calendar, now: datetime
) -> tuple[ClockRun, ...]:
    """Every clock of ``case`` that has begun, as it stands at ``now``."""
    type_ = case.attribute("type")
    ended = has_ended(procedure, case)
    return tuple(
        _run(clock, start, stop, calendar, now, ended)
        for clock in procedure.clocks.values()
        if type_ not in clock.excluded_types
        for start, stop in _spans(procedure, clock, case.events)
    )


def clock_warnings(runs: tuple[ClockRun, ...]) -> Iterator[Finding]:
    """A finding for every clock that is about to run out, or has."""
    for run in runs:
        if run.state is ClockState.WARNING:
            yield _finding(run, "sop.clock_warning", "hampir habis", "is about to run out")
        elif run.state is ClockState.OVERRUN and run.stopped is None:
            yield _finding(run, "sop.clock_overrun", "sudah lewat", "has run out")


def has_ended(procedure: Procedure, case: CaseEvents) -> bool:
    """Did a result end the case (refused, on the watch list)?"""
    return any(
        event.attributes.get("result") in procedure.stages[event.stage].ends
        for event in case.events
        if event.stage in procedure.stages
    )


def counts(procedure: Procedure, event: Event) -> bool:
    """Is the stage of ``event`` done by it: no result that waits or ends?"""
    stage = procedure.stages.get(event.stage)
    result = event.attributes.get("result", "")
    return stage is not None and result not in stage.waits and result not in stage.ends


def _finding(run: ClockRun, code: str, id_: str, en: str) -> Finding:
    due = run.due.isoformat(timespec="minutes")
    return Finding(
        code=code,
        severity=Severity.REVIEW,
        subject=run.clock.id,
        value=due,
        limit=run.clock.limit,
        clause=run.clock.source,
        message=Words(
            id=f"Jangka waktu {run.clock.label.id} {id_}: sampai {due}",
            en=f"The clock {run.clock.label.en} {en}: until {due}",
        ),
    )


def _spans(
    procedure: Procedure, clock: Clock, events: tuple[Event, ...]
) -> Iterator[tuple[datetime, datetime | None]]:
    """Start and stop of every run: a stop without a start before it is none."""
    start: datetime | None = None
    for event in events:
        if start is not None and _marks(procedure, event, clock.stop):
            yield start, event.time
            start = None
        elif (start is None or clock.last_start) and _marks(procedure, event, clock.start):
            start = event.time
    if start is not None:
        yield start, None


def _marks(procedure: Procedure, event: Event, marker: tuple[str, str]) -> bool:
    stage, result = marker
    if event.stage != stage:
        return False
    return event.attributes.get("result") == result if result else counts(procedure, event)


def _run(
    clock: Clock,
    started: datetime,
    stopped: datetime | None,
    calendar: Calendar,
    now: datetime,
    ended: bool,
) -> ClockRun:
    day = calendar.local(started)
    working = clock.unit == "working_days"
    last = calendar.add(day, clock.limit) if working else day + timedelta(days=clock.limit)
    due = calendar.end_of(last)
    state = ClockState.MET
    if (stopped or now) >= due:
        state = ClockState.VOID if ended and stopped is None else ClockState.OVERRUN
    elif stopped is None:
        today = calendar.local(now)
        left = calendar.between(today, last) if working else (last - today).days
        state = ClockState.WARNING if left <= clock.warn_days else ClockState.RUNNING
        state = ClockState.VOID if ended else state
    return ClockRun(clock, started, due, stopped, state)
