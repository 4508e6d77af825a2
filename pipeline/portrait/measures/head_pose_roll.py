"""HeadPoseRoll: is the head tilted (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import frontal
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Degrees; a tilt to the own right shoulder is positive (ISO/IEC 39794-5)."""
    return view.pose.roll


MEASURE = Measure(
    name="HeadPoseRoll",
    label=Words(id="Kepala miring", en="Tilt of the head"),
    method="OFIQ's curve on our pose net",
    fidelity="0.3 degrees off on rendered people that the net has not seen",
    raw=_raw,
    scalar=frontal,
    low=Remark(
        message=Words(id="Kepala miring ke bahu kiri", en="The head leans to the left"),
        advice=Words(id="Tegakkan kepala", en="Hold the head upright"),
    ),
    high=Remark(
        message=Words(id="Kepala miring ke bahu kanan", en="The head leans to the right"),
        advice=Words(id="Tegakkan kepala", en="Hold the head upright"),
    ),
)
