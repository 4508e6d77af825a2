"""Sharpness: how much detail the face has (ISO/IEC 29794-5).

Not OFIQ's random forest, whose weights are in no package. The raw value is the share of the
face's gradients that a further blur takes away (Crete et al., The Blur Effect, 2007): a sharp
picture loses much, a blurred one little. It is taken at a fixed distance of the eyes, so neither
size nor contrast, and thus neither camera nor skin, changes it; noise is smoothed away first.

The scalar is fitted to synthetic blur on real faces: 50 where a Gaussian of 1.8 % of the inter-eye
distance (two pixels at 113) blurs a sharp face, 95 at half of that, 5 at twice of that.
"""

from __future__ import annotations

import cv2
import cv2.typing
import numpy as np
from numpy.typing import NDArray

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.scalars import sigmoid
from pipeline.portrait.view import PortraitView

_NOISE = 0.8  # px of the aligned picture (eyes 113 px apart): standard deviation of the smoothing
_FURTHER_BLUR = (9, 9)  # px


def _raw(view: PortraitView) -> float:
    """Share of the face's gradients that a further blur takes away, 0..1."""
    left, top, width, height = cv2.boundingRect(view.face_mask)
    part = slice(top, top + height), slice(left, left + width)
    face = view.face_mask[part] > 0
    if not face.any():
        raise NotAssessed("the face lies outside the picture")
    grey = cv2.cvtColor(view.aligned[part], cv2.COLOR_RGB2GRAY)
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), _NOISE)
    before = _gradient(smooth)[face]
    after = _gradient(cv2.blur(smooth, _FURTHER_BLUR))[face]
    total = float(before.sum())
    return float(np.maximum(before - after, 0).sum()) / total if total > 0 else 0.0


def _gradient(grey: cv2.typing.MatLike) -> NDArray[np.float64]:
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return np.hypot(across, down)


def _scalar(raw: float) -> int:
    return sigmoid(raw, 0.24, 0.04)


_BLURRED = Remark(
    message=Words(id="Wajah tidak tajam", en="The face is not sharp"),
    advice=Words(
        id="Fokuskan kamera ke mata dan jangan bergerak",
        en="Focus on the eyes and hold still",
    ),
)
MEASURE = Measure(
    name="Sharpness",
    label=Words(id="Ketajaman", en="Sharpness"),
    raw=_raw,
    scalar=_scalar,
    low=_BLURRED,
    high=_BLURRED,
)
