"""Rules on codes: kind of document, issuing authority, nationality, sex (Doc 9303-3, 4.7 and 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline.documents.mrz.codes import (
    OTHER_FORMS,
    PERSONS,
    SUPERSEDED,
    CodeStatus,
    code_status,
)
from pipeline.documents.mrz.document_codes import forbidden_second, second_letter_is_late
from pipeline.documents.mrz.formats import Format
from pipeline.documents.mrz.rulebook import found
from pipeline.findings import Finding


def document_code_findings(layout: Format, code: str, expiry: date | None) -> Iterator[Finding]:
    """What is wrong with the first two characters of a zone."""
    if code[0] not in layout.first:
        yield found(
            "mrz.document_code",
            subject="document_code",
            value=code,
            limit=" / ".join(layout.first),
            clause=layout.clause,
        )
    elif forbidden_second(layout, code):
        yield found("mrz.document_code_second", subject="document_code", value=code)
    elif expiry and layout.name == "TD3" and second_letter_is_late(code, expiry):
        yield found(
            "mrz.document_code_late",
            subject="document_code",
            value=code,
            limit=expiry.isoformat(),
        )


def state_code_findings(name: str, printed: str) -> Iterator[Finding]:
    """How the code of ``name`` (issuer or nationality) stands to Doc 9303-3, 5."""
    status = code_status(printed)
    if status is CodeStatus.UNKNOWN:
        yield found("mrz.unknown_code", subject=name, value=printed)
    elif status is CodeStatus.OTHER_FORM:
        yield found("mrz.code_form", subject=name, value=printed, limit=OTHER_FORMS[printed])
    elif status is CodeStatus.SUPERSEDED:
        yield found("mrz.code_superseded", subject=name, value=printed, limit=SUPERSEDED[printed])
    elif name == "issuer" and printed in PERSONS:
        yield found("mrz.issuer_is_person", subject=name, value=printed)


def sex_findings(layout: Format, printed: str) -> Iterator[Finding]:
    """X is for the visual zone; the machine-readable zone has the filler for unspecified."""
    if printed == "X":
        yield found("mrz.sex_printed_x", subject="sex", value="X", limit="<", clause=layout.clause)
    elif printed not in ("M", "F", "<"):
        yield found("mrz.sex_unknown", subject="sex", value=printed, clause=layout.clause)
