"""MouthOcclusionPrevention: is something before the mouth (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import by_eye

MEASURE = by_eye(
    "MouthOcclusionPrevention",
    Words(id="Mulut terlihat", en="Mouth visible"),
    "no weights that find what covers a face can be installed by themselves",
)
