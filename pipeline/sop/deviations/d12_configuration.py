"""D12: the case names an SOP, a procedure or a stage that the profile does not know."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.view import CaseView, Deviation


def _strange(view: CaseView) -> Iterator[Deviation]:
    for kind, name, source in _unknown(view):
        text = Words(
            id=f"{kind} {name} tidak dikenal profil {view.procedure.name}",
            en=f"{kind} {name} is not known to the profile {view.procedure.name}",
        )
        yield view.deviation("D12", None, text, stage=source, value=name)


def _unknown(view: CaseView) -> Iterator[tuple[str, str, str]]:
    """Kind and name of what is strange, and the stage it is about (the last, if any stage)."""
    last = view.events[-1].stage
    sop = view.attributes.get("sop", "")
    if sop:
        known = view.procedure.sops.get(sop)
        if known is None:
            yield "SOP", sop, last
        elif view.type and view.type not in known.types:
            yield "SOP", f"{sop} ({view.type})", last
    said = view.attributes.get("procedure", "")
    digest = view.procedure.digest
    if said and said not in (view.procedure.name, digest, f"{view.procedure.name}@{digest}"):
        yield "procedure", said, last
    for stage in dict.fromkeys(view.alignment.unknown):
        yield "stage", stage, stage


RULE = Rule(
    code="D12",
    label=Words(id="Versi SOP tidak dikenal", en="Unknown or unsanctioned SOP or configuration"),
    needs="stages; `sop`, `procedure` where the log has them",
    of_case=_strange,
)
