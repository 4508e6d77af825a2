"""HeadCentre: where the face's middle lies across the picture (ISO/IEC 19794-5, full frontal)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import MORE_TO_LEFT, MORE_TO_RIGHT
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """The point between the eyes over the picture's width, 0 left to 1 right."""
    return float(view.geometry.eye_middle[0] + 0.5) / view.width


MEASURE = Measure(
    name="HeadCentre",
    label=Words(id="Posisi mendatar wajah", en="Place of the face across the picture"),
    raw=_raw,
    scalar=None,
    low=MORE_TO_LEFT,
    high=MORE_TO_RIGHT,
    middle=0.5,
)
