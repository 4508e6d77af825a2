"""What a decoded zone is worth: fields, the verdict of every rule, doubts, and ``verified``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.confidence import Confidence
from pipeline.documents.mrz.decode import Decoding
from pipeline.documents.mrz.parse import MrzText, parse_mrz
from pipeline.documents.mrz.reading import MrzReading, Polygon
from pipeline.documents.mrz.repair import Repair, applied
from pipeline.documents.mrz.wording import COMPARE, RESCAN
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy


def assessed(
    decoding: Decoding,
    repairs: tuple[Repair, ...],
    policy: Policy,
    *,
    today: date | None = None,
    polygon: Polygon | None = None,
) -> MrzReading:
    """The reading of a decoded zone. Raises PolicyError."""
    sure = decoding.sureness
    days = policy.number("mrz", "expiry_review_days")
    text = parse_mrz(
        decoding.lines, today=today, expiry_review_days=days, format=decoding.format.name
    )
    doubts = (
        *(_corrected(change) for change in repairs),
        *_unsure(decoding.lines, sure.characters, policy.number("mrz", "min_confidence")),
        *_guessed(decoding.lines, sure.alone, policy.number("mrz", "min_print_confidence")),
        *_unsure_together(sure, policy.number("mrz", "min_zone_confidence")),
        *(() if decoding.whole else (_cut(),)),
    )
    return MrzReading(
        found=True,
        format=text.format,
        lines=text.lines,
        raw_lines=applied(decoding.lines, (change.undone for change in repairs)),
        verified=not doubts and holds(text),
        confidence=float(sure.characters.min()),
        char_confidence=tuple(tuple(round(float(p), 4) for p in row) for row in sure.characters),
        zone_confidence=sure.zone,
        fields=text.fields,
        findings=(*_weighed(text, decoding, policy.number("mrz", "min_confidence")), *doubts),
        polygon=polygon,
        _seen=decoding.seen,
    )


def not_found() -> MrzReading:
    """The reading of a picture without a zone."""
    finding = Finding(
        code="mrz.not_found",
        severity=Severity.REVIEW,
        message=Words("MRZ tidak ditemukan", "No machine-readable zone was found"),
        advice=RESCAN,
    )
    return MrzReading(found=False, findings=(finding,))


def holds(text: MrzText) -> bool:
    """Whether every rule of the text holds; an expired document is still well printed."""
    return all(f.severity is Severity.INFO or f.code == "mrz.expired" for f in text.findings)


def _weighed(text: MrzText, decoding: Decoding, least: float) -> list[Finding]:
    """A wrong check digit fails only if every character that it covers was read surely.

    Else it is as likely misread as misprinted, and a person must look.
    """
    sure = decoding.confidence
    unsure = {
        check.name
        for check in decoding.format.checks
        if min(
            sure[check.row, check.column],
            *(sure[row, first:last].min() for row, first, last in check.spans),
        )
        < least
    }
    return [
        replace(finding, severity=Severity.REVIEW)
        if finding.code == "mrz.check_digit" and finding.subject in unsure
        else finding
        for finding in text.findings
    ]


def _corrected(change: Repair) -> Finding:
    return Finding(
        code="mrz.corrected",
        severity=Severity.REVIEW,
        subject=f"line {change.row + 1}, character {change.column + 1}",
        value=change.read,
        limit=change.written,
        clause="ICAO Doc 9303-3, 4.6, 4.9 and 5",
        message=Words(
            f"Terbaca {change.read}, menurut digit uji, daftar kode atau susunan nama seharusnya"
            f" {change.written}",
            f"Read as {change.read}; check digit, list of codes or order of names says"
            f" {change.written}",
        ),
        advice=COMPARE,
    )


def _unsure(lines: tuple[str, ...], sure: NDArray[np.float64], least: float) -> tuple[Finding, ...]:
    """One finding for all characters that were read with too little confidence."""
    count, shown = _places(lines, sure < least)
    if not count:
        return ()
    return (
        Finding(
            code="mrz.unsure",
            severity=Severity.REVIEW,
            subject=shown,
            value=round(float(sure.min()), 3),
            limit=least,
            clause="policy mrz.min_confidence",
            message=Words(
                f"{count} karakter MRZ terbaca kurang yakin (baris:kolom): {shown}",
                f"{count} characters of the zone were read unsurely (line:column): {shown}",
            ),
            advice=RESCAN,
        ),
    )


def _guessed(
    lines: tuple[str, ...], alone: NDArray[np.float64], least: float
) -> tuple[Finding, ...]:
    """Characters that the print itself does not favour: fields and check digits made them."""
    count, shown = _places(lines, alone < least)
    if not count:
        return ()
    return (
        Finding(
            code="mrz.guessed",
            severity=Severity.REVIEW,
            subject=shown,
            value=round(float(alone.min()), 3),
            limit=least,
            clause="policy mrz.min_print_confidence",
            message=Words(
                f"{count} karakter MRZ hanya diketahui dari digit uji (baris:kolom): {shown}",
                f"{count} characters of the zone are known by check digits only (line:column):"
                f" {shown}",
            ),
            advice=RESCAN,
        ),
    )


def _places(lines: tuple[str, ...], where: NDArray[np.bool_]) -> tuple[int, str]:
    """How many characters, and which, as a person counts lines and columns."""
    places = [(int(row), int(column)) for row, column in np.argwhere(where)]
    shown = (f"{lines[row][column]} ({row + 1}:{column + 1})" for row, column in places)
    return len(places), ", ".join(shown)


def _unsure_together(sure: Confidence, least: float) -> tuple[Finding, ...]:
    """Many characters that are each nearly sure are not a sure zone."""
    if sure.zone >= least:
        return ()
    return (
        Finding(
            code="mrz.unsure_zone",
            severity=Severity.REVIEW,
            value=round(sure.zone, 4),
            limit=least,
            clause="policy mrz.min_zone_confidence",
            message=Words(
                f"Seluruh MRZ terbaca benar dengan peluang {sure.zone:.3f}",
                f"The zone as a whole was read right with a probability of {sure.zone:.3f}",
            ),
            advice=RESCAN,
        ),
    )


def _cut() -> Finding:
    return Finding(
        code="mrz.cut",
        severity=Severity.REVIEW,
        clause="ICAO Doc 9303-3, 4.2",
        message=Words(
            "Baris MRZ mungkin berlanjut di luar bagian yang terlihat",
            "The lines of the zone may go on beyond what was seen",
        ),
        advice=RESCAN,
    )
