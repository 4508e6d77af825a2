"""One case as ``periksa sop check`` tells it: open stages, refusals, overrides, clocks."""

from __future__ import annotations

from typing import Any

from pipeline.sop.clocks import clock_warnings, has_ended
from pipeline.sop.engine import open_stages, replay
from pipeline.sop.view import CaseView, Deviation


def replayed(view: CaseView, found: list[Deviation]) -> dict[str, Any]:
    """The JSON line of one case."""
    refused, overridden = [], []
    calendar = view.judge.calendars.of(view.office)
    for event, verdict in replay(view.procedure, view.case, calendar):
        at = {"stage": event.stage, "at": event.time.isoformat(), "actor": event.actor}
        by = event.attributes.get("override_by")
        codes = event.attributes.get("override_codes", "").split() if by else []
        if by:
            told = {"by": by, "role": event.attributes.get("override_role", "")}
            reason = event.attributes.get("override_reason", "")
            overridden.append({**at, **told, "reason": reason, "codes": codes})
        refused += [{**at, **r.to_dict()} for r in verdict.refusals if r.code not in codes]
    return {
        "case": view.case.case,
        "office": view.office,
        "type": view.type,
        "events": len(view.events),
        "ended": has_ended(view.procedure, view.case),
        "open_stages": [s.to_dict() for s in open_stages(view.procedure, view.case)],
        "refused": refused,
        "overridden": overridden,
        "clocks": [run.to_dict() for run in view.clocks],
        "warnings": [finding.to_dict() for finding in clock_warnings(view.clocks)],
        "deviations": [deviation.to_dict() for deviation in found],
        "alignment": view.alignment.to_dict(),
        "procedure": view.procedure.to_dict(),
    }
