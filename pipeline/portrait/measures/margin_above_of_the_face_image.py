"""MarginAboveOfTheFaceImage: room above the face (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import RAISE_CAMERA
from pipeline.portrait.scalars import sigmoid
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Picture's top to the eyes, in distances from eyes to chin."""
    face = view.geometry
    return float(face.whole_eye_middle[1]) / max(face.whole_eye_to_chin, 1.0)


def _scalar(raw: float) -> int:
    return sigmoid(raw, 1.4, 0.1)


MEASURE = Measure(
    name="MarginAboveOfTheFaceImage",
    label=Words(id="Ruang di atas wajah", en="Room above the face"),
    method="OFIQ's formula on the face mesh",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=RAISE_CAMERA,
    high=RAISE_CAMERA,
)
