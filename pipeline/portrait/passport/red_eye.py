"""RedEye: do the pupils shine red from a flash (ISO/IEC 19794-5:2011, 7.3: no red eyes)."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.findings import Words
from pipeline.portrait.geometry import LEFT_IRIS, RIGHT_IRIS, Floats
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.view import PortraitView

_PUPIL = 0.55  # of the iris' radius
_LEAST_RADIUS = 1.5  # px of the picture


def _raw(view: PortraitView) -> float:
    """Red above the mean of green and blue in the redder pupil, share of full scale, median."""
    return max(_redness(view, iris) for iris in (RIGHT_IRIS, LEFT_IRIS))


def _redness(view: PortraitView, iris: int) -> float:
    points = view.face.landmarks.points[iris : iris + 5, :2]
    radius = max(_PUPIL * float(np.hypot(*(points[1:] - points[0]).T).mean()), _LEAST_RADIUS)
    pixels = _disc(view, points[0], radius).astype(np.float64) / 255
    return float(np.median(pixels[:, 0] - pixels[:, 1:].mean(1)))


def _disc(view: PortraitView, centre: Floats, radius: float) -> Floats:
    """The pixels (N, 3) within ``radius`` of ``centre``. Raises NotAssessed outside the picture."""
    low = np.floor(centre - radius).astype(int)
    high = np.ceil(centre + radius).astype(int) + 1
    left, top = np.clip(low, 0, None)
    right, bottom = np.clip(high, 0, (view.width, view.height))
    part = view.image[top:bottom, left:right]
    if not part.size:
        raise NotAssessed("an eye lies outside the picture")
    mask = np.zeros(part.shape[:2], np.uint8)
    place = np.rint((centre - (left, top)) * 16).astype(int).tolist()
    cv2.circle(mask, place, round(radius * 16), (1,), cv2.FILLED, shift=4)
    if not mask.any():
        raise NotAssessed("an eye lies outside the picture")
    return part[mask > 0].astype(np.float64)


_RED = Remark(
    message=Words(id="Pupil mata merah", en="The pupils are red"),
    advice=Words(
        id="Matikan lampu kilat atau jauhkan dari lensa",
        en="Turn the flash off or move it away from the lens",
    ),
)
MEASURE = Measure(
    name="RedEye",
    label=Words(id="Mata merah", en="Red eyes"),
    raw=_raw,
    scalar=None,
    low=_RED,
    high=_RED,
)
