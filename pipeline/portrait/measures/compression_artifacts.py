"""CompressionArtifacts: did compression harm the face (ISO/IEC 29794-5)."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import by_eye

MEASURE = by_eye(
    "CompressionArtifacts",
    Words(id="Cacat kompresi", en="Compression artefacts"),
    "the network that defines it is in no package",
)
