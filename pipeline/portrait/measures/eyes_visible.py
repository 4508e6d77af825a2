"""EyesVisible: is something before the eyes (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import by_eye

MEASURE = by_eye(
    "EyesVisible",
    Words(id="Mata terlihat, kacamata", en="Eyes visible, glasses"),
    "no weights that find what covers a face can be installed by themselves",
)
