"""Lines cut out of the picture in full resolution, laid level, as the recogniser reads them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT = 32
NARROWEST, WIDEST = 64, 1500

Strip = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """A strip's place in the picture: it starts at ``x``, ``y`` in the middle of its left edge.

    ``angle`` is the reading direction in radians, ``along`` and ``across`` its size, all in
    picture pixels.
    """

    x: float
    y: float
    angle: float
    along: float
    across: float

    @property
    def width(self) -> int:
        """Pixels of the strip, square as far as the recogniser's limits allow."""
        return int(np.clip(round(self.along / self.across * HEIGHT), NARROWEST, WIDEST))

    @property
    def scale(self) -> float:
        """Strip pixels a picture pixel, along the line."""
        return self.width / self.along

    def point(self, along: float, across: float = 0.0) -> tuple[float, float]:
        """The picture point ``along`` pixels into the line and ``across`` pixels below it."""
        cosine, sine = float(np.cos(self.angle)), float(np.sin(self.angle))
        return (
            self.x + along * cosine - across * sine,
            self.y + along * sine + across * cosine,
        )


def cut(image: NDArray[np.uint8], frame: Frame) -> Strip:
    """32 x ``frame.width`` grey of an RGB picture; what lies outside repeats its edge."""
    half = frame.across / 2
    corners = np.array(
        [frame.point(0, -half), frame.point(frame.along, -half), frame.point(0, half),
         frame.point(frame.along, half)]
    )  # fmt: skip
    patch, origin, shrink = _patch(image, corners, HEIGHT / frame.across)
    inside = ((corners[:3] - origin) * shrink + (shrink - 1) / 2).astype(np.float32)
    target = np.array([[0, 0], [frame.width, 0], [0, HEIGHT]], np.float32) - 0.5
    matrix = cv2.getAffineTransform(inside, target.astype(np.float32))
    return np.asarray(
        cv2.warpAffine(
            patch,
            matrix,
            (frame.width, HEIGHT),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def _patch(
    image: NDArray[np.uint8], corners: NDArray[np.float64], scale: float
) -> tuple[Strip, NDArray[np.float64], float]:
    """The grey surroundings of ``corners``, averaged down to about the strip's resolution.

    Returns the patch, its origin in the picture and the factor that it was reduced by.
    """
    height, width = image.shape[:2]
    low = np.clip(np.floor(corners.min(axis=0)) - 2, 0, (width - 2, height - 2)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + 3, low + 2, (width, height)).astype(int)
    patch = image[low[1] : high[1], low[0] : high[0]]
    grey = np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), np.uint8)
    if scale >= 0.7:
        return grey, low.astype(np.float64), 1.0
    size = (max(2, round(grey.shape[1] * scale)), max(2, round(grey.shape[0] * scale)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    return small, low.astype(np.float64), scale
