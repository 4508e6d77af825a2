"""BackgroundLightness: how light the background is (ICAO Doc 9303-3: plain, light-coloured)."""

from __future__ import annotations

import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.passport._background import background_lab
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Median CIE L* around the head, 0 black to 100 white."""
    return float(np.median(background_lab(view)[:, 0]))


_DARK = Remark(
    message=Words(id="Latar belakang kurang terang", en="The background is not light enough"),
    advice=Words(
        id="Gunakan latar putih dan terangi", en="Use a white background and put light on it"
    ),
)
MEASURE = Measure(
    name="BackgroundLightness",
    label=Words(id="Kecerahan latar belakang", en="Lightness of the background"),
    raw=_raw,
    scalar=None,
    low=_DARK,
    high=_DARK,
)
