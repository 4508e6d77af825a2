"""BackgroundShadow: does a shadow or a gradient lie on the background (ICAO Doc 9303-3).

Beside BackgroundUniformity, which sees texture and the camera's noise: here both are smoothed away
and what remains is how light the wall is in one place and in another.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.passport._background import ENOUGH
from pipeline.portrait.view import PortraitView

_SMOOTH = 6.0  # px of 292 across the background's picture, standard deviation
_LEAST_SHARE = 0.3  # of a pixel's neighbourhood that is background: the soft edge of hair is not
_LOW, _HIGH = 5, 95  # percentiles: a shadow on a twentieth of the wall is seen


def _raw(view: PortraitView) -> float:
    """Difference of CIE L* between the lightest and the darkest parts of the smoothed wall."""
    mask = view.background.mask.astype(np.float32)
    if mask.sum() < ENOUGH:
        raise NotAssessed("no background is visible around the head")
    scaled = view.background.image.astype(np.float32) / 255
    light = cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[..., 0]
    share = cv2.GaussianBlur(mask, (0, 0), _SMOOTH)
    smooth = cv2.GaussianBlur(light * mask, (0, 0), _SMOOTH) / np.maximum(share, 1e-6)
    wall = smooth[(mask > 0) & (share > _LEAST_SHARE)]
    if not wall.size:
        raise NotAssessed("no background is visible around the head")
    low, high = np.percentile(wall, (_LOW, _HIGH))
    return float(high - low)


_SHADED = Remark(
    message=Words(id="Ada bayangan pada latar belakang", en="There is a shadow on the background"),
    advice=Words(
        id="Menjauh dari dinding dan terangi latar",
        en="Move away from the wall and light the background",
    ),
)
MEASURE = Measure(
    name="BackgroundShadow",
    label=Words(id="Bayangan pada latar", en="Shadow on the background"),
    raw=_raw,
    scalar=None,
    low=_SHADED,
    high=_SHADED,
)
