"""A picture to a machine-readable zone: locate, recognise, decode, repair, judge."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.text._reader import StripReader
from models.text.mrz_net import mrz_net
from pipeline.documents.mrz.decode import Decoding, decode
from pipeline.documents.mrz.locate import Zone, search
from pipeline.documents.mrz.parse import MrzText, parse_mrz
from pipeline.documents.mrz.reading import MrzReading
from pipeline.documents.mrz.recognise import Placed, Recogniser
from pipeline.documents.mrz.repair import Repair, applied, repair
from pipeline.documents.mrz.rules import check_results
from pipeline.documents.mrz.wording import COMPARE, RESCAN
from pipeline.evidence import Rgb, Scan, rgb_of
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy, load_policy

MOST_ZONES = 32
"""Zones that the recogniser looks at, whatever the picture: bounds the cost without an MRZ."""
CLEAR = -0.15
"""Mean log-probability from which a zone with right check digits ends the search."""
PLAIN = -0.12
"""The same for a zone whose check digits are wrong: they are printed so."""
SENSELESS = -0.6
"""Mean log-probability below which two lines are tried as two of three."""
HOPELESS = -1.0
"""Mean log-probability below which neither repair nor a further look can help."""
SECOND_OPINIONS = 5
"""Zones still looked at after one that makes sense but is not clear."""
SURE = 0.97
"""Probability of every character from which one look is enough."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    decoding: Decoding
    repairs: tuple[Repair, ...]
    placed: Placed

    @property
    def clear(self) -> bool:
        """Whether nothing better is to be expected elsewhere in the picture."""
        mean = self.decoding.mean
        return mean > PLAIN or (mean > CLEAR and self.right == 1)

    @property
    def sensible(self) -> bool:
        """Whether the print can be a zone at all."""
        return self.decoding.mean >= SENSELESS

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
    """The best zone: the search ends with a clear one, or soon after one that makes sense."""
    recogniser = Recogniser(image, reader)
    best: _Candidate | None = None
    left = MOST_ZONES
    for zone in itertools.chain.from_iterable(search(image)):
        known = best is not None and best.sensible
        for found in _candidates(recogniser, zone, widen=not known):
            if best is None or found.merit > best.merit:
                best = found
        left = min(left - 1, SECOND_OPINIONS) if known else left - 1
        if left <= 0 or (best and best.clear):
            break
    return best


def _candidates(recogniser: Recogniser, zone: Zone, *, widen: bool) -> Iterator[_Candidate]:
    """The zone as it was found; with ``widen``, two lines of no sense also as two of three."""
    found = _candidate(recogniser, zone)
    if found:
        yield found
        if widen and not found.sensible:
            wider = (_candidate(recogniser, other) for other in zone.extended())
            yield from (candidate for candidate in wider if candidate)


def _candidate(recogniser: Recogniser, zone: Zone) -> _Candidate | None:
    """The zone as it reads best; upside down only where nothing reads upright."""
    placed = recogniser.place(zone) or recogniser.place(zone.turned())
    if placed is None:
        return None
    candidate = None
    for further in (False, True):
        decoding = decode(recogniser.cells(placed, further=further))
        if decoding is None or decoding.mean < HOPELESS:
            break
        candidate = _Candidate(*repair(decoding), placed)
        sure = float(decoding.confidence.min()) >= SURE and not candidate.repairs
        if sure and candidate.right == 1:
            break
    return candidate or (_Candidate(decoding, (), placed) if decoding else None)


def _reading(best: _Candidate, policy: Policy, today: date | None) -> MrzReading:
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
