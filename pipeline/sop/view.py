"""CaseView: one case with everything that rules of deviation ask about, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from pipeline.findings import Words
from pipeline.sop.alignment import Alignment, align
from pipeline.sop.calendars import Calendars
from pipeline.sop.clocks import ClockRun, clock_runs, counts
from pipeline.sop.event import BrokenRow, CaseEvents, Event
from pipeline.sop.order import PartialOrder
from pipeline.sop.procedure import Procedure

LARGEST_CACHE = 50_000  # variants; a log has hundreds, noise must not fill the memory
LONGEST_TRACE = 1_000  # steps of one case that are aligned; the rest is a broken log (D14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One deviation of one case. ``code`` is D01 to D14."""

    code: str
    case: str
    office: str
    stage: str
    at: datetime
    actor: str
    value: float | str | None
    limit: float | str | None
    source: str  # of the rule that is broken
    message: Words
    overridden_by: str = ""  # who let it pass, where somebody did

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "case": self.case,
            "office": self.office,
            "stage": self.stage,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "value": self.value,
            "limit": self.limit,
            "source": self.source,
            "overridden_by": self.overridden_by,
            "message": self.message.to_dict(),
        }


@dataclass
class Judge:
    """What all cases of a log are looked at with; keeps the alignment of every variant."""

    procedure: Procedure
    calendars: Calendars
    now: datetime
    _variants: dict[tuple[PartialOrder, tuple[str, ...]], Alignment] = field(default_factory=dict)

    def align(self, trace: tuple[str, ...], type_: str) -> Alignment:
        """The alignment of ``trace`` with what the case ought to have passed so far."""
        order = self.procedure.order_for(type_)
        key = (order, trace[:LONGEST_TRACE])
        known = self._variants.get(key)
        if known is None:
            if len(self._variants) >= LARGEST_CACHE:
                self._variants.clear()
            known = self._variants[key] = align(key[1], order.so_far(key[1]))
        return known

    @property
    def variants(self) -> int:
        """How many different traces have been seen since the cache was last emptied."""
        return len(self._variants)


@dataclass
class CaseView:
    """One case; what costs something is worked out when a rule first asks."""

    judge: Judge
    case: CaseEvents
    broken: tuple[BrokenRow, ...] = ()

    @property
    def procedure(self) -> Procedure:
        return self.judge.procedure

    @property
    def events(self) -> tuple[Event, ...]:
        return self.case.events

    @cached_property
    def office(self) -> str:
        return self.case.office

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """Every attribute with its last value."""
        return {name: v for event in self.events for name, v in event.attributes.items() if v}

    @property
    def type(self) -> str:
        return self.attributes.get("type", "")

    @cached_property
    def alignment(self) -> Alignment:
        return self.judge.align(self.case.trace, self.type)

    @cached_property
    def by_stage(self) -> Mapping[str, list[Event]]:
        """The events of every stage, oldest first."""
        found: dict[str, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.stage, []).append(event)
        return found

    @cached_property
    def clocks(self) -> tuple[ClockRun, ...]:
        calendar = self.judge.calendars.of(self.office)
        return clock_runs(self.procedure, self.case, calendar, self.judge.now)

    def done(self, stage: str) -> Event | None:
        """The first event that finished ``stage``."""
        events = self.by_stage.get(stage, ())
        return next((event for event in events if counts(self.procedure, event)), None)

    def label(self, stage: str) -> Words:
        """The words for a stage; its own name if the profile has none."""
        known = self.procedure.stages.get(stage)
        return known.label if known else Words(id=stage, en=stage)

    def deviation(
        self,
        code: str,
        event: Event | None,
        message: Words,
        *,
        stage: str = "",
        value: float | str | None = None,
        limit: float | str | None = None,
        source: str = "",
    ) -> Deviation:
        """A deviation of this case at ``event``, or at its last event."""
        at = event or self.events[-1]
        return Deviation(
            code=code,
            case=self.case.case,
            office=at.office or self.office,
            stage=stage or at.stage,
            at=at.time,
            actor=event.actor if event else "",
            value=value,
            limit=limit,
            source=source or self.procedure.deviations[code].source,
            message=message,
            overridden_by=event.attributes.get("override_by", "") if event else "",
        )
