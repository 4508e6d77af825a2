"""D10: a clock was stopped sooner than orderly work can."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _fast_lane(view: CaseView) -> Iterator[Deviation]:
    for run in view.clocks:
        clock = run.clock
        if run.stopped is None or not clock.least_hours:
            continue
        if any(view.attributes.get(key) == value for key, value in clock.hurried.items()):
            continue
        hours = round((run.stopped - run.started).total_seconds() / 3600, 2)
        if hours < clock.least_hours:
            text = Words(
                id=f"{clock.label.id} hanya {hours:g} jam",
                en=f"{clock.label.en} took only {hours:g} hours",
            )
            event = next(e for e in view.by_stage[clock.stop[0]] if e.time == run.stopped)
            yield view.deviation("D10", event, text, value=hours, limit=clock.least_hours)


RULE = Rule(
    code="D10",
    label=Words(id="Terlalu cepat selesai", en="Clock impossibly short"),
    needs="time; `service` = accelerated excuses",
    of_case=_fast_lane,
)
