"""What the zone net is to say of a scene, painted while papers are laid down."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.zones.net import CELL, FINE, PITCH_UNIT
from models.training.zones.papers import Lines, Points

SMALLEST, LARGEST = 3.4, 20.0
"""Pitches (pixels) that the net learns to find; smaller and larger ones count neither way."""
SEGMENTS = 8  # parts of a zone that have their own pitch and direction

_OPPOSITE = np.array([-1, -1, 1, 1, 1], np.float32)[:, None, None]  # of a course


@dataclass(frozen=True)
class Wanted:
    """The maps of one picture.

    ``lines``: H/4 x W/4, the share of a cell that is a line of a zone, or -1 where nothing is
    asked. ``course``: 5 x H/8 x W/8, cosine and sine of the reading direction and of twice it, and
    the logarithm of the pitch over 8 pixels, where ``inside`` (H/8 x W/8) is True.
    """

    lines: NDArray[np.float32]
    course: NDArray[np.float32]
    inside: NDArray[np.bool_]

    def turned(self) -> Wanted:
        """The maps of the same picture upside down."""
        course = self.course[:, ::-1, ::-1] * _OPPOSITE
        return Wanted(self.lines[::-1, ::-1], course, self.inside[::-1, ::-1])


class Maps:
    """Maps being painted; ``size`` is the picture's width and height."""

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        self._printed = np.zeros((height, width), np.float32)
        self._unasked = np.zeros((height, width), np.uint8)
        self._course = np.zeros((5, height // CELL, width // CELL), np.float32)
        self._inside = np.zeros((height // CELL, width // CELL), np.uint8)

    def cover(self, shown: NDArray[np.uint8]) -> None:
        """Forget what lies under something new (H x W, not 0 where it is)."""
        self._printed[shown > 0] = 0
        self._unasked[shown > 0] = 0
        self._inside[shown[CELL // 2 :: CELL, CELL // 2 :: CELL] > 0] = 0

    def mark(self, zone: Lines, move: Points) -> None:
        """Paint a zone whose paper lies in the picture by the homography ``move``."""
        for ends in zone.ends:
            quad = _moved(_quad(ends[None], 0.5 * zone.cap), move)
            cv2.fillConvexPoly(self._printed, _fixed(quad, 1), 1.0, shift=4)
        for part in range(SEGMENTS):
            self._mark_part(zone, move, part)

    def wanted(self) -> Wanted:
        """The maps as the net gives them."""
        height, width = self._printed.shape
        size = (width // FINE, height // FINE)
        lines = np.asarray(cv2.resize(self._printed, size, interpolation=cv2.INTER_AREA))
        lines[self._unasked[FINE // 2 :: FINE, FINE // 2 :: FINE] > 0] = -1
        return Wanted(lines, self._course, self._inside == 1)

    def _mark_part(self, zone: Lines, move: Points, part: int) -> None:
        """Direction and pitch of one of the ``SEGMENTS`` of a zone; too small or large: unasked."""
        shares = np.array([part, part + 1]) / SEGMENTS
        first, last = zone.ends[:, 0], zone.ends[:, 1]
        ends = np.stack([first + (last - first) * share for share in shares], axis=1)
        middle = _moved(ends.mean(axis=0), move)
        step = middle[1] - middle[0]
        length = float(np.hypot(*step))
        pitch = length / (zone.columns / SEGMENTS)
        good = SMALLEST <= pitch <= LARGEST
        quad = _moved(_quad(ends, 0.6 * zone.cap), move)
        cosine, sine = step / length
        double = (cosine * cosine - sine * sine, 2 * cosine * sine)
        values = (cosine, sine, *double, np.log(pitch / PITCH_UNIT))
        for plane, value in zip(self._course, values, strict=True):
            cv2.fillConvexPoly(plane, _fixed(quad, CELL), float(value), shift=4)
        cv2.fillConvexPoly(self._inside, _fixed(quad, CELL), 1 if good else 2, shift=4)
        if not good:
            cv2.fillConvexPoly(self._unasked, _fixed(quad, 1), 1, shift=4)


def _fixed(points: Points, cell: int) -> NDArray[np.int32]:
    """Picture points in sixteenths of cells of ``cell`` pixels."""
    return np.round((points - (cell - 1) / 2) / cell * 16).astype(np.int32)


def _quad(ends: Points, reach: float) -> Points:
    """Around lines (n x 2 x 2) with ``reach`` above the first and below the last; clockwise."""
    up = np.array([0.0, -reach])
    return np.stack([ends[0, 0] + up, ends[0, 1] + up, ends[-1, 1] - up, ends[-1, 0] - up])


def _moved(points: Points, move: Points) -> Points:
    return np.asarray(cv2.perspectiveTransform(points[None], move)[0], np.float64)
