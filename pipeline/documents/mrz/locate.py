"""Where lines of fixed-pitch print lie two or three together, in any of four directions.

Dark print on light paper is brought out by a black-hat, its upright strokes by Sobel, characters
grow together by closing; what is long, thin, parallel and alike makes a zone. The steps are the
classical ones (Hartl, Arth, Schmalstieg: Real-time Detection and Recognition of Machine-Readable
Zones with Mobile Devices, VISAPP 2015); a net that rejects plain text judges the zones later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Point = tuple[float, float]

LEVELS = (
    (640, 13, 0.0),
    (1000, 20, 0.0),
    (1000, 13, 0.0),
    (1600, 14, 0.0),
    (640, 13, 7.0),
    (640, 13, -7.0),
)
"""Longer side that a picture is brought to, the pitch in pixels that is looked for there, and
degrees that it is turned by first: narrow lines laid askew grow together."""
LARGEST_ENLARGEMENT = 3.2
LINES_A_LEVEL = 40
ZONES_A_LEVEL = 6
_CUTS = (1.0, 0.6, 1.4)  # shares of Otsu's threshold: print that touches, print that is faint


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line in picture pixels; ``angle`` (radians) is its reading direction."""

    x: float
    y: float
    length: float
    height: float
    angle: float


@dataclass(frozen=True, slots=True)
class Zone:
    """Two or three parallel lines, first line first when read along ``angle``."""

    lines: tuple[Line, ...]

    @property
    def angle(self) -> float:
        return float(np.median([line.angle for line in self.lines]))

    @property
    def size(self) -> float:
        """Printed length; three lines count a little less, as two of them are a zone too."""
        share = 1.0 if len(self.lines) == 2 else 0.9
        return share * sum(line.length for line in self.lines)

    def extended(self) -> tuple[Zone, ...]:
        """Two lines as two of three: with a line below, and with a line above, of equal spacing."""
        if len(self.lines) != 2:
            return ()
        first, second = self.lines
        dx, dy = second.x - first.x, second.y - first.y
        below = replace(second, x=second.x + dx, y=second.y + dy)
        above = replace(first, x=first.x - dx, y=first.y - dy)
        return Zone((first, second, below)), Zone((above, first, second))

    def turned(self) -> Zone:
        """The same print read upside down."""
        lines = tuple(
            Line(line.x, line.y, line.length, line.height, line.angle + np.pi)
            for line in reversed(self.lines)
        )
        return Zone(lines)


def search(image: NDArray[np.uint8]) -> Iterator[list[Zone]]:
    """Zones of an RGB or grey picture, level by level, the best of each level first.

    Each level is looked at lying and standing; reading upside down is the caller's. The work is
    bounded by ``LEVELS``, ``LINES_A_LEVEL`` and ``ZONES_A_LEVEL``, whatever the picture.
    """
    longer = max(image.shape[:2])
    small = _reduced(image, max(side for side, _, _ in LEVELS))
    for side, pitch, degrees in LEVELS:
        if side / longer > LARGEST_ENLARGEMENT:
            continue
        level, matrix = _level(small, side, degrees)
        matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5  # pixel centres at whole numbers
        back = np.asarray(cv2.invertAffineTransform(matrix), np.float64)
        reduction = longer / max(small.shape)
        for standing in (False, True):
            grey = np.ascontiguousarray(np.rot90(level)) if standing else level
            zones = zones_of(candidates(grey, pitch))
            if standing:
                zones = [_lying(zone, level.shape[1]) for zone in zones]
            yield [_in_picture(zone, back, reduction) for zone in zones]


def _reduced(image: NDArray[np.uint8], side: int) -> Grey:
    """Grey, at most ``side`` long: a 40-megapixel scan is never processed whole."""
    scale = side / max(image.shape[:2])
    if scale < 1:
        size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)


def _level(small: Grey, side: int, degrees: float) -> tuple[Grey, NDArray[np.float64]]:
    """``small`` with its longer side ``side``, turned; and the matrix from corner to corner."""
    scale = side / max(small.shape)
    width, height = round(small.shape[1] * scale), round(small.shape[0] * scale)
    if degrees == 0:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        level = cv2.resize(small, (width, height), interpolation=how)
        matrix = np.array([[width / small.shape[1], 0.0, 0.0], [0.0, height / small.shape[0], 0.0]])
        return np.asarray(level, np.uint8), matrix
    middle = (small.shape[1] / 2, small.shape[0] / 2)
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, degrees, scale), np.float64)
    matrix[:, 2] += np.array([width / 2, height / 2]) - middle
    paper = float(np.median(small[::8, ::8]))
    level = cv2.warpAffine(small, matrix, (width, height), borderValue=paper)
    return np.asarray(level, np.uint8), matrix


def _lying(zone: Zone, width: int) -> Zone:
    """From the level turned left (numpy's rot90) to the level: its row 0 was the last column."""
    lines = tuple(
        replace(line, x=width - 1 - line.y, y=line.x, angle=line.angle + np.pi / 2)
        for line in zone.lines
    )
    return Zone(lines)


def _in_picture(zone: Zone, back: NDArray[np.float64], reduction: float) -> Zone:
    """From pixels of a level to pixels of the picture."""
    scale = float(np.hypot(*back[:, 0])) * reduction
    turn = float(np.arctan2(back[1, 0], back[0, 0]))
    lines = []
    for line in zone.lines:
        x, y = (back @ (line.x, line.y, 1.0) + 0.5) * reduction - 0.5
        lines.append(
            Line(float(x), float(y), line.length * scale, line.height * scale, line.angle + turn)
        )
    return Zone(tuple(lines))


def candidates(grey: Grey, pitch: int) -> list[tuple[Line, int]]:
    """Long thin regions of upright strokes, each with the number of its threshold."""
    strokes = _strokes(grey, pitch)
    level, _ = cv2.threshold(strokes, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    found: list[tuple[Line, int]] = []
    for number, cut in enumerate(_CUTS):
        mask = cv2.threshold(strokes, min(254.0, level * cut), 255, cv2.THRESH_BINARY)[1]
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, _box(2 * pitch, max(3, int(pitch * 0.45))))
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _box(int(3.5 * pitch), 1))
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        lines = (_line_of(contour, pitch) for contour in contours)
        kept = sorted((line for line in lines if line), key=lambda line: -line.length)
        found += [(line, number) for line in kept[:LINES_A_LEVEL]]
    return found


def _strokes(grey: Grey, pitch: int) -> Grey:
    """Density of upright dark strokes, 0..255, grown together along lines."""
    size = max(5, int(pitch * 1.3)) | 1
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, _box(size, size))
    edges = cv2.convertScaleAbs(cv2.Sobel(dark, cv2.CV_16S, 1, 0, ksize=3))
    edges = cv2.blur(edges, (max(3, pitch // 2), max(3, int(pitch * 0.4))))
    top = _percentile(edges, 0.99)
    edges = cv2.convertScaleAbs(edges, alpha=255 / max(top, 1.0))
    return np.asarray(cv2.morphologyEx(edges, cv2.MORPH_CLOSE, _box(int(pitch * 1.6), 1)), np.uint8)


def _percentile(values: Any, share: float) -> float:
    counts = np.cumsum(np.bincount(values.ravel(), minlength=256))
    return float(np.searchsorted(counts, share * counts[-1]))


def _box(width: int, height: int) -> Any:
    return cv2.getStructuringElement(cv2.MORPH_RECT, (max(1, width), max(1, height)))


def _line_of(contour: Any, pitch: int) -> Line | None:
    (x, y), (width, height), degrees = cv2.minAreaRect(contour)
    if width < height:
        width, height, degrees = height, width, degrees - 90
    degrees = (degrees + 90) % 180 - 90
    thin = 0.45 * pitch <= height <= 2.6 * pitch and width >= max(16 * pitch, 11 * height)
    if not thin or abs(degrees) > 30:
        return None
    return Line(x, y, width, height, float(np.deg2rad(degrees)))


def zones_of(found: list[tuple[Line, int]]) -> list[Zone]:
    """Pairs and triples of alike, parallel lines; the longest first, each only once."""
    pairs = [
        (a, b)
        for a, first in found
        for b, second in found
        if a is not b and first == second and _follows(a, b)
    ]
    triples = [(a, b, d) for a, b in pairs for c, d in pairs if b is c]
    zones = sorted((Zone(lines) for lines in [*triples, *pairs]), key=lambda z: -z.size)
    seen: set[tuple[tuple[int, int], ...]] = set()
    kept = []
    for zone in zones:
        key = tuple((round(line.x / 8), round(line.y / 4)) for line in zone.lines)
        if key not in seen:
            seen.add(key)
            kept.append(zone)
    return kept[:ZONES_A_LEVEL]


def _follows(a: Line, b: Line) -> bool:
    """Whether ``b`` is the line below ``a`` of the same block of print."""
    angle = (a.angle + b.angle) / 2
    along = (b.x - a.x) * np.cos(angle) + (b.y - a.y) * np.sin(angle)
    below = (b.y - a.y) * np.cos(angle) - (b.x - a.x) * np.sin(angle)
    height, longer = (a.height + b.height) / 2, max(a.length, b.length)
    return bool(
        height <= below <= 4 * height
        and min(a.length, b.length) >= 0.72 * longer
        and abs(along) <= 0.2 * longer
        and abs(a.angle - b.angle) <= np.deg2rad(4)
    )
