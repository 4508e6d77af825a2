"""HeadPoseYaw: is the head turned to a side (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import frontal
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Degrees; looking to the own left is positive (ISO/IEC 39794-5)."""
    return view.pose.yaw


MEASURE = Measure(
    name="HeadPoseYaw",
    label=Words(id="Kepala menoleh", en="Turn of the head"),
    method="OFIQ's curve on our pose net",
    fidelity="0.7 degrees off on rendered people that the net has not seen",
    raw=_raw,
    scalar=frontal,
    low=Remark(
        message=Words(id="Kepala menoleh ke kanan", en="The head is turned to the right"),
        advice=Words(id="Tolehkan kepala sedikit ke kiri", en="Turn the head slightly left"),
    ),
    high=Remark(
        message=Words(id="Kepala menoleh ke kiri", en="The head is turned to the left"),
        advice=Words(id="Tolehkan kepala sedikit ke kanan", en="Turn the head slightly right"),
    ),
)
