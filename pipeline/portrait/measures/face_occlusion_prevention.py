"""FaceOcclusionPrevention: is something before the face (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import by_eye

MEASURE = by_eye(
    "FaceOcclusionPrevention",
    Words(id="Wajah tidak tertutup", en="Face not covered"),
    "no weights that find what covers a face can be installed by themselves",
)
