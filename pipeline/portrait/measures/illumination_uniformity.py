"""IlluminationUniformity: are both cheeks lit alike (ISO/IEC 29794-5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import clamped
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Intersection of the luminance histograms of the right and the left cheek, 0..1."""
    cheeks = (view.luminance[cheek] * view.face_mask[cheek] for cheek in view.cheeks)
    right, left = (_histogram(cheek) for cheek in cheeks)
    return float(np.minimum(right, left).sum())


def _histogram(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.bincount(pixels.ravel(), minlength=256) / pixels.size


def _scalar(raw: float) -> int:
    return clamped(100 * raw**0.3)


_ONE_SIDED = Remark(
    message=Words(id="Cahaya pada wajah tidak merata", en="The face is lit from one side"),
    advice=Words(
        id="Hadapkan wajah ke lampu, atau seimbangkan kedua lampu",
        en="Face the light, or balance both lamps",
    ),
)
MEASURE = Measure(
    name="IlluminationUniformity",
    label=Words(id="Kerataan cahaya", en="Evenness of the light"),
    method="OFIQ's formula on the aligned face",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=_ONE_SIDED,
    high=_ONE_SIDED,
)
