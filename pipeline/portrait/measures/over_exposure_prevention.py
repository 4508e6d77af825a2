"""OverExposurePrevention: share of the face that is burnt out (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import TOO_BRIGHT
from pipeline.portrait.scalars import clamped
from pipeline.portrait.view import PortraitView

_BURNT = slice(247, 256)  # luminance levels, of 255


def _raw(view: PortraitView) -> float:
    """Share of the face's pixels at luminance 247 to 255."""
    return float(view.histogram[_BURNT].sum())


def _scalar(raw: float) -> int:
    return clamped(1 / (raw + 0.01))


MEASURE = Measure(
    name="OverExposurePrevention",
    label=Words(id="Bagian wajah yang terlalu terang", en="Burnt-out parts of the face"),
    method="OFIQ's formula on the aligned face",
    fidelity="equal to OFIQ 1.1.2 on a face that nothing covers",
    raw=_raw,
    scalar=_scalar,
    low=TOO_BRIGHT,
    high=TOO_BRIGHT,
)
