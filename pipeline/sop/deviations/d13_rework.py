"""D13: a stage was repeated more often than the profile allows."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _rework(view: CaseView) -> Iterator[Deviation]:
    for name, events in view.by_stage.items():
        stage = view.procedure.stages.get(name)
        if stage is None or len(events) <= stage.most:
            continue
        text = Words(
            id=f"{stage.label.id} {len(events)} kali",
            en=f"{stage.label.en} done {len(events)} times",
        )
        yield view.deviation("D13", events[-1], text, value=len(events), limit=stage.most)


RULE = Rule(
    code="D13",
    label=Words(id="Pengulangan berlebihan", en="Rework loop"),
    needs="stages",
    of_case=_rework,
)
