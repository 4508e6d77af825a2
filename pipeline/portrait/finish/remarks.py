"""Findings of finishing, in both languages."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from pipeline.findings import Finding, Severity, Words
from pipeline.portrait.finish.format import Format

# What stops the portrait fails; what the profile merely wants otherwise is for an officer.
_SEVERITY = {
    "no_room": Severity.FAIL,
    "no_token": Severity.FAIL,
    "bytes": Severity.FAIL,
    "few_pixels": Severity.REVIEW,
    "background": Severity.REVIEW,
    "background_kept": Severity.REVIEW,
    "differs": Severity.REVIEW,
    "smaller": Severity.INFO,
}


def remark(
    kind: str, form: Format, *, value: float | str | None = None, limit: float | None = None
) -> Finding:
    """The finding ``kind`` of wording.toml, with the clause that the format comes from."""
    message, advice = (Words(*_table()[kind][key]) for key in ("message", "advice"))
    return Finding(
        code=f"finish.{kind}",
        severity=_SEVERITY[kind],
        message=message,
        advice=advice,
        value=value,
        limit=limit,
        clause=form.clause,
    )


def no_face() -> Finding:
    """There is nothing to crop to; the same finding as of a judged portrait."""
    message, advice = (Words(*_table()["no_face"][key]) for key in ("message", "advice"))
    return Finding(
        code="portrait.no_face", severity=Severity.FAIL, message=message, advice=advice,
        clause="ICAO Doc 9303-3, portrait",
    )  # fmt: skip


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("wording.toml").read_text("utf-8"))
