"""SingleFacePresent: is somebody else in the picture (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import share_free
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Area of the largest other face over that of this one, 0..1."""
    area = view.face.detection.area
    largest = max((other.area for other in view.face.others), default=0.0)
    return min(largest / area, 1.0) if area > 0 else 1.0


_SEVERAL = Remark(
    message=Words(id="Lebih dari satu wajah di foto", en="There is more than one face"),
    advice=Words(
        id="Minta orang lain keluar dari bidang foto", en="Ask others to leave the picture"
    ),
)
MEASURE = Measure(
    name="SingleFacePresent",
    label=Words(id="Satu wajah saja", en="One face only"),
    method="OFIQ's formula on the detector's boxes",
    fidelity="equal to OFIQ 1.1.2 on the same boxes",
    raw=_raw,
    scalar=share_free,
    low=_SEVERAL,
    high=_SEVERAL,
)
