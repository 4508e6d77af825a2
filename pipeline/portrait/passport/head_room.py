"""HeadRoom: is the whole head with its hair or scarf in the picture (ICAO Doc 9303-3)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.crown import top_of_head
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """From the top of hair or scarf up to the edge, over the picture's height; 0 is cut off."""
    return top_of_head(view) / view.height


_CUT = Remark(
    message=Words(
        id="Bagian atas kepala terpotong", en="The top of the head is cut off by the picture"
    ),
    advice=Words(id="Mundur selangkah atau naikkan kamera", en="Step back or raise the camera"),
)
MEASURE = Measure(
    name="HeadRoom",
    label=Words(id="Ruang di atas kepala", en="Room above the head"),
    raw=_raw,
    scalar=None,
    low=_CUT,
    high=_CUT,
)
