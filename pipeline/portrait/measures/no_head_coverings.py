"""NoHeadCoverings: is the head covered (ISO/IEC 29794-5).

OFIQ's formula on another map: our own network of face parts instead of its parsing network.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import clamped, logistic
from pipeline.portrait.view import PortraitView

_ALL, _MIDDLE, _WIDTH = 0.95, 0.02, 0.1  # OFIQ's T1, x0 and w


def _raw(view: PortraitView) -> float:
    """Share of the picture from the eyes upwards that a covering takes."""
    return view.parts.covered()


def _scalar(raw: float) -> int:
    """100 without any, 0 from a share of 0.95 on; a sigmoid between, stretched to meet both."""
    if raw >= _ALL:
        return 0
    least, most = logistic(0, _MIDDLE, _WIDTH), logistic(_ALL, _MIDDLE, _WIDTH)
    return clamped(100 * (most - logistic(raw, _MIDDLE, _WIDTH)) / (most - least))


_COVERED = Remark(
    message=Words(id="Kepala memakai penutup", en="The head is covered"),
    advice=Words(
        id="Lepas topi; penutup kepala karena agama boleh bila wajah terlihat",
        en="Take off the hat; a religious covering may stay if the face is free",
    ),
)
MEASURE = Measure(
    name="NoHeadCoverings",
    label=Words(id="Tanpa penutup kepala", en="No head covering"),
    method="OFIQ's formula on the parts net's map",
    fidelity="equal to OFIQ 1.1.2 on the same map; the map is advisory",
    raw=_raw,
    scalar=_scalar,
    low=_COVERED,
    high=_COVERED,
)
