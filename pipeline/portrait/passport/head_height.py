"""HeadHeight: chin to crown over the picture's height (ICAO Doc 9303-3: 70 to 80 %).

The mesh has no crown, and hair or a scarf hides it: the eyes are taken as half-way between chin
and crown (so are they in adults within a few percent; children have higher crowns).
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import TOO_CLOSE, TOO_FAR
from pipeline.portrait.view import PortraitView

_HEAD_PER_EYE_TO_CHIN = 2.0


def _raw(view: PortraitView) -> float:
    return _HEAD_PER_EYE_TO_CHIN * view.geometry.eye_to_chin / view.height


MEASURE = Measure(
    name="HeadHeight",
    label=Words(id="Tinggi kepala di foto", en="Height of the head in the picture"),
    raw=_raw,
    scalar=None,
    low=TOO_FAR,
    high=TOO_CLOSE,
    middle=0.75,
)
