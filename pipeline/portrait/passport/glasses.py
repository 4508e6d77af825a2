"""Glasses: are any worn (Indonesian passport portraits show none).

What the network of face parts calls frames and lenses, near the eyes.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Share of the surroundings of the eyes that frames and lenses take."""
    return view.parts.glasses()


_WORN = Remark(
    message=Words(id="Memakai kacamata", en="Glasses are worn"),
    advice=Words(id="Lepas kacamata", en="Take off the glasses"),
)
MEASURE = Measure(
    name="Glasses",
    label=Words(id="Kacamata", en="Glasses"),
    raw=_raw,
    scalar=None,
    low=_WORN,
    high=_WORN,
)
