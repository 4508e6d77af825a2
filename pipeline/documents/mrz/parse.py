"""Text of a machine-readable zone to fields, with a verdict on every rule of ICAO Doc 9303."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pipeline.documents.mrz import rules
from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.dates import MrzDate, birth_date, expiry_date
from pipeline.documents.mrz.formats import FIELDS, FRID, MRVA, MRVB, TD1, TD2, TD3, Format
from pipeline.documents.mrz.names import split_name
from pipeline.documents.mrz.rules import CheckResult
from pipeline.findings import Finding, Severity, Words


@dataclass(frozen=True, slots=True)
class MrzText:
    """What the lines say. ``format`` is None when they fit none; then no field is given."""

    format: str | None
    lines: tuple[str, ...]
    fields: Mapping[str, str | None]
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether no rule is broken; what is merely worth knowing does not count."""
        return all(finding.severity is Severity.INFO for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "lines": list(self.lines),
            "fields": dict(self.fields),
            "checks": [check.to_dict() for check in self.checks],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def parse_mrz(
    lines: Sequence[str],
    *,
    today: date | None = None,
    expiry_review_days: float = 0.0,
    format: str | None = None,  # noqa: A002 - public name
) -> MrzText:
    """Fields and findings of the printed ``lines``; nothing is corrected.

    ``today`` decides centuries and expiry (default: today in UTC). ``format`` overrides what the
    number of lines, their length and their first letters say.
    """
    printed = tuple("".join(line.upper().split()) for line in lines if line.strip())
    layout = _layout(printed, format)
    foreign = sorted({c for line in printed for c in line} - set(ALPHABET))
    if layout is None or foreign:
        finding = _foreign(foreign) if foreign else _no_format(printed)
        return MrzText(None, printed, dict.fromkeys(FIELDS), (), (finding,))
    now = today or datetime.now(UTC).date()
    dates = dict(_dates(layout, printed, now))
    results = rules.check_results(layout, printed)
    findings = (
        *rules.check_findings(layout, results),
        *rules.character_findings(layout, printed),
        *rules.code_findings(layout, printed),
        *rules.date_findings(dates),
        *rules.expiry_findings(dates.get("expiry_date"), now, expiry_review_days),
        *rules.sex_findings(layout, printed),
        *(rules.name_findings(_zone(layout, printed, "name")) if "name" in layout.fields else ()),
    )
    return MrzText(layout.name, printed, _fields(layout, printed, dates), results, findings)


def layout_of(lines: tuple[str, ...]) -> Format | None:
    """The format by number of lines, length, first letters and, for French cards, check digits."""
    shape = {(len(lines), len(line)) for line in lines}
    visa = bool(lines) and lines[0].startswith("V")
    if shape == {(3, 30)}:
        return TD1
    if shape == {(2, 44)}:
        return MRVA if visa else TD3
    if shape == {(2, 36)}:
        if lines[0].startswith("IDFRA") and _fits(FRID, lines) >= _fits(TD2, lines):
            return FRID
        return MRVB if visa else TD2
    return None


def _layout(lines: tuple[str, ...], wished: str | None) -> Format | None:
    found = layout_of(lines)
    if wished is None or found is None:
        return found
    same = (TD1, TD2, TD3, MRVA, MRVB, FRID)
    chosen = next((layout for layout in same if layout.name == wished), None)
    fits = chosen and (chosen.rows, chosen.columns) == (found.rows, found.columns)
    return chosen if fits else None


def _fits(layout: Format, lines: tuple[str, ...]) -> float:
    """Share of the format's check digits that are right."""
    if not set("".join(lines)) <= set(ALPHABET):
        return 0.0
    results = rules.check_results(layout, lines)
    return sum(result.ok for result in results) / len(results)


def _zone(layout: Format, lines: tuple[str, ...], name: str) -> str:
    row, first, last = layout.fields[name]
    return lines[row][first:last]


def _dates(layout: Format, lines: tuple[str, ...], today: date) -> Iterator[tuple[str, MrzDate]]:
    """The dates with their centuries; a holder is born before the document expires."""
    latest = today
    if "expiry_date" in layout.fields:
        expiry = expiry_date(_zone(layout, lines, "expiry_date"), today)
        latest = min(today, expiry.day or today)
        yield "expiry_date", expiry
    yield "birth_date", birth_date(_zone(layout, lines, "birth_date"), latest)


def _fields(
    layout: Format, lines: tuple[str, ...], dates: Mapping[str, MrzDate]
) -> dict[str, str | None]:
    fields: dict[str, str | None] = dict.fromkeys(FIELDS)
    for name in layout.fields:
        if name in fields:
            fields[name] = _plain(_zone(layout, lines, name))
    if "name" in layout.fields:
        fields["surname"], fields["given_names"] = split_name(_zone(layout, lines, "name"))
    fields |= {name: value.iso for name, value in dates.items()}
    sex = _zone(layout, lines, "sex")
    fields["sex"] = {"M": "M", "F": "F", "<": "X", "X": "X"}.get(sex)
    whole = rules.long_number(layout, lines)
    if whole:
        rest = len(whole[0]) - 9 + 1
        fields["document_number"] = whole[0]
        fields["optional_data"] = _plain(_zone(layout, lines, "optional_data")[rest:])
    return fields


def _plain(zone: str) -> str | None:
    """Fillers at the ends dropped, inner ones kept as blanks."""
    return zone.strip("<").replace("<", " ") or None


def _no_format(lines: tuple[str, ...]) -> Finding:
    sizes = ", ".join(str(len(line)) for line in lines) or "0"
    return Finding(
        code="mrz.format",
        severity=Severity.FAIL,
        value=sizes,
        limit="3 x 30, 2 x 36, 2 x 44",
        clause="ICAO Doc 9303-3, 4.2",
        message=Words(
            f"Baris dengan {sizes} karakter tidak membentuk MRZ",
            f"Lines of {sizes} characters do not make a machine-readable zone",
        ),
    )


def _foreign(characters: list[str]) -> Finding:
    shown = " ".join(characters)
    return Finding(
        code="mrz.alphabet",
        severity=Severity.FAIL,
        value=shown,
        limit="0-9 A-Z <",
        clause="ICAO Doc 9303-3, 4.3",
        message=Words(
            f"Karakter yang tidak ada dalam MRZ: {shown}",
            f"Characters that a machine-readable zone does not have: {shown}",
        ),
    )
