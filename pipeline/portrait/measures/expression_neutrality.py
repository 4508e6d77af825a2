"""ExpressionNeutrality: is the expression neutral (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import by_eye

MEASURE = by_eye(
    "ExpressionNeutrality",
    Words(id="Ekspresi netral", en="Neutral expression"),
    "the networks that define it are in no package; the mesh alone does not tell it reliably",
)
