"""HeadHeight: chin to crown over the picture's height (ICAO Doc 9303-3: 70 to 80 %)."""

from __future__ import annotations

import numpy as np

from pipeline.findings import Words
from pipeline.portrait.crown import head_ends
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import TOO_CLOSE, TOO_FAR
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Chin to crown, without hair, over the height."""
    crown, chin = head_ends(view)
    return float(np.hypot(*(chin - crown))) / view.height


MEASURE = Measure(
    name="HeadHeight",
    label=Words(id="Tinggi kepala di foto", en="Height of the head in the picture"),
    raw=_raw,
    scalar=None,
    low=TOO_FAR,
    high=TOO_CLOSE,
    middle=0.75,
)
