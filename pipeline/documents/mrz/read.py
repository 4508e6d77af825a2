"""A picture to a machine-readable zone: locate, recognise, decode, repair, judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.text._reader import StripReader
from models.text.mrz_net import mrz_net
from pipeline.documents.mrz.decode import Decoding
from pipeline.documents.mrz.find import Candidate, best_candidate
from pipeline.documents.mrz.parse import MrzText, parse_mrz
from pipeline.documents.mrz.reading import MrzReading
from pipeline.documents.mrz.repair import Repair, applied
from pipeline.documents.mrz.wording import COMPARE, RESCAN
from pipeline.evidence import Rgb, Scan, rgb_of
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy, load_policy


def read_mrz(
    image: Rgb | bytes | Path | Scan,
    policy: Policy | None = None,
    *,
    today: date | None = None,
    reader: StripReader | None = None,
) -> MrzReading:
    """The zone of a document's picture, in any of the four directions.

    ``reader`` replaces the shipped recogniser; ``today`` decides centuries and expiry. Raises
    UnreadableImage, WeightMissing, PolicyError.
    """
    rules = policy or load_policy()
    best = best_candidate(rgb_of(image), reader or mrz_net())
    if best is None or best.decoding.mean < rules.number("mrz", "min_mean_log_probability"):
        return MrzReading(found=False, findings=(_not_found(),))
    return _reading(best, rules, today)


def _reading(best: Candidate, policy: Policy, today: date | None) -> MrzReading:
    """The reading of the best zone, with the verdict of every rule."""
    decoding, least = best.decoding, policy.number("mrz", "min_confidence")
    days = policy.number("mrz", "expiry_review_days")
    text = parse_mrz(
        decoding.lines, today=today, expiry_review_days=days, format=decoding.format.name
    )
    raw = applied(decoding.lines, (change.undone for change in best.repairs))
    sure = replace(decoding, lines=raw).confidence
    findings = (
        *_weighed(text, decoding, sure, least),
        *(_corrected(change) for change in best.repairs),
        *_unsure(raw, sure, least),
    )
    return MrzReading(
        found=True,
        format=text.format,
        lines=text.lines,
        raw_lines=raw,
        verified=not best.repairs and _holds(text) and float(sure.min()) >= least,
        confidence=float(sure.min()),
        char_confidence=tuple(tuple(round(float(p), 4) for p in row) for row in sure),
        fields=text.fields,
        findings=findings,
        polygon=best.placed.corners(decoding.offsets, decoding.format.columns),
    )


def _holds(text: MrzText) -> bool:
    """Whether every rule of the text holds; an expired document is still well printed."""
    return all(f.severity is Severity.INFO or f.code == "mrz.expired" for f in text.findings)


def _weighed(
    text: MrzText, decoding: Decoding, sure: NDArray[np.float64], least: float
) -> list[Finding]:
    """A wrong check digit fails only if every character that it covers was read surely."""
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
        clause="ICAO Doc 9303-3, 4.9 and 5",
        message=Words(
            f"Terbaca {change.read}, menurut digit uji atau daftar kode seharusnya"
            f" {change.written}",
            f"Read as {change.read}; check digit or list of codes says {change.written}",
        ),
        advice=COMPARE,
    )


def _unsure(raw: tuple[str, ...], sure: NDArray[np.float64], least: float) -> list[Finding]:
    """One finding for all characters that were read with too little confidence."""
    places = [(int(row), int(column)) for row, column in np.argwhere(sure < least)]
    if not places:
        return []
    shown = ", ".join(f"{raw[row][column]} ({row + 1}:{column + 1})" for row, column in places)
    return [
        Finding(
            code="mrz.unsure",
            severity=Severity.REVIEW,
            subject=shown,
            value=round(float(sure.min()), 3),
            limit=least,
            clause="policy mrz.min_confidence",
            message=Words(
                f"{len(places)} karakter MRZ terbaca kurang yakin (baris:kolom): {shown}",
                f"{len(places)} characters of the zone were read unsurely (line:column): {shown}",
            ),
            advice=RESCAN,
        )
    ]


def _not_found() -> Finding:
    return Finding(
        code="mrz.not_found",
        severity=Severity.REVIEW,
        message=Words("MRZ tidak ditemukan", "No machine-readable zone was found"),
        advice=RESCAN,
    )
