"""All rules on one text, in the order in which an officer reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pipeline.documents.mrz import rules, rules_codes, rules_dates, rules_fields
from pipeline.documents.mrz.dates import MrzDate
from pipeline.documents.mrz.formats import Format
from pipeline.documents.mrz.rules import CheckResult
from pipeline.findings import Finding

_LIVE_TEN_YEARS = frozenset({"TD3", "MRVA", "MRVB"})


def findings_of(
    layout: Format,
    lines: tuple[str, ...],
    results: tuple[CheckResult, ...],
    dates: Mapping[str, MrzDate],
    today: date,
    expiry_review_days: float,
) -> Iterator[Finding]:
    """What every rule has to say of ``lines``."""
    zones = {name: lines[row][a:b] for name, (row, a, b) in layout.fields.items()}
    expiry = dates.get("expiry_date")
    yield from rules.check_findings(layout, results)
    yield from rules.character_findings(layout, lines)
    yield from rules_codes.document_code_findings(
        layout, zones["document_code"], expiry.day if expiry else None
    )
    for name in ("issuer", "nationality"):
        if name in zones:
            yield from rules_codes.state_code_findings(name, zones[name])
    for name, value in dates.items():
        yield from rules_dates.date_findings(name, value)
    if expiry:
        usual = layout.name in _LIVE_TEN_YEARS
        yield from rules_dates.expiry_findings(expiry, today, expiry_review_days, usual)
    yield from rules_codes.sex_findings(layout, zones["sex"])
    yield from _field_findings(zones)


def _field_findings(zones: Mapping[str, str]) -> Iterator[Finding]:
    yield from rules_fields.number_findings(zones["document_number"])
    for name, printed in zones.items():
        yield from rules_fields.start_findings(name, printed)
    if "name" in zones:
        yield from rules_fields.name_findings(zones["name"])
    else:
        yield from rules_fields.french_name_findings(zones["surname"], zones["given_names"])
