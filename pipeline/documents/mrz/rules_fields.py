"""Rules on the name field and on where fields begin (Doc 9303-3, 4.6 and 4.10)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.documents.mrz.rulebook import found
from pipeline.findings import Finding

_OPTIONAL = frozenset({"optional_data", "optional_data_2", "personal_number"})


def name_findings(zone: str) -> Iterator[Finding]:
    """Missing, single and truncated names, surplus fillers and a third part."""
    name = zone.rstrip("<")
    parts = [part for part in name.split("<<") if part.strip("<")]
    if not parts or name.startswith("<"):
        yield found("mrz.name_missing", subject="name", value=name)
    elif "<<<" in name:
        yield found("mrz.name_fillers", subject="name", value=name)
    elif len(parts) > 2:
        yield found("mrz.name_parts", subject="name", value=name)
    elif len(parts) == 1:
        yield found("mrz.name_single", subject="name", value=name)
    if len(name) == len(zone):
        yield found("mrz.name_truncated", subject="name", value=name)


def french_name_findings(surname: str, given_names: str) -> Iterator[Finding]:
    """The same for the French card of 1988: two fields, given names divided by two fillers."""
    if not surname.strip("<") or surname.startswith("<"):
        yield found("mrz.name_missing", subject="surname", value=surname.rstrip("<"))
    if not given_names.strip("<"):
        yield found("mrz.name_single", subject="given_names", value=surname.rstrip("<"))
    for field, zone in (("surname", surname), ("given_names", given_names)):
        if not zone.endswith("<"):
            yield found("mrz.name_truncated", subject=field, value=zone)


def number_findings(printed: str) -> Iterator[Finding]:
    """A document number that is missing or does not begin in its first place."""
    if not printed.strip("<"):
        yield found("mrz.number_missing", subject="document_number", value=printed)
    elif printed.startswith("<"):
        yield found("mrz.number_start", subject="document_number", value=printed)


def start_findings(name: str, printed: str) -> Iterator[Finding]:
    """Optional data that do not begin in their first place, as Turkish cards have them."""
    if name in _OPTIONAL and printed.startswith("<") and printed.strip("<"):
        yield found("mrz.field_start", subject=name, value=printed.rstrip("<"))
