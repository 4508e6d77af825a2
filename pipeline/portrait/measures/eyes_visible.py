"""EyesVisible: is something before the eyes (ISO/IEC 29794-5).

OFIQ's formula on another map: our own network of face parts instead of its occlusion network.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import share_free
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Share of the boxes around the eyes that is hidden."""
    return view.parts.eyes_hidden()


_HIDDEN = Remark(
    message=Words(id="Mata tertutup sesuatu", en="Something is before the eyes"),
    advice=Words(
        id="Lepas kacamata, singkirkan rambut dan tangan dari mata",
        en="Take off the glasses, and keep hair and hands away from the eyes",
    ),
)
MEASURE = Measure(
    name="EyesVisible",
    label=Words(id="Mata terlihat", en="Eyes visible"),
    method="OFIQ's formula on the parts net's map",
    fidelity="equal to OFIQ 1.1.2 on the same map; the map is advisory",
    raw=_raw,
    scalar=share_free,
    low=_HIDDEN,
    high=_HIDDEN,
)
