"""Rules on dates: the calendar, unknown parts, expiry and validity (Doc 9303-3, 4.8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipeline.documents.mrz.dates import MrzDate
from pipeline.documents.mrz.rulebook import found
from pipeline.findings import Finding

USUAL_VALIDITY = timedelta(days=3926)
"""Ten years and nine months: some issuers add what was left of the former passport. Judges
nothing: beyond it a passport is worth a look."""


def date_findings(name: str, value: MrzDate) -> Iterator[Finding]:
    """Days that do not exist, and unknown parts, permitted or not."""
    if not value.possible:
        yield found("mrz.impossible_date", subject=name, value=value.printed)
    elif not value.partly_unknown:
        return
    elif name == "expiry_date":
        yield found("mrz.expiry_unknown", subject=name, value=value.printed)
    else:
        code = "mrz.zero_date" if value.zeros else "mrz.unknown_date"
        yield found(code, subject=name, value=value.printed)


def expiry_findings(expiry: MrzDate, today: date, days: float, usual: bool) -> Iterator[Finding]:
    """An expired document, ``days`` after its date of expiry, or one that lives very long.

    ``usual``: the kind of document usually lives ten years (passports and visas).
    """
    if expiry.day is None:
        return
    if (today - expiry.day).days > days:
        yield found(
            "mrz.expired",
            subject="expiry_date",
            value=expiry.day.isoformat(),
            limit=today.isoformat(),
        )
    elif usual and expiry.day - today > USUAL_VALIDITY:
        yield found(
            "mrz.validity_long",
            subject="expiry_date",
            value=expiry.day.isoformat(),
            limit=(today + USUAL_VALIDITY).isoformat(),
        )
