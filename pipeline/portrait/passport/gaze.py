"""Gaze: do the eyes look at the camera (ISO/IEC 19794-5:2011, 7.2.3).

Only across: how far the irises lie from the middle between the corners of the eyes. Relative to
the head: who turns the head and keeps looking at the camera gets a little of the opposite sign.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Widths of the eye, positive to the subject's left; eyes turned by 28 degrees give 0.15."""
    return view.geometry.gaze_across


_ASIDE = Remark(
    message=Words(id="Mata tidak melihat ke kamera", en="The eyes look aside"),
    advice=Words(id="Lihat lurus ke kamera", en="Look straight into the camera"),
)
MEASURE = Measure(
    name="Gaze",
    label=Words(id="Arah pandangan", en="Direction of the gaze"),
    raw=_raw,
    scalar=None,
    low=_ASIDE,
    high=_ASIDE,
)
