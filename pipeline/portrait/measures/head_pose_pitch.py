"""HeadPosePitch: is the head nodding (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import frontal
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Degrees; looking down is positive (ISO/IEC 39794-5)."""
    return view.pose.pitch


MEASURE = Measure(
    name="HeadPosePitch",
    label=Words(id="Kepala menunduk", en="Nod of the head"),
    method="OFIQ's curve on our pose net",
    fidelity="1.8 degrees off on rendered people that the net has not seen",
    raw=_raw,
    scalar=frontal,
    low=Remark(
        message=Words(id="Kepala mendongak", en="The head is raised"),
        advice=Words(id="Turunkan dagu sedikit", en="Lower the chin a little"),
    ),
    high=Remark(
        message=Words(id="Kepala menunduk", en="The head is lowered"),
        advice=Words(id="Angkat dagu sedikit", en="Raise the chin a little"),
    ),
)
