"""EyesOpen: how far the less open eye is open (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import sigmoid
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Distance of the lids over the distance from eyes to chin."""
    face = view.aligned_geometry
    return face.eye_opening / max(face.eye_to_chin, 1.0)


def _scalar(raw: float) -> int:
    return sigmoid(raw, 0.02, 0.01)


_SHUT = Remark(
    message=Words(id="Mata tertutup atau kurang terbuka", en="The eyes are not open enough"),
    advice=Words(id="Buka mata dan lihat ke kamera", en="Open the eyes and look at the camera"),
)
MEASURE = Measure(
    name="EyesOpen",
    label=Words(id="Mata terbuka", en="Eyes open"),
    method="OFIQ's formula on the face mesh",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks; AUC 1.00 on rendered eyes",
    raw=_raw,
    scalar=_scalar,
    low=_SHUT,
    high=_SHUT,
)
