"""UnifiedQualityScore: one number for the use in face recognition (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import by_eye

MEASURE = by_eye(
    "UnifiedQualityScore",
    Words(id="Nilai mutu gabungan", en="Unified quality score"),
    "the MagFace network that defines it is in no package, and no added model stands in for it",
)
