"""D07: a required paper was not handed in, and the papers were found valid all the same."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.findings import Words
from pipeline.sop.clocks import counts
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _lacking(view: CaseView) -> Iterable[Deviation] | None:
    checked = next(
        (
            event
            for event in view.events
            if counts(view.procedure, event) and view.procedure.stages[event.stage].needs_documents
        ),
        None,
    )
    if checked is None:
        return ()
    if "documents" not in view.attributes:
        return None
    lost = view.procedure.lacking_documents(
        view.type, view.case.words("documents"), view.attributes
    )
    if lost is None:
        return None
    text = Words(id=f"Tidak ada: {', '.join(lost)}", en=f"Missing: {', '.join(lost)}")
    source = next(iter(view.procedure.documents[view.type])).source
    made = view.deviation("D07", checked, text, value=" ".join(lost), source=source)
    return (made,) if lost else ()


RULE = Rule(
    code="D07",
    label=Words(id="Dokumen wajib tidak ada", en="Required document missing"),
    needs="`type`, `documents`",
    of_case=_lacking,
)
