"""What every face detector offers, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]

KEYPOINTS = ("right_eye", "left_eye", "nose", "mouth", "right_ear", "left_ear")
"""The subject's right and left: the right eye is on the left of an unmirrored picture. A detector
that knows no ears gives the first four."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One face: ``box`` (4,) x0 y0 x1 y1, ``keypoints`` (4 or 6, 2) as in KEYPOINTS, pixels."""

    box: Floats
    keypoints: Floats
    score: float  # 0..1

    @property
    def area(self) -> float:
        """Box area in square pixels."""
        width, height = self.box[2:] - self.box[:2]
        return float(max(width, 0.0) * max(height, 0.0))

    @property
    def middle(self) -> Floats:
        """The box's middle, x y."""
        middle: Floats = (self.box[:2] + self.box[2:]) / 2
        return middle

    def moved(self, scale: float, offset: Floats) -> Detection:
        """The same face after ``point * scale + offset``."""
        box = (self.box.reshape(2, 2) * scale + offset).reshape(4)
        return Detection(box, self.keypoints * scale + offset, self.score)

    def to_dict(self) -> dict[str, Any]:
        return {
            "box": [round(float(side), 1) for side in self.box],
            "keypoints": [[round(float(x), 1), round(float(y), 1)] for x, y in self.keypoints],
            "score": round(self.score, 4),
        }


class Detector(Protocol):
    """Finds faces in a picture."""

    def detect(self, rgb: Rgb) -> tuple[Detection, ...]:
        """Every face in ``rgb`` (H x W x 3, uint8, RGB), best first."""
        ...
