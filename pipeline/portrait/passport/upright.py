"""Upright: does the picture stand on its side or on its head."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Quarters by which the head is turned clockwise in the picture, 0 to 3."""
    return float(view.face.quarters)


_TURNED = Remark(
    message=Words(
        id="Foto miring seperempat putaran atau terbalik",
        en="The picture lies on its side or upside down",
    ),
    advice=Words(
        id="Putar foto hingga kepala tegak", en="Rotate the picture until the head is upright"
    ),
)
MEASURE = Measure(
    name="Upright",
    label=Words(id="Foto tegak", en="Picture upright"),
    raw=_raw,
    scalar=None,
    low=_TURNED,
    high=_TURNED,
)
