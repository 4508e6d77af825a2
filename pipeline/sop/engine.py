"""The engine: which stages of a case are open, and what the profile says to the next event.

It decides nothing by itself: a refusal is told with its code and source, and whoever may override
it does so by name and with a reason, which stay with the event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pipeline.findings import Words
from pipeline.sop.calendars import Calendar, calendars
from pipeline.sop.clocks import ClockState, clock_runs, counts, has_ended
from pipeline.sop.event import CaseEvents, Event
from pipeline.sop.order import PartialOrder
from pipeline.sop.procedure import Procedure, Stage


@dataclass(frozen=True, slots=True)
class OpenStage:
    """A stage that may be done now, by whom, and by whom not (pairs of eyes)."""

    stage: str
    label: Words
    roles: frozenset[str]
    barred: frozenset[str]
    optional: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "label": self.label.to_dict(),
            "roles": sorted(self.roles),
            "barred": sorted(self.barred),
            "optional": self.optional,
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event is not as the profile has it."""

    code: str
    message: Words
    source: str

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message.to_dict(), "source": self.source}


@dataclass(frozen=True, slots=True)
class Override:
    """Who lets an event pass that was refused, in which role, and why."""

    by: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the engine says to an event. ``event`` is what to record; None if it is refused."""

    event: Event | None
    refusals: tuple[Refusal, ...]

    @property
    def allowed(self) -> bool:
        return self.event is not None

    def to_dict(self) -> dict[str, Any]:
        return {
            "allowed": self.allowed,
            "refusals": [refusal.to_dict() for refusal in self.refusals],
            "event": self.event.to_dict() if self.event else None,
        }


def open_stages(
    procedure: Procedure, case: CaseEvents | None, type_: str = ""
) -> tuple[OpenStage, ...]:
    """The stages that may be done next; none once the case has ended or all is done.

    ``case`` None: a new one.
    """
    done = _done(procedure, case)
    order = procedure.order_for(type_ or (case.attribute("type") if case else ""))
    if order.required <= done or (case is not None and has_ended(procedure, case)):
        return ()
    return tuple(
        OpenStage(
            name,
            procedure.stages[name].label,
            procedure.stages[name].roles,
            _barred(procedure, case, name),
            name not in order.required,
        )
        for name in order.stages
        if name not in done and not _missing(procedure, order, name, done)
    )


def check(
    procedure: Procedure,
    case: CaseEvents | None,
    event: Event,
    override: Override | None = None,
    calendar: Calendar | None = None,
) -> Verdict:
    """May ``event`` follow ``case``? With an override that is allowed it may, and carries it.

    ``calendar`` is the office's, for clocks that cancel (default: the profile's).
    """
    days = calendar or calendars(procedure.calendar).default
    refusals = tuple(_refusals(procedure, case, event, days))
    if not refusals:
        return Verdict(event, ())
    if override is None:
        return Verdict(None, refusals)
    against = _against(procedure, event, override, refusals)
    if against is not None:
        return Verdict(None, (*refusals, against))
    told = {
        "override_by": override.by,
        "override_role": override.role,
        "override_reason": override.reason.strip(),
        "override_codes": " ".join(refusal.code for refusal in refusals),
    }
    return Verdict(replace(event, attributes={**event.attributes, **told}), refusals)


def replay(
    procedure: Procedure, case: CaseEvents, calendar: Calendar | None = None
) -> Iterator[tuple[Event, Verdict]]:
    """What the engine would have said to each event of a finished log, as it came."""
    days = calendar or calendars(procedure.calendar).default
    for number, event in enumerate(case.events):
        before = CaseEvents(case.case, case.events[:number]) if number else None
        yield event, check(procedure, before, event, calendar=days)


def _against(
    procedure: Procedure, event: Event, override: Override, refusals: tuple[Refusal, ...]
) -> Refusal | None:
    """Why the override itself does not hold."""
    firm = [r.code for r in refusals if r.code in procedure.never_overridden]
    source = "[overrides]"
    if firm:
        text = Words(id=f"{firm[0]} tidak boleh dilangkahi", en=f"{firm[0]} must not be overridden")
        return Refusal("sop.override_never", text, source)
    if override.role not in procedure.override_roles:
        text = Words(
            id=f"Peran {override.role} tidak berwenang", en=f"Role {override.role} may not override"
        )
        return Refusal("sop.override_role", text, source)
    if not override.reason.strip() or not override.by:
        text = Words(id="Nama dan alasan wajib", en="A name and a reason are needed")
        return Refusal("sop.override_reason", text, source)
    if override.by == event.actor:
        text = Words(id="Harus orang lain", en="It must be another person than the actor")
        return Refusal("sop.override_self", text, source)
    return None


def _refusals(
    procedure: Procedure, case: CaseEvents | None, event: Event, calendar: Calendar
) -> Iterator[Refusal]:
    stage = procedure.stages.get(event.stage)
    if stage is None:
        text = Words(id=f"Tahap tidak dikenal: {event.stage}", en=f"Unknown stage: {event.stage}")
        yield Refusal("sop.stage_unknown", text, procedure.name)
        return
    if case is not None:
        yield from _times(procedure, case, event)
        yield from _cancelled(procedure, case, event, calendar)
    yield from _order(procedure, case, event, stage)
    yield from _persons(procedure, case, event, stage)
    yield from _papers(procedure, case, event, stage)


def _times(procedure: Procedure, case: CaseEvents, event: Event) -> Iterator[Refusal]:
    if has_ended(procedure, case):
        text = Words(id="Kasus sudah berakhir", en="The case has ended")
        yield Refusal("sop.case_ended", text, procedure.name)
    if event.time < case.events[-1].time:
        text = Words(
            id="Waktu lebih awal dari kejadian terakhir", en="Earlier than the case's last event"
        )
        yield Refusal("sop.time_reversed", text, procedure.name)


def _cancelled(
    procedure: Procedure, case: CaseEvents, event: Event, calendar: Calendar
) -> Iterator[Refusal]:
    """A clock that cancels the application has run out before ``event``."""
    for run in clock_runs(procedure, case, calendar, event.time):
        if run.clock.cancels and run.stopped is None and run.state is ClockState.OVERRUN:
            due, label = run.due.isoformat(timespec="minutes"), run.clock.label
            text = Words(
                id=f"Permohonan batal: {label.id} sampai {due}",
                en=f"The application is cancelled: {label.en} until {due}",
            )
            yield Refusal("sop.clock_out", text, run.clock.source)


def _order(
    procedure: Procedure, case: CaseEvents | None, event: Event, stage: Stage
) -> Iterator[Refusal]:
    done = _done(procedure, case)
    type_ = event.attributes.get("type") or (case.attribute("type") if case else "")
    order = procedure.order_for(type_)
    for name in _missing(procedure, order, stage.id, done):
        label = procedure.stages[name].label
        text = Words(id=f"{label.id} belum selesai", en=f"{label.en} is not done yet")
        yield Refusal("sop.not_open", text, stage.source)
    times = sum(e.stage == stage.id for e in case.events) if case else 0
    if times >= stage.most:
        text = Words(
            id=f"{stage.label.id} sudah {times} kali", en=f"{stage.label.en}: {times} times already"
        )
        yield Refusal("sop.too_often", text, stage.source)


def _persons(
    procedure: Procedure, case: CaseEvents | None, event: Event, stage: Stage
) -> Iterator[Refusal]:
    if event.role and event.role not in stage.roles:
        roles = ", ".join(sorted(stage.roles))
        text = Words(
            id=f"Peran {event.role} bukan untuk {stage.label.id} ({roles})",
            en=f"Role {event.role} is not one for {stage.label.en} ({roles})",
        )
        yield Refusal("sop.role", text, stage.source)
    if event.actor and event.actor in _barred(procedure, case, stage.id):
        text = Words(
            id="Orang yang sama tidak boleh melakukan keduanya",
            en="The same person must not do both stages",
        )
        source = next(r.source for r in procedure.four_eyes if stage.id in (r.stage, r.other))
        yield Refusal("sop.four_eyes", text, source)


def _papers(
    procedure: Procedure, case: CaseEvents | None, event: Event, stage: Stage
) -> Iterator[Refusal]:
    if not counts(procedure, event):
        return
    if stage.gate and event.attributes.get("gate") in ("failed", "overridden"):
        text = Words(
            id=f"Gerbang mutu {stage.gate} tidak lulus", en=f"Gate {stage.gate} not passed"
        )
        yield Refusal("sop.gate", text, stage.source)
    if not stage.needs_documents:
        return
    whole = CaseEvents(event.case, (*(case.events if case else ()), event))
    attributes = {k: v for e in whole.events for k, v in e.attributes.items() if v}
    type_, handed = attributes.get("type", ""), whole.words("documents")
    lost = procedure.lacking_documents(type_, handed, attributes)
    if lost is None:
        text = Words(
            id=f"Jenis permohonan tidak dikenal: {type_ or '-'}",
            en=f"Unknown type of application: {type_ or '-'}",
        )
        yield Refusal("sop.type_unknown", text, procedure.name)
    elif lost:
        text = Words(id=f"Tidak ada: {', '.join(lost)}", en=f"Missing: {', '.join(lost)}")
        yield Refusal("sop.documents", text, procedure.documents[type_][0].source)


def _missing(
    procedure: Procedure, order: PartialOrder, stage: str, done: frozenset[str]
) -> tuple[str, ...]:
    """The required stages that ``stage`` directly waits for and that are not done.

    What was let pass once is not refused again at every later stage.
    """
    lost: dict[str, None] = {}
    queue = list(procedure.stages[stage].after)
    for name in queue:
        if name in done:
            continue
        if name in order.required:
            lost[name] = None
        else:
            queue += procedure.stages[name].after
    return tuple(lost)


def _done(procedure: Procedure, case: CaseEvents | None) -> frozenset[str]:
    """The stages whose last event finished them: a stage that was sent back is open again."""
    last = {event.stage: event for event in case.events} if case else {}
    return frozenset(stage for stage, event in last.items() if counts(procedure, event))


def _barred(procedure: Procedure, case: CaseEvents | None, stage: str) -> frozenset[str]:
    """Who must not do ``stage`` because of what they did already."""
    if case is None:
        return frozenset()
    pairs = [(rule.stage, rule.other) for rule in procedure.four_eyes]
    others = {b if a == stage else a for a, b in pairs if stage in (a, b)}
    return frozenset(e.actor for e in case.events if e.stage in others and e.actor)
