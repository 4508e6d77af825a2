"""HeadCovering: is the crown covered (ICAO Doc 9303-3: for religion or medicine only).

Beside NoHeadCoverings, which counts coverings anywhere above the eyes: this one looks only where
the crown is, so a flag or a poster behind the head is no hat.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Share of the top of the head that a hat or scarf takes."""
    return view.parts.crown_covered()


_COVERED = Remark(
    message=Words(id="Kepala memakai penutup", en="The head is covered"),
    advice=Words(
        id="Lepas topi; penutup kepala karena agama boleh bila wajah terlihat",
        en="Take off the hat; a religious covering may stay if the face is free",
    ),
)
MEASURE = Measure(
    name="HeadCovering",
    label=Words(id="Penutup kepala", en="Head covering"),
    raw=_raw,
    scalar=None,
    low=_COVERED,
    high=_COVERED,
)
