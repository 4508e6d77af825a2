"""A picture to a machine-readable zone: locate, recognise, decode, repair, judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.text._reader import StripReader
from models.text.mrz_net import mrz_net
from pipeline.documents.mrz.decode import Decoding, chosen, decode
from pipeline.documents.mrz.locate import Zone, search
from pipeline.documents.mrz.parse import MrzText, parse_mrz
from pipeline.documents.mrz.reading import MrzReading
from pipeline.documents.mrz.recognise import Cells, recognise
from pipeline.documents.mrz.repair import Repair, repair
from pipeline.documents.mrz.rules import check_results
from pipeline.documents.mrz.wording import COMPARE, RESCAN
from pipeline.evidence import Rgb, Scan, rgb_of
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy, load_policy

MOST_ZONES = 24
"""Zones that the recogniser looks at, whatever the picture: bounds the cost without an MRZ."""
CLEAR = -0.15
"""Mean log-probability from which a zone with right check digits ends the search."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    decoding: Decoding
    repairs: tuple[Repair, ...]
    cells: Cells

    @property
    def right(self) -> float:
        """Share of the check digits that fit."""
        results = check_results(self.decoding.format, self.decoding.lines)
        return sum(result.ok for result in results) / len(results)

    @property
    def merit(self) -> float:
        return self.decoding.mean + 0.5 * self.right - 0.05 * len(self.repairs)


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
    best = _best(rgb_of(image), reader or mrz_net())
    if best is None or best.decoding.mean < rules.number("mrz", "min_mean_log_probability"):
        return MrzReading(found=False, findings=(_not_found(),))
    return _reading(best, rules, today)


def _best(image: NDArray[np.uint8], reader: StripReader) -> _Candidate | None:
    """The best zone: the search ends with the first clear one, or after ``MOST_ZONES``."""
    best: _Candidate | None = None
    looked = 0
    for zones in search(image):
        fresh = zones[: max(0, MOST_ZONES - looked)]
        looked += len(fresh)
        found = _candidates(image, fresh, reader)
        best = max([*found, *([best] if best else [])], key=lambda c: c.merit, default=None)
        if best and best.right == 1 and best.decoding.mean > CLEAR:
            break
        if looked >= MOST_ZONES:
            break
    return best


def _candidates(
    image: NDArray[np.uint8], zones: Sequence[Zone], reader: StripReader
) -> list[_Candidate]:
    """Every zone that reads as some format; upside down only where no zone reads upright."""
    found = _decoded(recognise(image, zones, reader))
    return found or _decoded(recognise(image, [zone.turned() for zone in zones], reader))


def _decoded(cells: Sequence[Cells | None]) -> list[_Candidate]:
    found = []
    for grid in cells:
        decoding = decode(grid) if grid else None
        if grid and decoding:
            found.append(_Candidate(*repair(decoding), grid))
    return found


def _reading(best: _Candidate, policy: Policy, today: date | None) -> MrzReading:
    """The reading of the best zone, with the verdict of every rule."""
    decoding, least = best.decoding, policy.number("mrz", "min_confidence")
    days = policy.number("mrz", "expiry_review_days")
    text = parse_mrz(
        decoding.lines, today=today, expiry_review_days=days, format=decoding.format.name
    )
    raw = _raw(decoding, best.repairs)
    sure = np.exp(chosen(decoding.logs, raw))
    findings = (
        *_weighed(text, decoding, sure, least),
        *(_corrected(change) for change in best.repairs),
        *_unsure(raw, sure, least),
    )
    last = decoding.offset + decoding.format.columns
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
        polygon=best.cells.corners(decoding.offset, last),
    )


def _holds(text: MrzText) -> bool:
    """Whether every rule of the text holds; an expired document is still well printed."""
    return all(f.severity is Severity.INFO or f.code == "mrz.expired" for f in text.findings)


def _raw(decoding: Decoding, repairs: tuple[Repair, ...]) -> tuple[str, ...]:
    rows = [list(line) for line in decoding.lines]
    for change in repairs:
        rows[change.row][change.column] = change.read
    return tuple("".join(row) for row in rows)


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
