"""MotionBlur: did face or camera move while the picture was taken (ICAO Doc 9303-3: sharp focus).

Motion wipes out detail in one direction and leaves it in the other, so a measure of detail in all
directions together misses it. Compared are differences over a short way in four directions.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.view import PortraitView

_NOISE = 1.0  # px of the aligned picture (eyes 113 px apart): standard deviation of the smoothing
_WAYS = ((4, 0), (3, 3), (0, 4), (-3, 3))  # px: steps of about the same length


def _raw(view: PortraitView) -> float:
    """Detail in the direction that has least, over the one that has most: 1 is alike."""
    left, top, width, height = cv2.boundingRect(view.face_mask)
    part = slice(top, top + height), slice(left, left + width)
    mask = view.face_mask[part] > 0
    if not mask.any():
        raise NotAssessed("the face lies outside the picture")
    grey = cv2.cvtColor(np.ascontiguousarray(view.aligned[part]), cv2.COLOR_RGB2GRAY)
    smooth = np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), _NOISE), np.float32)
    detail = [_detail(smooth, way)[mask].mean() for way in _WAYS]
    return float(min(detail) / max(max(detail), 1e-6))


def _detail(grey: NDArray[np.float32], way: tuple[int, int]) -> NDArray[np.float32]:
    """Second differences along ``way`` (x, y): slopes of light do not count, edges do."""
    ahead, behind = (np.roll(grey, (sign * way[1], sign * way[0]), axis=(0, 1)) for sign in (1, -1))
    second: NDArray[np.float32] = np.abs(ahead + behind - 2 * grey)
    return second


_MOVED = Remark(
    message=Words(id="Foto goyang", en="The picture is blurred by motion"),
    advice=Words(
        id="Jangan bergerak; tambah cahaya agar waktu bukaan lebih singkat",
        en="Hold still; add light for a shorter exposure",
    ),
)
MEASURE = Measure(
    name="MotionBlur",
    label=Words(id="Gerak saat pemotretan", en="Motion while the picture was taken"),
    raw=_raw,
    scalar=None,
    low=_MOVED,
    high=_MOVED,
)
