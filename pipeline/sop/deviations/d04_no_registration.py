"""D04: the applicant never registered: no entry of one's own, no form."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _unregistered(view: CaseView) -> Iterator[Deviation]:
    for stage in view.procedure.stages.values():
        if not stage.registration:
            continue
        said = next(
            (e for e in view.by_stage.get(stage.id, ()) if e.attributes.get("by") == "broker"), None
        )
        if said is not None or stage.id in view.alignment.skipped:
            text = Words(id="Tidak ada pendaftaran sendiri", en="No registration of one's own")
            yield view.deviation("D04", said, text, stage=stage.id, source=stage.source)


RULE = Rule(
    code="D04",
    label=Words(id="Tanpa pendaftaran sendiri", en="No own registration"),
    needs="stages; `by` = broker where the log knows who registered",
    of_case=_unregistered,
)
