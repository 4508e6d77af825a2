"""D02: a stage was done before one that it must wait for."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _out_of_order(view: CaseView) -> Iterator[Deviation]:
    waited: dict[str, list[str]] = {}
    for early, late in view.alignment.early:
        waited.setdefault(early, []).append(late)
    for early, lates in waited.items():
        first, rest = view.label(early), [view.label(late) for late in lates]
        text = Words(
            id=f"{first.id} sebelum {', '.join(words.id for words in rest)}",
            en=f"{first.en} before {', '.join(words.en for words in rest)}",
        )
        stage = view.procedure.stages[early]
        yield view.deviation(
            "D02", view.by_stage[early][0], text, value=" ".join(lates), source=stage.source
        )


RULE = Rule(
    code="D02",
    label=Words(id="Urutan tahap salah", en="Stage out of order"),
    needs="stages, time",
    of_case=_out_of_order,
)
