"""Check digits and permitted characters: what a zone's text says is judged, nothing is repaired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.documents.mrz.check_digits import FILLER, check_digit
from pipeline.documents.mrz.formats import CLASSES, Check, Format
from pipeline.documents.mrz.rulebook import found
from pipeline.findings import Finding

NUMBER_LENGTH = 9
"""Places of the document number; a longer one continues in the optional data of TD1 and TD2."""
RUSSIAN_INTERNAL = "PNRUS"
"""The internal passport, whose names are written in a national code of letters and digits."""
_OF_THEIR_OWN = "DES"  # classes whose breach another rule names: digits, dates, sex


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

    Doc 9303-5 and -6, 4.2.2 note j: a filler stands in place of the digit, the rest of the number
    and its digit open the optional data, a filler ends them. Some issuers leave the digit out
    and put other data there: where the digit does not fit and the composite does, it is no long
    number.
    """
    check = layout.checks[0]
    if not check.blank or check.printed(lines) != FILLER:
        return None
    row, first, last = layout.fields["optional_data"]
    rest = lines[row][first:last].partition(FILLER)[0]
    if len(rest) < 2 or FILLER in check.data(lines):
        return None
    whole, digit = check.data(lines) + rest[:-1], rest[-1]
    if check_digit(whole) != digit and _composite_fits(layout, lines):
        return None
    return whole, digit


def _composite_fits(layout: Format, lines: tuple[str, ...]) -> bool:
    last = layout.checks[-1]
    return last.name == "composite" and last.printed(lines) == check_digit(last.data(lines))


def check_results(layout: Format, lines: tuple[str, ...]) -> tuple[CheckResult, ...]:
    """Every check digit of the format, in its order."""
    return tuple(_check(layout, check, lines) for check in layout.checks)


def _check(layout: Format, check: Check, lines: tuple[str, ...]) -> CheckResult:
    data, printed = check.data(lines), check.printed(lines)
    if check.name == "document_number" and (whole := long_number(layout, lines)):
        data, printed = whole
    expected = check_digit(data)
    if printed == expected:
        return CheckResult(check.name, printed, expected, ok=True)
    may_be_blank = check.blank or check.name in ("birth_date", "expiry_date")
    empty = printed == FILLER and may_be_blank and not data.strip(FILLER)
    return CheckResult(check.name, printed, expected, empty)


def check_findings(layout: Format, results: tuple[CheckResult, ...]) -> Iterator[Finding]:
    """A finding for each digit that does not fit. Clause: Doc 9303-3, 4.9 and the format's part."""
    proven = results[-1].name == "composite" and results[-1].ok
    for result in results:
        if not result.ok:
            absent = proven and result.printed == FILLER
            yield found(
                "mrz.digit_absent" if absent else "mrz.check_digit",
                subject=result.name,
                value=result.printed,
                limit=result.expected,
                clause=layout.clause,
            )


def character_findings(layout: Format, lines: tuple[str, ...]) -> Iterator[Finding]:
    """Characters that the format does not allow in their place (a digit in a name)."""
    for row, (line, mask) in enumerate(zip(lines, layout.masks, strict=True)):
        if _pattern(mask).fullmatch(line):
            continue
        wrong = [
            f"{character} ({place})"
            for place, (character, kind) in enumerate(zip(line, mask, strict=True), start=1)
            if character not in CLASSES[kind] and kind not in _OF_THEIR_OWN
        ]
        national = row == 0 and line.startswith(RUSSIAN_INTERNAL)
        yield found(
            "mrz.name_national_code" if national else "mrz.character",
            subject=f"line {row + 1}",
            value=", ".join(wrong),
            clause=layout.clause,
        )


@cache
def _pattern(mask: str) -> re.Pattern[str]:
    """What a line may hold, but for what other rules name."""
    places = (f"[{CLASSES[kind]}]" if kind not in _OF_THEIR_OWN else "." for kind in mask)
    return re.compile("".join(places))
