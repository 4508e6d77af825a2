"""BackgroundUniformity: how restless the surroundings of the head are (ISO/IEC 29794-5).

OFIQ's formula on another mask: where the selfie segmentation sees no person, instead of its face
parsing network.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, NotAssessed
from pipeline.portrait.measures._remarks import RESTLESS_BACKGROUND
from pipeline.portrait.scalars import sigmoid
from pipeline.portrait.view import PortraitView, luminance


def _raw(view: PortraitView) -> float:
    """Mean length of the luminance gradient (Scharr) over the background."""
    mask = view.background.mask > 0
    if not mask.any():
        raise NotAssessed("no background is visible around the head")
    levels = luminance(view.background.image)
    across = cv2.Scharr(levels, cv2.CV_32F, 1, 0)
    down = cv2.Scharr(levels, cv2.CV_32F, 0, 1)
    return float(np.hypot(across[mask], down[mask]).mean())


def _scalar(raw: float) -> int:
    return sigmoid(raw, 10, 100, top=190, base=1, slope=-1)


MEASURE = Measure(
    name="BackgroundUniformity",
    label=Words(id="Latar belakang polos", en="Plain background"),
    method="OFIQ's formula outside the person that the selfie segmentation sees",
    fidelity="equal to OFIQ 1.1.2 on the same mask",
    raw=_raw,
    scalar=_scalar,
    low=RESTLESS_BACKGROUND,
    high=RESTLESS_BACKGROUND,
)
