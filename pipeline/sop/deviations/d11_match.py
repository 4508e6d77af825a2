"""D11: the comparison of faces or fingers was in doubt, and the case went on without a reason."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.findings import Words
from pipeline.sop.clocks import counts
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _unreasoned(view: CaseView) -> Iterable[Deviation] | None:
    limits = view.procedure.deviations["D11"].limits
    compared = [e for e in view.by_stage.get(limits["stage"], ()) if counts(view.procedure, e)]
    if not compared:
        return ()
    if not any("match" in event.attributes for event in compared):
        return None
    result = compared[-1].attributes.get("match", "")
    if result not in limits["doubtful"]:
        return ()
    decided = next(
        (
            event
            for event in view.by_stage.get(limits["decided"], ())
            if counts(view.procedure, event) and event.time >= compared[-1].time
        ),
        None,
    )
    if decided is None or decided.attributes.get("reason", "").strip():
        return ()
    text = Words(
        id=f"Hasil pembandingan {result} diteruskan tanpa alasan",
        en=f"Comparison result {result} was passed without a reason",
    )
    return (view.deviation("D11", decided, text, value=result),)


RULE = Rule(
    code="D11",
    label=Words(
        id="Hasil pembandingan dilangkahi tanpa alasan",
        en="Match result overridden without reason",
    ),
    needs="`match`, `reason`",
    of_case=_unreasoned,
)
