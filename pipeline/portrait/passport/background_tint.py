"""BackgroundTint: how far from white or grey the background's colour is."""

from __future__ import annotations

import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.passport._background import background_lab
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Median CIE chroma around the head; 0 is colourless."""
    lab = background_lab(view)
    return float(np.median(np.hypot(lab[:, 1], lab[:, 2])))


_COLOURED = Remark(
    message=Words(id="Latar belakang berwarna", en="The background is coloured"),
    advice=Words(
        id="Gunakan latar putih; periksa white balance",
        en="Use a white background; check the white balance",
    ),
)
MEASURE = Measure(
    name="BackgroundTint",
    label=Words(id="Warna latar belakang", en="Colour of the background"),
    raw=_raw,
    scalar=None,
    low=_COLOURED,
    high=_COLOURED,
)
