"""MouthClosed: how far the inner lips are apart (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import falling
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Distance of the inner lips over the distance from eyes to chin."""
    return view.geometry.mouth_opening / max(view.geometry.eye_to_chin, 1.0)


def _scalar(raw: float) -> int:
    return falling(raw, 0.2, 0.06)


_OPEN = Remark(
    message=Words(id="Mulut terbuka", en="The mouth is open"),
    advice=Words(id="Tutup mulut, wajah netral", en="Close the mouth, keep a neutral face"),
)
MEASURE = Measure(
    name="MouthClosed",
    label=Words(id="Mulut tertutup", en="Mouth closed"),
    method="OFIQ's formula on the face mesh",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks; rendered open mouths are underrated",
    raw=_raw,
    scalar=_scalar,
    low=_OPEN,
    high=_OPEN,
)
