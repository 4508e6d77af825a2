"""What every engine that reads lines of printed text gives and promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Quad = NDArray[np.float64]
"""Four corners, shape (4, 2), pixels: upper left, upper right, lower right, lower left."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text: where it stands, what it says, and how sure the engine is (0..1)."""

    quad: Quad
    text: str
    char_confidence: tuple[float, ...]  # one a character of ``text``

    @property
    def confidence(self) -> float:
        """Of the worst character: one misread digit makes a number wrong. 0 without text."""
        return min(self.char_confidence, default=0.0)

    @property
    def centre(self) -> tuple[float, float]:
        x, y = self.quad.mean(axis=0)
        return float(x), float(y)

    @property
    def height(self) -> float:
        """Pixels between the upper and lower edge."""
        sides = self.quad[[3, 2]] - self.quad[[0, 1]]
        return float(np.hypot(sides[:, 0], sides[:, 1]).mean())

    @property
    def left(self) -> float:
        return float(self.quad[[0, 3], 0].mean())

    @property
    def right(self) -> float:
        return float(self.quad[[1, 2], 0].mean())


class LineReader(Protocol):
    """An engine that finds and reads lines of Latin text."""

    name: str

    def lines(self, image: Rgb) -> tuple[TextLine, ...]:
        """Every line of ``image`` (H x W x 3, uint8, RGB, upright), from top to bottom."""
        ...

    def read_line(
        self, image: Rgb, quad: Quad, *, alphabet: str | None = None, width: float = 1.0
    ) -> TextLine:
        """Another look at the line inside ``quad``, its width scaled.

        ``alphabet``: nothing else is there; a confidence is then a share among its letters.
        """
        ...
