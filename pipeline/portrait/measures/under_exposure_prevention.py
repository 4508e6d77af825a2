"""UnderExposurePrevention: share of the face that is nearly black (ISO/IEC 29794-5).

The standard leaves out what covers the face; no network for that is at hand, so glasses or hair
within the face's outline count as face.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import TOO_DARK
from pipeline.portrait.scalars import sigmoid
from pipeline.portrait.view import PortraitView

_DARK = slice(0, 26)  # luminance levels, of 255


def _raw(view: PortraitView) -> float:
    """Share of the face's pixels at luminance 0 to 25."""
    return float(view.histogram[_DARK].sum())


def _scalar(raw: float) -> int:
    return sigmoid(raw, 0.92, 0.05, top=120, base=0.832, slope=-1)


MEASURE = Measure(
    name="UnderExposurePrevention",
    label=Words(id="Bagian wajah yang gelap", en="Dark parts of the face"),
    method="OFIQ's formula on the aligned face",
    fidelity="equal to OFIQ 1.1.2 on a face that nothing covers",
    raw=_raw,
    scalar=_scalar,
    low=TOO_DARK,
    high=TOO_DARK,
)
