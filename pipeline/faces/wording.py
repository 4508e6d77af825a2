"""What officers are told of a comparison, in both languages."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from pipeline.faces.calibration import Calibration
from pipeline.faces.quality import FaceQuality
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy


def no_face(name: str) -> Finding:
    """There is nothing to compare in the picture ``name``."""
    return _finding("not_found", Severity.REVIEW, name)


def small_faces(
    names: Sequence[str], distances: Sequence[float], policy: Policy
) -> tuple[Finding, ...]:
    """A finding for each face with too few pixels between the eyes."""
    least = policy.number("faces", "min_inter_eye_distance")
    return tuple(
        _finding("too_small", Severity.REVIEW, name, value=round(distance, 1), limit=least)
        for name, distance in zip(names, distances, strict=True)
        if distance < least
    )


def poor_faces(
    names: Sequence[str],
    qualities: Sequence[FaceQuality | None],
    calibration: Calibration,
) -> Iterator[Finding]:
    """A finding for each kind of poor quality that widens the grey zone, face by face."""
    clause = f"calibration {calibration.name}"
    for name, quality in zip(names, qualities, strict=True):
        for kind in calibration.strata_of(quality):
            stratum = calibration.strata[kind]
            value = round(float(getattr(quality, stratum.measure)), 4)
            # Only for information: the wider zone decides.
            yield _finding(kind, Severity.INFO, name, value, stratum.limit, clause)


def verdict(
    subject: str, score: float, limits: tuple[float, float], policy: Policy
) -> tuple[Finding, ...]:
    """What the officer is told of a comparison that is no clear match."""
    if score >= limits[0]:
        return ()
    clause = str(policy.section("faces").get("clause", "")) or None
    value = round(score, 4)
    if score < limits[1]:
        return (_finding("no_match", Severity.FAIL, subject, value, round(limits[1], 4), clause),)
    return (_finding("uncertain", Severity.REVIEW, subject, value, round(limits[0], 4), clause),)


def frames_differ(subject: str, score: float, limit: float) -> Finding:
    """Frames that are called one person's, two of which do not look like it."""
    return _finding("frames_differ", Severity.REVIEW, subject, round(score, 4), round(limit, 4))


def references_disagree(name: str) -> Finding:
    """The reference ``name`` denies what another one affirms."""
    return _finding("references_disagree", Severity.REVIEW, name)


def odds_words(fmr: float, floor: float) -> Words:
    """A false match rate as people grasp it; at the floor of the data it is an upper bound."""
    # Two digits, downwards: more would claim a precision that no such rate has.
    digits = max(0, int(math.log10(1 / fmr)) - 1)
    many = f"{int(1 / fmr / 10**digits + 1e-9) * 10**digits:,}"
    if fmr >= 0.5:
        return Words(
            id="Dua orang yang berbeda lazim semirip ini",
            en="Different persons usually look this alike",
        )
    bound = fmr <= floor * 1.001
    return Words(
        id=f"{'Kurang dari ' if bound else ''}1 dari {many.replace(',', '.')} orang lain "
        "tampak semirip ini",
        en=f"{'Fewer than ' if bound else ''}1 of {many} different persons would look this alike",
    )


def _finding(
    kind: str,
    severity: Severity,
    subject: str,
    value: float | None = None,
    limit: float | None = None,
    clause: str | None = None,
) -> Finding:
    """A finding with the message and advice that wording.toml has for its kind."""
    message, advice = (Words(*_table()[kind][key]) for key in ("message", "advice"))
    return Finding(
        code=f"face.{kind}",
        severity=severity,
        subject=subject,
        value=value,
        limit=limit,
        clause=clause,
        message=message,
        advice=advice,
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    """Message and advice of each kind of finding."""
    return tomllib.loads(Path(__file__).with_name("wording.toml").read_text("utf-8"))
