"""From the 478 mesh points to the points and lengths that ISO/IEC 29794-5 is written in.

OFIQ, its reference implementation, measures on the 98 points of WFLW; each name below says which
of those the mesh points stand for. Right and left are the subject's: the right eye is on the left
of an unmirrored picture. Lengths are in pixels of whatever picture the points lie in.
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
# WFLW 0-32 and the brows 33-50: ear to ear along the jaw, and above the eyes; no forehead
# fmt: off
FACE_OUTLINE = (
    127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288,
    361, 323, 454, 356, 300, 293, 334, 296, 336, 107, 66, 105, 63, 70,
)
# fmt: on
ALIGNED_SIDE = 616  # px
# Where right eye, left eye, nose tip and the mouth's corners lie in OFIQ's aligned picture
_ALIGNED_POINTS = np.array([(251, 272), (364, 272), (308, 336), (262, 402), (355, 402)], float)


@dataclass(frozen=True)
class FaceGeometry:
    """Points and lengths of one face; ``points`` (478, 2) x, y."""

    points: Floats

    @cached_property
    def eyes(self) -> Floats:
        """Middle between the corners of the right and the left eye, (2, 2)."""
        return np.array([self._middle(RIGHT_CORNERS), self._middle(LEFT_CORNERS)])

    @property
    def eye_middle(self) -> Floats:
        """The point between the eyes, (2,)."""
        middle: Floats = self.eyes.mean(0)
        return middle

    @property
    def inter_eye_distance(self) -> float:
        return _length(self.eyes[1] - self.eyes[0])

    @property
    def eye_to_chin(self) -> float:
        """T of ISO/IEC 29794-5: from the point between the eyes to the chin."""
        return _length(self.points[CHIN] - self.eye_middle)

    @property
    def eye_to_mouth(self) -> float:
        """From the point between the eyes to the middle of the inner lips."""
        return _length(self._middle(INNER_LIPS[1]) - self.eye_middle)

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
        """Height x width, uint8: 1 inside the convex hull of jaw and brows."""
        hull = cv2.convexHull(np.rint(self.points[list(FACE_OUTLINE)]).astype(np.int32))
        mask = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(mask, hull, (1,))
        return mask

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

    def _middle(self, pair: tuple[int, int]) -> Floats:
        middle: Floats = self.points[list(pair)].mean(0)
        return middle

    def _iris_place(self, corners: tuple[int, int], iris: int) -> float:
        across = self.points[corners[1]] - self.points[corners[0]]
        off = self.points[iris] - self._middle(corners)
        return float(off @ across) / max(float(across @ across), 1.0)

    def _widest(self, pairs: tuple[tuple[int, int], ...]) -> float:
        return max(_length(self.points[upper] - self.points[lower]) for upper, lower in pairs)


def _length(vector: Floats) -> float:
    return float(np.hypot(vector[0], vector[1]))


def _by_eyes(eyes: Floats) -> Floats:
    """The similarity that both eyes alone decide, for points that lie on one line."""
    across, wanted = eyes[1] - eyes[0], _ALIGNED_POINTS[1] - _ALIGNED_POINTS[0]
    turn = complex(*wanted) / (complex(*across) or 1)
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return np.column_stack([linear, _ALIGNED_POINTS[0] - linear @ eyes[0]])
