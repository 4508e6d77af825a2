"""DynamicRange: entropy of the face's luminance (ISO/IEC 29794-5)."""

from __future__ import annotations

import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import clamped
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Bits per pixel, 0..8."""
    shares = view.histogram[view.histogram > 0]
    return float(-(shares @ np.log2(shares)))


def _scalar(raw: float) -> int:
    return clamped(12.5 * raw)


_FLAT = Remark(
    message=Words(id="Wajah kurang berdetail terang-gelap", en="The face has too few shades"),
    advice=Words(
        id="Periksa cahaya, eksposur dan lensa", en="Check the light, the exposure and the lens"
    ),
)
MEASURE = Measure(
    name="DynamicRange",
    label=Words(id="Rentang dinamis", en="Dynamic range"),
    method="OFIQ's formula on the aligned face",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=_FLAT,
    high=_FLAT,
)
