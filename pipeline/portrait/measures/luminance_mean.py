"""LuminanceMean: how bright the face is on average (ISO/IEC 29794-5).

The scalar falls with dark skin; a profile that judges by it would judge the person.
"""

from __future__ import annotations

import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import TOO_BRIGHT, TOO_DARK
from pipeline.portrait.scalars import clamped, logistic
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Mean linear luminance of the face, 0..1."""
    return float(view.histogram @ (np.arange(256) / 255))


def _scalar(raw: float) -> int:
    return clamped(100 * logistic(raw, 0.2, 0.05) * (1 - logistic(raw, 0.8, 0.05)))


MEASURE = Measure(
    name="LuminanceMean",
    label=Words(id="Kecerahan wajah", en="Brightness of the face"),
    method="OFIQ's formula on the aligned face",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=TOO_DARK,
    high=TOO_BRIGHT,
    middle=0.5,
)
