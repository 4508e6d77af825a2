"""From the 478 mesh points to the points and lengths that ISO/IEC 29794-5 is written in.

OFIQ, its reference implementation, measures on the 98 points of WFLW; each name below says which
of those the mesh points stand for. Right and left are the subject's: the right eye is on the left
of an unmirrored picture. Lengths are in pixels of whatever picture the points lie in. Where OFIQ
rounds to whole pixels, so does this module: equal landmarks give equal scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.uint8]

RIGHT_CORNERS, LEFT_CORNERS = (33, 133), (362, 263)  # WFLW 60, 64 and 68, 72
# Three pairs of upper and lower lid: WFLW 61-67, 62-66, 63-65 and 69-75, 70-74, 71-73
RIGHT_LIDS = ((160, 144), (159, 145), (158, 153))
LEFT_LIDS = ((387, 373), (386, 374), (385, 380))
RIGHT_IRIS, LEFT_IRIS = 468, 473  # their centres; WFLW 96, 97
INNER_LIPS = ((81, 178), (13, 14), (311, 402))  # WFLW 89-95, 90-94, 91-93
MOUTH_CORNERS = (61, 291)  # WFLW 76, 82
NOSE_TIP, CHIN = 4, 152  # WFLW 54, 16
OUTER_LIPS = (61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181)  # WFLW 76-87
# WFLW 0-32 and the brows 33-50: ear to ear along the jaw, and above the eyes; no forehead
# fmt: off
FACE_OUTLINE = (
    127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288,
    361, 323, 454, 356, 300, 293, 334, 296, 336, 107, 66, 105, 63, 70,
)
# fmt: on
# All that can lie on the hull of OFIQ's points: a nose in profile lies outside jaw and brows
_HULL = (*FACE_OUTLINE, NOSE_TIP, *RIGHT_CORNERS, *LEFT_CORNERS, *OUTER_LIPS)
_MASK_SIDE = 224  # px: OFIQ fills the hull at this size, with 5 % of room above and below it
_MASK_ROOM = 0.05
ALIGNED_SIDE = 616  # px
# Where right eye, left eye, nose tip and the mouth's corners lie in OFIQ's aligned picture
_ALIGNED_POINTS = np.array([(251, 272), (364, 272), (308, 336), (262, 402), (355, 402)], float)


@dataclass(frozen=True)
class FaceGeometry:
    """Points and lengths of one face; ``points`` (478, 2) x, y."""

    points: Floats

    @cached_property
    def eyes(self) -> Floats:
        """Middle between the corners of the right and the left eye, (2, 2), whole pixels."""
        return whole(np.array([self._middle(RIGHT_CORNERS), self._middle(LEFT_CORNERS)]))

    @property
    def eye_middle(self) -> Floats:
        """The point between the eyes, (2,)."""
        middle: Floats = self.eyes.mean(0)
        return middle

    @property
    def whole_eye_middle(self) -> Floats:
        """The same on a whole pixel: OFIQ's margins start there."""
        return whole(self.eye_middle)

    @property
    def whole_eye_to_chin(self) -> float:
        """From there to the chin: the unit of OFIQ's margins."""
        return _length(self.points[CHIN] - self.whole_eye_middle)

    @property
    def inter_eye_distance(self) -> float:
        return _length(self.eyes[1] - self.eyes[0])

    @property
    def eye_to_chin(self) -> float:
        """T of ISO/IEC 29794-5: from the point between the eyes to the chin."""
        return _length(self.points[CHIN] - self.eye_middle)

    @property
    def eye_to_mouth(self) -> float:
        """From the point between the eyes to the middle of the inner lips, both whole pixels."""
        return _length(whole(self._middle(INNER_LIPS[1])) - self.whole_eye_middle)

    @property
    def eye_opening(self) -> float:
        """Widest distance of the lids of the eye that is less open."""
        return min(self._widest(RIGHT_LIDS), self._widest(LEFT_LIDS))

    @property
    def mouth_opening(self) -> float:
        """Widest distance of the inner lips."""
        return self._widest(INNER_LIPS)

    @property
    def gaze_across(self) -> float:
        """Mean place of the irises between the eyes' corners, in widths of the eye; 0 is midway.

        Positive towards the picture's right (of an upright face), the subject's left.
        """
        right = self._iris_place(RIGHT_CORNERS, RIGHT_IRIS)
        return (right + self._iris_place(LEFT_CORNERS, LEFT_IRIS)) / 2

    def face_mask(self, height: int, width: int) -> Mask:
        """Height x width, uint8: 1 inside the convex hull of the face, filled as OFIQ fills it.

        That is on a square of 224 pixels, which is then enlarged without smoothing.
        """
        hull = cv2.convexHull(whole(self.points[list(_HULL)]).astype(np.int32))
        x, y, wide, high = cv2.boundingRect(hull)
        top, bottom = int(y - high * _MASK_ROOM), int(y + high * (1 + _MASK_ROOM))
        middle, reach = x + wide / 2, (bottom - top) / 2
        left, right = int(middle - reach), int(middle + reach)
        if bottom <= top or right <= left:
            return np.zeros((height, width), np.uint8)
        corner = np.array([left, top], np.float32)
        small = (hull.astype(np.float32) - corner) / np.float32(bottom - top) * _MASK_SIDE
        square = np.zeros((_MASK_SIDE, _MASK_SIDE), np.uint8)
        cv2.fillConvexPoly(square, small.astype(np.int32), (1,))
        size = (right - left, bottom - top)
        filled = cv2.resize(square, size, interpolation=cv2.INTER_NEAREST)
        return _pasted(filled.astype(np.uint8, copy=False), (left, top), (height, width))

    def to_aligned(self) -> Floats:
        """2 x 3 similarity that lays the face upright into OFIQ's aligned picture."""
        nose_and_mouth = self.points[[NOSE_TIP, *MOUTH_CORNERS]]
        source = np.vstack([self.eyes, nose_and_mouth]).astype(np.float32)
        # Least median of squares, as OFIQ does: a turned head's nose is left out of the fit.
        matrix, _ = cv2.estimateAffinePartial2D(
            source, _ALIGNED_POINTS.astype(np.float32), method=cv2.LMEDS
        )
        return _by_eyes(self.eyes) if matrix is None else np.asarray(matrix, np.float64)

    def moved(self, matrix: Floats) -> FaceGeometry:
        """The same face after a 2 x 3 matrix."""
        return FaceGeometry(self.points @ matrix[:, :2].T + matrix[:, 2])

    def whole(self) -> FaceGeometry:
        """The same face with every point on a whole pixel, as all of OFIQ's are."""
        return FaceGeometry(whole(self.points))

    def _middle(self, pair: tuple[int, int]) -> Floats:
        middle: Floats = self.points[list(pair)].mean(0)
        return middle

    def _iris_place(self, corners: tuple[int, int], iris: int) -> float:
        across = self.points[corners[1]] - self.points[corners[0]]
        off = self.points[iris] - self._middle(corners)
        return float(off @ across) / max(float(across @ across), 1.0)

    def _widest(self, pairs: tuple[tuple[int, int], ...]) -> float:
        return max(_length(self.points[upper] - self.points[lower]) for upper, lower in pairs)


def whole(points: Floats) -> Floats:
    """Rounded to whole pixels, halves up: as OFIQ rounds what lies in a picture."""
    rounded: Floats = np.floor(points + 0.5)
    return rounded


def _pasted(part: Mask, corner: tuple[int, int], size: tuple[int, int]) -> Mask:
    """``part`` with its first pixel at ``corner`` x, y of a picture of ``size`` height, width."""
    (left, top), (height, width) = corner, size
    picture = np.zeros(size, np.uint8)
    rows = slice(max(top, 0), min(top + part.shape[0], height))
    columns = slice(max(left, 0), min(left + part.shape[1], width))
    if rows.start < rows.stop and columns.start < columns.stop:
        picture[rows, columns] = part[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
        ]
    return picture


def _length(vector: Floats) -> float:
    return float(np.hypot(vector[0], vector[1]))


def _by_eyes(eyes: Floats) -> Floats:
    """The similarity that both eyes alone decide, for points that lie on one line."""
    across, wanted = eyes[1] - eyes[0], _ALIGNED_POINTS[1] - _ALIGNED_POINTS[0]
    turn = complex(*wanted) / (complex(*across) or 1)
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return np.column_stack([linear, _ALIGNED_POINTS[0] - linear @ eyes[0]])
