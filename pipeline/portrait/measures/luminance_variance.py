"""LuminanceVariance: how far the face's brightness spreads (ISO/IEC 29794-5)."""

from __future__ import annotations

import math

import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import clamped
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Variance of the face's linear luminance, 0..0.25."""
    levels = np.arange(256) / 255
    mean = float(view.histogram @ levels)
    return float(view.histogram @ (levels - mean) ** 2)


def _scalar(raw: float) -> int:
    return clamped(100 * math.sin(math.pi * 60 * raw / (60 * raw + 1)))


MEASURE = Measure(
    name="LuminanceVariance",
    label=Words(id="Kontras wajah", en="Contrast of the face"),
    method="OFIQ's formula on the aligned face",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=Remark(
        message=Words(id="Kontras wajah terlalu rendah", en="The face has too little contrast"),
        advice=Words(id="Periksa cahaya dan lensa", en="Check the light and the lens"),
    ),
    high=Remark(
        message=Words(id="Kontras wajah terlalu tinggi", en="The face has too much contrast"),
        advice=Words(id="Gunakan cahaya yang lebih lembut", en="Use softer light"),
    ),
    middle=1 / 60,  # where the scalar is 100
)
