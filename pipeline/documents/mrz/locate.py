"""Where machine-readable zones are printed in a picture, in any direction, at two scales.

A small net looks at the whole picture, first reduced; if the caller is not content once more
larger, and last softened, for print behind the grid of a screen: what no look sees costs the same
three looks in every picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.text.zone_net import ZoneFinder
from pipeline.documents.mrz.traces import Line, Zone, zones_in

Grey = NDArray[np.uint8]

SIDES = (560, 1000)
"""Longer sides of the looks: lines from a quarter of the picture's longer side, from a seventh.

Even thirty characters that fill the first look are no larger than the net knows them.
"""
ALIKE = 1.1
"""A picture less than this much larger than a look is not reduced, nor looked at once more."""


SOFT = 1.2
"""Pixels of the first look over which the last one is softened (deviation of a Gaussian)."""


def search(image: NDArray[np.uint8], finder: ZoneFinder) -> Iterator[list[Zone]]:
    """Zones of an RGB picture, look by look, the best of each look first; at most three looks."""
    for grey, scale in _looks(image):
        yield [in_picture(zone, scale) for zone in zones_in(finder.see(grey))]


def in_picture(zone: Zone, scale: float) -> Zone:
    """From pixels of a look to those of the picture, which has ``scale`` times as many a side."""
    return Zone(tuple(_in_picture(line, scale) for line in zone.lines))


def _in_picture(line: Line, scale: float) -> Line:
    return replace(
        line,
        x=(line.x + 0.5) * scale - 0.5,
        y=(line.y + 0.5) * scale - 0.5,
        length=line.length * scale,
        pitch=line.pitch * scale,
    )


def _looks(image: NDArray[np.uint8]) -> Iterator[tuple[Grey, float]]:
    """The picture in grey at each look's size, with picture pixels a pixel of the look."""
    large = _grey(image, SIDES[-1])
    longer = max(image.shape[:2])
    first = large if max(large.shape) <= SIDES[0] * ALIKE else _reduced(large, SIDES[0])
    yield first, longer / max(first.shape)
    if max(large.shape) > max(first.shape) * ALIKE:
        yield large, longer / max(large.shape)
    soft = np.asarray(cv2.GaussianBlur(first, (0, 0), SOFT), np.uint8)
    yield soft, longer / max(first.shape)


def _grey(image: NDArray[np.uint8], side: int) -> Grey:
    """Grey, its longer side about ``side`` if it is longer; a large scan is averaged first."""
    factor = min(max(image.shape[:2]) // side, *image.shape[:2])  # of a ribbon a row must stay
    if factor > 1:  # averaging is quick for whole factors only
        height, width = image.shape[0] // factor, image.shape[1] // factor
        whole = image[: height * factor, : width * factor]
        image = np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA))
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    return _reduced(grey, side) if max(grey.shape) > side * ALIKE else grey


def _reduced(grey: Grey, side: int) -> Grey:
    scale = side / max(grey.shape)
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    how = cv2.INTER_AREA if abs(1 / scale - 2) < 0.01 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)
