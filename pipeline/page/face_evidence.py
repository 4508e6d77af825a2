"""Evidence of a face comparison: the pair side by side, the score on its curve, and its words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.faces import chips
from models.faces.alignment import SIDE, chip_matrix
from pipeline.faces.match import calibration_of
from pipeline.faces.wording import odds_words
from pipeline.page.annotate import CROP_SIDE, data_uri, face_crop

if TYPE_CHECKING:
    from pipeline.evidence import Rgb
    from pipeline.faces.calibration import Calibration
    from pipeline.faces.match import FaceMatch
    from pipeline.findings import Words
    from pipeline.policy import Policy
    from pipeline.portrait.locate import LocatedFace

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 420, 150, 34, 18, 14  # of the curve, px
_STEPS = 80
_ROOM = 0.3  # of the chip's side, round it: hair and chin


@dataclass(frozen=True)
class FaceEvidence:
    """What the page shows of one comparison; pictures are data URIs, ``curve`` is SVG."""

    match: FaceMatch
    kind: str
    probe: str
    reference: str
    curve: str
    odds: Words | None
    calibration: str
    data: str


def face_evidence(
    match: FaceMatch,
    kind: str,
    policy: Policy,
    probe: tuple[Rgb, LocatedFace | None],
    reference: tuple[Rgb, LocatedFace | None],
) -> FaceEvidence:
    """The evidence of ``match`` between the faces of two pictures."""
    calibration = calibration_of(policy, match.regime)
    told = match.fmr is not None
    return FaceEvidence(
        match=match,
        kind=kind,
        probe=data_uri(aligned_face(*probe)),
        reference=data_uri(aligned_face(*reference)),
        curve=score_curve(calibration, match) if told else "",
        odds=None if match.fmr is None else odds_words(match.fmr, calibration.floor),
        calibration=calibration.name,
        data=calibration.data,
    )


def aligned_face(image: Rgb, face: LocatedFace | None) -> Rgb:
    """The face upright and as large as its counterpart; the reduced picture if there is none."""
    if face is None:
        return face_crop(image, None)
    scale = CROP_SIDE / (SIDE * (1 + 2 * _ROOM))
    matrix = chip_matrix(face.landmarks) * scale
    matrix[:, 2] += CROP_SIDE * _ROOM / (1 + 2 * _ROOM)
    # Beyond the picture's edge a chip is black; of the negative, that is the page's white.
    return 255 - chips.extract(255 - image, matrix, CROP_SIDE)


def score_curve(calibration: Calibration, match: FaceMatch) -> str:
    """The false match and false non-match rates over the score as SVG, with the score in it.

    Logarithmic from 1 down to what the data can tell; the grey zone is shaded.
    """
    score, limits = match.score, match.limits
    if score is None or limits is None:
        return ""
    low = min(limits[1] - 1.5 * (limits[0] - limits[1]), score)
    high = max(calibration.scores[-1], limits[0], score)
    frame = _Frame(low, high, min(calibration.floor, 1e-4))
    marks = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{frame.y(rate):.1f}" '
        f'y2="{frame.y(rate):.1f}"/><text x="{_LEFT - 4}" y="{frame.y(rate) + 3:.1f}" '
        f'text-anchor="end">{rate:.0e}</text>'
        for rate in frame.decades()
    )
    zone = (
        f'<rect class="zone" x="{frame.x(limits[1]):.1f}" y="{_TOP}" '
        f'width="{frame.x(limits[0]) - frame.x(limits[1]):.1f}" '
        f'height="{_HEIGHT - _TOP - _BOTTOM}"/>'
    )
    scores = np.linspace(low, high, _STEPS)
    curves = frame.line("fmr", [(s, calibration.rate_in(s, match.strata).value) for s in scores])
    missed = [(s, rate.value) for s in scores if (rate := calibration.fnmr(s)) is not None]
    curves += frame.line("fnmr", missed)
    place = frame.x(score)
    anchor = "end" if place > _WIDTH * 0.8 else "start" if place < _WIDTH * 0.2 else "middle"
    here = (
        f'<line class="here" x1="{place:.1f}" x2="{place:.1f}" y1="{_TOP}" '
        f'y2="{_HEIGHT - _BOTTOM}"/><text class="here" x="{place:.1f}" y="{_TOP - 4}" '
        f'text-anchor="{anchor}">{score:.4f}</text>'
    )
    ends = "".join(
        f'<text x="{frame.x(end):.1f}" y="{_HEIGHT - 5}" text-anchor="middle">{end:.3f}</text>'
        for end in limits
    )
    return (
        f'<svg class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="FMR, FNMR, score {score:.4f}">{zone}{marks}{curves}{here}{ends}</svg>'
    )


@dataclass(frozen=True)
class _Frame:
    """Where scores and rates lie in the picture."""

    low: float
    high: float
    floor: float

    def x(self, score: float) -> float:
        share = (score - self.low) / (self.high - self.low)
        return _LEFT + (_WIDTH - _LEFT - 6) * min(max(share, 0), 1)

    def y(self, rate: float) -> float:
        depth = math.log(max(rate, self.floor)) / math.log(self.floor)
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * min(max(depth, 0), 1)

    def decades(self) -> list[float]:
        return [10.0**-power for power in range(0, int(-math.log10(self.floor)) + 1, 2)]

    def line(self, kind: str, points: list[tuple[float, float]]) -> str:
        path = " ".join(f"{self.x(score):.1f},{self.y(rate):.1f}" for score, rate in points)
        return f'<polyline class="{kind}" points="{path}"/>' if points else ""
