"""Lines cut out of the picture in full resolution, laid level, as the recogniser reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT = 32
NARROWEST, WIDEST = 64, 1500
STRAIGHT = 0.02
"""Bow of a line, in heights of its frame, that needs no bending back."""
BESIDE, ABOVE = 3.0, 0.8
"""Room around the frames of a patch, in heights of a frame: later looks are longer and taller."""

Strip = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """A strip's place in the picture: it starts at ``x``, ``y`` in the middle of its left edge.

    ``angle`` is the reading direction in radians, ``along`` and ``across`` its size, all in
    picture pixels. A bent page bends its lines: the middle lies ``bow`` pixels below the chord
    from end to end, as of a parabola.
    """

    x: float
    y: float
    angle: float
    along: float
    across: float
    bow: float = 0.0

    @property
    def width(self) -> int:
        """Pixels of the strip, square as far as the recogniser's limits allow."""
        return min(max(round(self.along / self.across * HEIGHT), NARROWEST), WIDEST)

    @property
    def scale(self) -> float:
        """Strip pixels a picture pixel, along the line."""
        return self.width / self.along

    def point(self, along: float, across: float = 0.0) -> tuple[float, float]:
        """The picture point ``along`` pixels into the line and ``across`` pixels below it."""
        cosine, sine = float(np.cos(self.angle)), float(np.sin(self.angle))
        across += self.sag(along)
        return (
            self.x + along * cosine - across * sine,
            self.y + along * sine + across * cosine,
        )

    def sag(self, along: float) -> float:
        """How far the line lies below its chord, ``along`` pixels into it."""
        share = along / self.along
        return 4 * self.bow * share * (1 - share)

    def part(self, first: float, last: float, lower: tuple[float, float] = (0.0, 0.0)) -> Frame:
        """From ``first`` to ``last`` pixels along this one, its ends ``lower`` by so much."""
        x, y = self.point(first, lower[0])
        down = lower[1] + self.sag(last) - lower[0] - self.sag(first)
        length = float(np.hypot(last - first, down))
        angle = self.angle + float(np.arctan(down / (last - first)))
        bow = self.bow * ((last - first) / self.along) ** 2
        return Frame(x, y, angle, length, self.across, bow)

    def corners(self, beside: float = 0.0, above: float = 0.0) -> NDArray[np.float64]:
        """Upper left, upper right, lower left, lower right, with room around (picture pixels)."""
        half, first, last = self.across / 2 + above, -beside, self.along + beside
        return np.array(
            [self.point(first, -half), self.point(last, -half), self.point(first, half),
             self.point(last, half)]
        )  # fmt: skip

    def outline(self, beside: float = 0.0, above: float = 0.0) -> NDArray[np.float64]:
        """The corners, and the middles above and below, which a bow moves the farthest."""
        half = self.across / 2 + above
        middles = [self.point(self.along / 2, -half), self.point(self.along / 2, half)]
        return np.concatenate([self.corners(beside, above), middles])


@dataclass(frozen=True, slots=True)
class Patch:
    """Grey surroundings of the lines of one zone, averaged to about the strips' resolution.

    ``origin`` is its corner in the picture; one of its pixels is ``factor`` picture pixels wide.
    """

    grey: Strip
    origin: NDArray[np.float64]
    factor: int

    def reaching(self, image: NDArray[np.uint8], frames: Sequence[Frame]) -> Patch:
        """The same if it holds all of ``frames`` that the picture has, else a larger one."""
        height, width = image.shape[:2]
        corners = np.concatenate([frame.outline() for frame in frames]).clip(0, (width, height))
        size = (np.array(self.grey.shape[::-1]) + 1) * self.factor
        inside = (corners >= self.origin) & (corners <= self.origin + size)
        return self if inside.all() else patch_around(image, frames)

    def cut(self, frame: Frame) -> Strip:
        """32 x ``frame.width`` grey; what lies outside repeats its edge."""
        if abs(frame.bow) > STRAIGHT * frame.across:
            return self._bent(frame)
        inside = (frame.corners()[:3] - self.origin + 0.5) / self.factor - 0.5
        target = np.array([[0, 0], [frame.width, 0], [0, HEIGHT]], np.float32) - 0.5
        matrix = cv2.getAffineTransform(inside.astype(np.float32), target.astype(np.float32))
        size = (frame.width, HEIGHT)
        strip = cv2.warpAffine(
            self.grey, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(strip, np.uint8)

    def _bent(self, frame: Frame) -> Strip:
        along = (np.arange(frame.width) + 0.5) / frame.scale
        across = (np.arange(HEIGHT) + 0.5 - HEIGHT / 2) * frame.across / HEIGHT
        share = along / frame.along
        across = across[:, None] + 4 * frame.bow * share * (1 - share)
        cosine, sine = np.cos(frame.angle), np.sin(frame.angle)
        x, y = frame.x + along * cosine - across * sine, frame.y + along * sine + across * cosine
        points = (np.stack([x, y]) - self.origin[:, None, None] + 0.5) / self.factor - 0.5
        first, second = points.astype(np.float32)
        return np.asarray(
            cv2.remap(self.grey, first, second, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
            np.uint8,
        )


def patch_around(image: NDArray[np.uint8], frames: Sequence[Frame]) -> Patch:
    """The surroundings of ``frames`` in an RGB picture, with room for longer and taller ones."""
    corners = np.concatenate(
        [frame.outline(BESIDE * frame.across, ABOVE * frame.across) for frame in frames]
    )
    factor = max(1, int(max(frame.across for frame in frames) / HEIGHT + 0.2))
    height, width = image.shape[:2]
    low = np.clip(np.floor(corners.min(axis=0)) - 2, 0, (width - 2, height - 2)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + 3, low + 2, (width, height)).astype(int)
    factor = min(factor, *(int(side) for side in high - low))
    columns, rows = (high - low) // factor  # averaging is quick for whole factors only
    part = image[low[1] : low[1] + rows * factor, low[0] : low[0] + columns * factor]
    grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8)
    if factor > 1:
        size = (int(columns), int(rows))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Patch(grey, low.astype(np.float64), factor)


def cut(image: NDArray[np.uint8], frame: Frame) -> Strip:
    """32 x ``frame.width`` grey of an RGB picture; what lies outside repeats its edge."""
    return patch_around(image, [frame]).cut(frame)
