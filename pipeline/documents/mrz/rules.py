"""Each rule of ICAO Doc 9303 on a zone's text: a broken rule is a Finding, nothing is repaired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.documents.mrz.check_digits import check_digit
from pipeline.documents.mrz.codes import is_known
from pipeline.documents.mrz.dates import MrzDate
from pipeline.documents.mrz.formats import CLASSES, Check, Format
from pipeline.documents.mrz.wording import CHECK_ADVICE, COMPARE, field_words
from pipeline.findings import Finding, Severity, Words

CHECK_CLAUSE = "ICAO Doc 9303-3, 4.9"
DATE_CLAUSE = "ICAO Doc 9303-3, 4.8"
CODE_CLAUSE = "ICAO Doc 9303-3, 5"
NAME_CLAUSE = "ICAO Doc 9303-3, 4.6"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check digit: what is printed, what it should be."""

    name: str
    printed: str
    expected: str
    ok: bool

    def to_dict(self) -> dict[str, str | bool]:
        return {
            "name": self.name,
            "printed": self.printed,
            "expected": self.expected,
            "ok": self.ok,
        }


def long_number(layout: Format, lines: tuple[str, ...]) -> tuple[str, str] | None:
    """A document number that continues in the optional data: the number and its check digit.

    Doc 9303-5, 4.2.2 note j: a filler stands in place of the digit, the rest of the number and
    its digit open the optional data, a filler ends them.
    """
    check = layout.checks[0]
    if not check.blank or check.printed(lines) != "<":
        return None
    row, first, last = layout.fields["optional_data"]
    rest = lines[row][first:last].split("<")[0]
    if len(rest) < 2 or "<" in check.data(lines):
        return None
    return check.data(lines) + rest[:-1], rest[-1]


def check_results(layout: Format, lines: tuple[str, ...]) -> tuple[CheckResult, ...]:
    """Every check digit of the format, in its order."""
    return tuple(_check(layout, check, lines) for check in layout.checks)


def _check(layout: Format, check: Check, lines: tuple[str, ...]) -> CheckResult:
    data, printed = check.data(lines), check.printed(lines)
    if check.name == "document_number" and (whole := long_number(layout, lines)):
        data, printed = whole
    expected = check_digit(data)
    empty = not data.strip("<")
    blank_allowed = check.blank or (check.name == "expiry_date" and empty)
    ok = printed == expected or (printed == "<" and empty and blank_allowed)
    return CheckResult(check.name, printed, expected, ok)


def check_findings(layout: Format, results: tuple[CheckResult, ...]) -> Iterator[Finding]:
    """A finding for each digit that does not fit. Clause: Doc 9303-3, 4.9 and the format's part."""
    for result in results:
        if not result.ok:
            words = field_words(result.name)
            yield Finding(
                code="mrz.check_digit",
                severity=Severity.FAIL,
                subject=result.name,
                value=result.printed,
                limit=result.expected,
                clause=f"{CHECK_CLAUSE}; {layout.clause}",
                message=Words(
                    f"Digit uji {words.id} tercetak {result.printed}, seharusnya {result.expected}",
                    f"The check digit of the {words.en} is {result.printed}, it should be"
                    f" {result.expected}",
                ),
                advice=CHECK_ADVICE,
            )


def character_findings(layout: Format, lines: tuple[str, ...]) -> Iterator[Finding]:
    """Characters that the format does not allow in their place (a digit in a name)."""
    for row, (line, mask) in enumerate(zip(lines, layout.masks, strict=True)):
        wrong = [i for i, (c, kind) in enumerate(zip(line, mask, strict=True)) if _odd(c, kind)]
        if wrong:
            places = ", ".join(f"{line[i]} ({i + 1})" for i in wrong)
            yield Finding(
                code="mrz.character",
                severity=Severity.FAIL,
                subject=f"line {row + 1}",
                value=places,
                clause=layout.clause,
                message=Words(
                    f"Baris {row + 1}: karakter di tempat yang tidak diizinkan: {places}",
                    f"Line {row + 1}: characters where they are not allowed: {places}",
                ),
                advice=COMPARE,
            )


def _odd(character: str, kind: str) -> bool:
    return character not in CLASSES[kind] and kind not in "DE"  # check digits report themselves


def code_findings(layout: Format, lines: tuple[str, ...]) -> Iterator[Finding]:
    """Document code and codes of states that Doc 9303 does not know."""
    if lines[0][0] not in layout.first:
        yield _code(
            "mrz.document_code",
            "document_code",
            lines[0][:2],
            f"{' / '.join(layout.first)}; {layout.clause}",
        )
    for name in ("issuer", "nationality"):
        if name in layout.fields:
            row, first, last = layout.fields[name]
            printed = lines[row][first:last]
            if not is_known(printed):
                yield _code("mrz.unknown_code", name, printed, CODE_CLAUSE)


def _code(code: str, subject: str, printed: str, clause: str) -> Finding:
    words = field_words(subject)
    return Finding(
        code=code,
        severity=Severity.REVIEW,
        subject=subject,
        value=printed,
        clause=clause,
        message=Words(
            f"Kode {printed} pada {words.id} tidak ada dalam Doc 9303",
            f"The code {printed} of the {words.en} is not one of Doc 9303",
        ),
        advice=COMPARE,
    )


def date_findings(dates: Mapping[str, MrzDate]) -> Iterator[Finding]:
    """Days that do not exist, and the permitted unknown parts."""
    for name, value in dates.items():
        words = field_words(name)
        if not value.possible:
            yield Finding(
                code="mrz.impossible_date",
                severity=Severity.FAIL,
                subject=name,
                value=value.printed,
                clause=DATE_CLAUSE,
                message=Words(
                    f"{value.printed} pada {words.id} bukan tanggal yang ada",
                    f"{value.printed} of the {words.en} is no day of the calendar",
                ),
                advice=CHECK_ADVICE,
            )
        elif value.partly_unknown:
            yield Finding(
                code="mrz.unknown_date",
                severity=Severity.INFO,
                subject=name,
                value=value.printed,
                clause=DATE_CLAUSE,
                message=Words(
                    f"Bagian dari {words.id} tidak diketahui ({value.printed}); ini diizinkan",
                    f"Parts of the {words.en} are unknown ({value.printed}); this is allowed",
                ),
            )


def expiry_findings(expiry: MrzDate | None, today: date, days: float) -> Iterator[Finding]:
    """An expired document, ``days`` after its date of expiry."""
    if expiry and expiry.day and (today - expiry.day).days > days:
        yield Finding(
            code="mrz.expired",
            severity=Severity.REVIEW,
            subject="expiry_date",
            value=expiry.day.isoformat(),
            limit=today.isoformat(),
            clause="policy mrz.expiry_review_days",
            message=Words(
                f"Masa berlaku dokumen habis pada {expiry.day.isoformat()}",
                f"The document expired on {expiry.day.isoformat()}",
            ),
        )


def name_findings(zone: str) -> Iterator[Finding]:
    """Missing, single and truncated names, and a third part that Doc 9303 does not know."""
    parts = [part for part in zone.split("<<") if part.strip("<")]
    if not parts or zone.startswith("<"):
        yield _name(
            "mrz.name_missing", Severity.REVIEW, zone, "tidak ada nama di awal", "has no name first"
        )
    elif len(parts) > 2:
        yield _name(
            "mrz.name_parts", Severity.REVIEW, zone, "lebih dari dua bagian", "has over two parts"
        )
    elif len(parts) == 1:
        yield _name(
            "mrz.name_single", Severity.INFO, zone, "hanya satu bagian", "has one part only"
        )
    if not zone.endswith("<"):
        yield _name(
            "mrz.name_truncated", Severity.INFO, zone, "mungkin terpotong", "may be cut off"
        )


def _name(code: str, severity: Severity, zone: str, indonesian: str, english: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        subject="name",
        value=zone.rstrip("<"),
        clause=NAME_CLAUSE,
        message=Words(f"Nama dalam MRZ: {indonesian}", f"The name in the zone {english}"),
        advice=None if severity is Severity.INFO else COMPARE,
    )


def sex_findings(layout: Format, lines: tuple[str, ...]) -> Iterator[Finding]:
    """X is for the visual zone; the machine-readable zone has the filler for unspecified."""
    row, first, last = layout.fields["sex"]
    if lines[row][first:last] == "X":
        yield Finding(
            code="mrz.sex_printed_x",
            severity=Severity.INFO,
            subject="sex",
            value="X",
            limit="<",
            clause=layout.clause,
            message=Words(
                "Jenis kelamin tercetak X, dalam MRZ seharusnya <",
                "Sex is printed X, the zone should have <",
            ),
        )
