"""LeftwardCropOfTheFaceImage: room to the left of the face (ISO/IEC 29794-5).

As in OFIQ's code: measured from the eye that is farther from this edge.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import MORE_TO_LEFT
from pipeline.portrait.scalars import sigmoid
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Picture's left edge to the eye on its right, in inter-eye distances."""
    face = view.geometry
    return float(face.eyes[1, 0]) / max(face.inter_eye_distance, 1.0)


def _scalar(raw: float) -> int:
    return sigmoid(raw, 0.9, 0.1)


MEASURE = Measure(
    name="LeftwardCropOfTheFaceImage",
    label=Words(id="Ruang di kiri wajah", en="Room to the left of the face"),
    method="OFIQ's formula on the face mesh",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=MORE_TO_LEFT,
    high=MORE_TO_LEFT,
)
