"""D09: a clock ran out."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.clocks import ClockState
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation

_UNIT = {"working_days": ("hari kerja", "working days"), "days": ("hari", "days")}


def _overrun(view: CaseView) -> Iterator[Deviation]:
    for run in view.clocks:
        if run.state is not ClockState.OVERRUN:
            continue
        clock, (id_, en) = run.clock, _UNIT[run.clock.unit]
        end = run.stopped or view.judge.now
        late = round((end - run.due).total_seconds() / 86400, 2)
        text = Words(
            id=f"{clock.label.id} lewat {late:g} hari dari batas {clock.limit} {id_}",
            en=f"{clock.label.en} late by {late:g} days, limit {clock.limit} {en}",
        )
        events = view.by_stage.get(clock.stop[0], ())
        event = next((e for e in events if e.time == run.stopped), None)
        yield view.deviation(
            "D09", event, text,
            stage=clock.stop[0], value=late, limit=clock.limit, source=clock.source,
        )  # fmt: skip


RULE = Rule(
    code="D09",
    label=Words(id="Jangka waktu terlampaui", en="Clock overrun"),
    needs="time",
    of_case=_overrun,
)
