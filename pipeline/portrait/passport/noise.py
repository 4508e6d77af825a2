"""Noise: how grainy the face is at the size in which it is printed (ICAO Doc 9303-3).

After Immerkaer, Fast Noise Variance Estimation, 1996, with the median for the mean, so that brows
and lashes do not count. Large pictures are averaged down first, as print does.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.view import PortraitView

_EYES = 120.0  # px between the eyes: best practice of ISO/IEC 39794-5
_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_GAIN = 6.0 * 0.6745  # of the mask, and of the median for a normal distribution's deviation


def _raw(view: PortraitView) -> float:
    """Standard deviation of the noise in levels of 0..255."""
    points = view.face.landmarks.points[:, :2]
    low = np.clip(np.floor(points.min(0)).astype(int), 0, None)
    high = np.ceil(points.max(0)).astype(int) + 1
    part = view.image[low[1] : high[1], low[0] : high[0]]
    if min(part.shape[:2]) < len(_MASK):
        raise NotAssessed("the face lies outside the picture")
    factor = int(view.face.inter_eye_distance / _EYES)  # whole blocks: no pixel counts twice
    if factor > 1:
        size = (max(3, part.shape[1] // factor), max(3, part.shape[0] // factor))
        blocks = part[: size[1] * factor, : size[0] * factor]
        part = np.asarray(cv2.resize(blocks, size, interpolation=cv2.INTER_AREA), np.uint8)
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32)
    inner = cv2.filter2D(grey, cv2.CV_32F, _MASK)[1:-1, 1:-1]
    return float(np.median(np.abs(inner))) / _GAIN


_GRAINY = Remark(
    message=Words(id="Foto berbintik (noise)", en="The picture is grainy"),
    advice=Words(
        id="Tambah cahaya dan turunkan ISO kamera",
        en="Add light and lower the camera's ISO setting",
    ),
)
MEASURE = Measure(
    name="Noise",
    label=Words(id="Bintik pada foto", en="Grain of the picture"),
    raw=_raw,
    scalar=None,
    low=_GRAINY,
    high=_GRAINY,
)
