"""Glasses: are any worn (Indonesian passport portraits show none).

What the network of face parts takes for frames and lenses, near the eyes.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Mean probability of frames and lenses in the band across both eyes, 0..1."""
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
