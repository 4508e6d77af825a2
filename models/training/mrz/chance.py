"""The dice of a strip: everything random comes from one seed, and what was thrown is kept."""

from __future__ import annotations

import random

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]


class Chance:
    """Random numbers of one stream; ``kinds`` names what the strip at hand was given."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.noise = np.random.default_rng(seed)
        self.kinds: set[str] = set()

    def gives(self, share: float, kind: str = "") -> bool:
        """True in ``share`` of the calls; then ``kind``, if named, joins ``kinds``."""
        hit = self.rng.random() < share
        if hit and kind:
            self.kinds.add(kind)
        return hit

    def between(self, low: float, high: float) -> np.float32:
        """A number of the range, as float32 so that pictures stay float32."""
        return np.float32(self.rng.uniform(low, high))

    def grain(self, shape: tuple[int, ...]) -> Grey:
        """Independent normal noise of unit deviation."""
        return self.noise.standard_normal(shape, dtype=np.float32)

    def smooth(
        self, shape: tuple[int, ...], knots: tuple[int, int], low: float = 0.0, high: float = 1.0
    ) -> Grey:
        """A field that runs linearly between ``knots`` (rows, columns) of random height."""
        heights = self.noise.random(knots, dtype=np.float32) * np.float32(high - low)
        field = cv2.resize(heights, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
        return np.asarray(field + np.float32(low), np.float32)
