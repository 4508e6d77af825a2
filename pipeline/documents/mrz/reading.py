"""What reading a picture gives: the lines as seen and as corrected, fields, verdicts, place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.findings import Finding

Polygon = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class MrzReading:
    """A zone that was read, or the finding that there is none.

    ``raw_lines`` is what the net saw, ``lines`` what the rules made of it. ``verified`` holds only
    if every rule holds, every character and the zone as a whole are sure, and nothing was
    corrected. Confidences are calibrated probabilities that a character of ``lines``, or all of
    them, are right. ``polygon``: the zone's corners in picture pixels, upper left first as read.
    """

    found: bool
    format: str | None = None
    lines: tuple[str, ...] = ()
    raw_lines: tuple[str, ...] = ()
    verified: bool = False
    confidence: float = 0.0  # of the worst character
    char_confidence: tuple[tuple[float, ...], ...] = ()
    zone_confidence: float = 0.0  # that every character is right
    fields: Mapping[str, str | None] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    polygon: Polygon | None = None
    # Lines x columns x 37 probabilities, for fusing several readings of one zone.
    _seen: NDArray[np.float64] | None = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        corners = self.polygon
        return {
            "format": self.format,
            "found": self.found,
            "lines": list(self.lines),
            "raw_lines": list(self.raw_lines),
            "verified": self.verified,
            "confidence": round(self.confidence, 4),
            "zone_confidence": round(self.zone_confidence, 4),
            "fields": dict(self.fields),
            "findings": [finding.to_dict() for finding in self.findings],
            "polygon": [[round(x, 1), round(y, 1)] for x, y in corners] if corners else None,
        }
