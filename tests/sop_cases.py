"""Cases for tests of the procedure: generated clean ones, and steps written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from fixtures.sop.log import Asked, Truth, generate
from pipeline.sop.analysis import LogReport, analyse
from pipeline.sop.calendar_rules import zone_of
from pipeline.sop.event import CaseEvents, Event
from pipeline.sop.procedure import Procedure
from pipeline.sop.profile import load_procedure
from pipeline.sop.stream import ByCase
from pipeline.sop.view import Deviation

WIB = zone_of("WIB")
MORNING = datetime(2026, 6, 2, 8, tzinfo=WIB)


def a_case(**changes: str) -> list[Event]:
    """The first clean case that was made, with ``type=...`` as its attribute."""
    events = list(generate(Asked(seed=4, cases=1, offices=1)))
    first = events[0]
    told = {**first.attributes, **changes}
    head = Event(first.case, first.stage, first.time, first.actor, first.role, first.office, told)
    return [head, *events[1:]]


def step(stage: str, minutes: float = 0, actor: str = "", role: str = "", **told: str) -> Event:
    """An event so many minutes after eight."""
    time = MORNING + timedelta(minutes=minutes)
    return Event("1", stage, time, actor, role, "Kanim X", told)


def a_log(code: str, rate: float = 0.15, cases: int = 100) -> tuple[list[Event], Truth]:
    """Events of two offices of which some cases deviate by ``code``, and which."""
    truth = Truth()
    asked = Asked(seed=3, cases=cases, offices=2, rates={code: rate} if code else {})
    return list(generate(asked, truth)), truth


def found_in(
    events: Iterable[Event], procedure: Procedure | None = None
) -> tuple[list[Deviation], LogReport]:
    """Every deviation of a log, and its report."""
    found: list[Deviation] = []
    report = analyse(events, procedure or load_procedure(), each=found.append)
    return found, report


def cases_of(events: list[Event]) -> list[CaseEvents]:
    """The events by case."""
    return list(ByCase(events).cases())
