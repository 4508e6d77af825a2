"""InterEyeDistance: pixels between the eyes, as if seen from the front (ISO/IEC 29794-5)."""

from __future__ import annotations

import math

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import sigmoid
from pipeline.portrait.view import PortraitView

_STEEPEST = 80.0  # degrees of yaw: beyond, the correction would invent pixels


def _raw(view: PortraitView) -> float:
    """Pixels of the portrait, divided by the cosine of the yaw."""
    yaw = min(abs(view.pose.yaw), _STEEPEST)
    return view.geometry.inter_eye_distance / math.cos(math.radians(yaw))


def _scalar(raw: float) -> int:
    return sigmoid(raw, 70, 20)


_COARSE = Remark(
    message=Words(id="Resolusi wajah terlalu rendah", en="The face has too few pixels"),
    advice=Words(
        id="Mendekat ke kamera atau naikkan resolusi",
        en="Step closer to the camera or raise its resolution",
    ),
)
MEASURE = Measure(
    name="InterEyeDistance",
    label=Words(id="Jarak antarmata", en="Inter-eye distance"),
    method="OFIQ's formula on the face mesh",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks; see below for rendered eyes",
    raw=_raw,
    scalar=_scalar,
    low=_COARSE,
    high=_COARSE,
)
