"""DarkGlasses: do tinted lenses hide the eyes (ICAO Doc 9303-3: no tinted lenses).

What the network of face parts calls dark lenses, near the eyes.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Share of the surroundings of the eyes that dark lenses take."""
    return view.parts.dark_glasses()


_WORN = Remark(
    message=Words(id="Memakai kacamata gelap", en="Dark glasses are worn"),
    advice=Words(id="Lepas kacamata gelap", en="Take off the dark glasses"),
)
MEASURE = Measure(
    name="DarkGlasses",
    label=Words(id="Kacamata gelap", en="Dark glasses"),
    raw=_raw,
    scalar=None,
    low=_WORN,
    high=_WORN,
)
