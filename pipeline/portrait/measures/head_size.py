"""HeadSize: distance from eyes to chin over the picture's height (ISO/IEC 29794-5).

The optimum 0.45 is a tighter crop than a passport's; the passport's own rule is HeadHeight.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure
from pipeline.portrait.measures._remarks import TOO_CLOSE, TOO_FAR
from pipeline.portrait.scalars import falling
from pipeline.portrait.view import PortraitView

_OPTIMUM = 0.45


def _raw(view: PortraitView) -> float:
    return view.geometry.eye_to_chin / view.height


def _scalar(raw: float) -> int:
    return falling(abs(raw - _OPTIMUM), 0, 0.05, top=200)


MEASURE = Measure(
    name="HeadSize",
    label=Words(id="Ukuran kepala", en="Size of the head"),
    method="OFIQ's formula on the face mesh",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=TOO_FAR,
    high=TOO_CLOSE,
    middle=_OPTIMUM,
)
