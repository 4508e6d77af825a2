"""D01: a stage that the case ought to have passed is nowhere in its log."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _skipped(view: CaseView) -> Iterator[Deviation]:
    for name in view.alignment.skipped:
        stage = view.procedure.stages[name]
        if not stage.registration:  # that is D04
            text = Words(id=f"{stage.label.id} dilewati", en=f"{stage.label.en} was skipped")
            yield view.deviation("D01", None, text, stage=name, source=stage.source)


RULE = Rule(
    code="D01",
    label=Words(id="Tahap dilewati", en="Stage skipped"),
    needs="stages",
    of_case=_skipped,
)
