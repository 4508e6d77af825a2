"""D08: a quality gate was not passed and the case went on."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.findings import Words
from pipeline.sop.clocks import counts
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _overridden(view: CaseView) -> Iterable[Deviation] | None:
    found: list[Deviation] = []
    asked = told = False
    for stage in view.procedure.stages.values():
        passing = [e for e in view.by_stage.get(stage.id, ()) if counts(view.procedure, e)]
        if not stage.gate or not passing:
            continue
        asked = True
        told = told or any("gate" in event.attributes for event in passing)
        last = passing[-1]
        if (state := last.attributes.get("gate", "")) in ("overridden", "failed"):
            text = Words(
                id=f"{stage.label.id}: gerbang mutu {stage.gate} tidak lulus, kasus diteruskan",
                en=f"{stage.label.en}: quality gate {stage.gate} not passed, the case went on",
            )
            found.append(view.deviation("D08", last, text, value=state, limit="passed"))
    return found if told or not asked else None


RULE = Rule(
    code="D08",
    label=Words(id="Gerbang mutu dilangkahi", en="Quality gate overridden"),
    needs="`gate` (passed, failed, overridden)",
    of_case=_overridden,
)
