"""EyeLine: where the eyes lie down the picture (ISO/IEC 19794-5, full frontal)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import LOWER_CAMERA, RAISE_CAMERA
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """The point between the eyes over the picture's height, 0 top to 1 bottom."""
    return float(view.geometry.eye_middle[1] + 0.5) / view.height


MEASURE = Measure(
    name="EyeLine",
    label=Words(id="Posisi tegak mata", en="Height of the eyes in the picture"),
    raw=_raw,
    scalar=None,
    low=RAISE_CAMERA,
    high=LOWER_CAMERA,
    middle=0.4,
)
