"""RightwardCropOfTheFaceImage: room to the right of the face (ISO/IEC 29794-5).

As in OFIQ's code: measured from the eye that is farther from this edge.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import MORE_TO_RIGHT
from pipeline.portrait.scalars import sigmoid
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """The eye on the picture's left to its right edge, in inter-eye distances."""
    face = view.geometry
    return float(view.width - face.eyes[0, 0]) / max(face.inter_eye_distance, 1.0)


def _scalar(raw: float) -> int:
    return sigmoid(raw, 0.9, 0.1)


MEASURE = Measure(
    name="RightwardCropOfTheFaceImage",
    label=Words(id="Ruang di kanan wajah", en="Room to the right of the face"),
    method="OFIQ's formula on the face mesh",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=MORE_TO_RIGHT,
    high=MORE_TO_RIGHT,
)
