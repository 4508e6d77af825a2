"""MouthOcclusionPrevention: is something before the mouth (ISO/IEC 29794-5).

OFIQ's formula on another map: our own network of face parts instead of its occlusion network.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import share_free
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Share of the lips that is hidden."""
    return view.parts.mouth_hidden()


_HIDDEN = Remark(
    message=Words(id="Mulut tertutup sesuatu", en="Something is before the mouth"),
    advice=Words(
        id="Buka masker, dan jauhkan tangan atau benda dari mulut",
        en="Take off the mask, and keep hands and things away from the mouth",
    ),
)
MEASURE = Measure(
    name="MouthOcclusionPrevention",
    label=Words(id="Mulut terlihat", en="Mouth visible"),
    method="OFIQ's formula on the parts net's map",
    fidelity="equal to OFIQ 1.1.2 on the same map; the map is advisory",
    raw=_raw,
    scalar=share_free,
    low=_HIDDEN,
    high=_HIDDEN,
)
