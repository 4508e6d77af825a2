"""NoHeadCoverings: is the head bare (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import by_eye

MEASURE = by_eye(
    "NoHeadCoverings",
    Words(id="Penutup kepala", en="Head covering"),
    "the face parsing network that defines it is in no package",
)
