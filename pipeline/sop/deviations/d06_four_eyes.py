"""D06: one person did both of two stages that two persons must do."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _one_pair(view: CaseView) -> Iterator[Deviation]:
    for rule in view.procedure.four_eyes:
        others = {event.actor for event in view.by_stage.get(rule.other, ()) if event.actor}
        both = next((e for e in view.by_stage.get(rule.stage, ()) if e.actor in others), None)
        if both is None:
            continue
        one, two = view.label(rule.other), view.label(rule.stage)
        text = Words(
            id=f"{one.id} dan {two.id} oleh orang yang sama",
            en=f"{one.en} and {two.en} by the same person",
        )
        yield view.deviation("D06", both, text, value=both.actor, source=rule.source)


RULE = Rule(
    code="D06",
    label=Words(id="Dua pemeriksaan oleh satu orang", en="Same person did both eyes"),
    needs="actor",
    of_case=_one_pair,
)
