"""Text of a machine-readable zone to fields, with a verdict on every rule of ICAO Doc 9303."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pipeline.documents.mrz import rules
from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.dates import MrzDate, birth_date, expiry_date
from pipeline.documents.mrz.formats import (
    FIELDS,
    FORMATS,
    FRID,
    MRVA,
    MRVB,
    TD1,
    TD2,
    TD3,
    Format,
)
from pipeline.documents.mrz.names import spaced, split_name
from pipeline.documents.mrz.rulebook import found
from pipeline.documents.mrz.rules import CheckResult
from pipeline.documents.mrz.ruling import findings_of
from pipeline.findings import Finding, Severity

_ALPHABET = frozenset(ALPHABET)
_TEXT = re.compile(f"[{ALPHABET}]*").fullmatch
_CAPITALS = {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_SHOWN = 10  # characters or lines that a finding names


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

    Any text has an answer, however little it is like a zone. Small letters a to z are read as
    capitals and blanks are skipped. ``today`` decides centuries and expiry (default: today in
    UTC). ``format`` overrides what the number of lines, their length and their first letters say.
    """
    printed = tuple(line for line in map(_compact, lines) if line)
    layout = _layout(printed, format)
    foreign = [] if _TEXT("".join(printed)) else sorted(set().union(*printed) - _ALPHABET)
    if layout is None or foreign:
        finding = _foreign(foreign) if foreign else _no_format(printed)
        return MrzText(None, printed, dict.fromkeys(FIELDS), (), (finding,))
    now = today or datetime.now(UTC).date()
    dates = dict(_dates(layout, printed, now))
    results = rules.check_results(layout, printed)
    findings = tuple(findings_of(layout, printed, results, dates, now, expiry_review_days))
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


def _compact(line: str) -> str:
    """Without blanks; a to z as capitals, and nothing else changed (ß must not become SS)."""
    bare = "".join(line.split())
    return bare.upper() if bare.isascii() else bare.translate(_CAPITALS)


def _layout(lines: tuple[str, ...], wished: str | None) -> Format | None:
    found_layout = layout_of(lines)
    if wished is None or found_layout is None:
        return found_layout
    chosen = FORMATS.get(wished)
    fits = chosen and (chosen.rows, chosen.columns) == (found_layout.rows, found_layout.columns)
    return chosen if fits else None


def _fits(layout: Format, lines: tuple[str, ...]) -> float:
    """Share of the format's check digits that are right."""
    if not _TEXT("".join(lines)):
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
    else:
        fields["surname"], fields["given_names"] = (
            spaced(_zone(layout, lines, part)) for part in ("surname", "given_names")
        )
    fields |= {name: value.iso for name, value in dates.items()}
    sex = _zone(layout, lines, "sex")
    fields["sex"] = {"M": "M", "F": "F", "<": "X", "X": "X"}.get(sex)
    whole = rules.long_number(layout, lines)
    if whole:
        rest = len(whole[0]) - rules.NUMBER_LENGTH + 1
        fields["document_number"] = whole[0]
        fields["optional_data"] = _plain(_zone(layout, lines, "optional_data")[rest:])
    return fields


def _plain(zone: str) -> str | None:
    """Fillers at the ends dropped, inner ones kept as blanks."""
    return zone.strip("<").replace("<", " ") or None


def _no_format(lines: tuple[str, ...]) -> Finding:
    sizes = ", ".join(str(len(line)) for line in lines[:_SHOWN]) or "0"
    more = ", ..." if len(lines) > _SHOWN else ""
    return found("mrz.format", value=sizes + more, limit="3 x 30, 2 x 36, 2 x 44")


def _foreign(characters: list[str]) -> Finding:
    shown = " ".join(
        character if character.isprintable() else f"U+{ord(character):04X}"
        for character in characters[:_SHOWN]
    )
    more = " ..." if len(characters) > _SHOWN else ""
    return found("mrz.alphabet", value=shown + more, limit="0-9 A-Z <")
