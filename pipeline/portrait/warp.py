"""Laying a picture anew, pixel for pixel as OFIQ's OpenCV does it.

OpenCV 4 interpolates at 32nds of a pixel with whole numbers; OpenCV 5 does it exactly, which moves
grey levels by a few, and with them a few of OFIQ's scalars by 1. Here it is always done as in 4.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.evidence import Rgb

Floats = NDArray[np.float64]

_STEPS = 1 << 10  # of a pixel, in which OpenCV 4 counts
_HALF = _STEPS // 2  # rounds these to pixels
_HALF_FINE = _STEPS // 64  # rounds them to the 32nds in which it interpolates
_FINE = 31  # the last of these 32nds
_FAR = 2**29  # of these steps: a matrix of nonsense leads no farther


def warped(image: Rgb, matrix: Floats, part: tuple[slice, slice]) -> Rgb:
    """These rows and columns of ``image`` after the 2 x 3 ``matrix``; black where there is none.

    Equal to ``cv2.warpAffine`` of OpenCV 4 with linear interpolation, cut to ``part``.
    """
    rows, columns = (np.arange(each.start, each.stop) for each in part)
    place = np.empty((len(rows), len(columns), 2), np.int16)
    fine = np.zeros((len(rows), len(columns)), np.int32)
    for axis, (down, along) in enumerate(_counted(matrix, rows, columns)):
        where = ((down + _HALF_FINE)[:, None] + along) >> 5
        place[..., axis] = where >> 5
        fine += (where & _FINE) * (1, _FINE + 1)[axis]
    pixels = cv2.remap(image, place, fine.astype(np.uint16), cv2.INTER_LINEAR)
    return pixels.astype(np.uint8, copy=False)


def beyond(
    size: tuple[int, int], matrix: Floats, rows: NDArray[np.int_], columns: NDArray[np.int_]
) -> NDArray[np.bool_]:
    """Where in these rows and columns the nearest pixel of a picture (height, width) is none."""
    outside = np.zeros((len(rows), len(columns)), bool)
    for (down, along), side in zip(_counted(matrix, rows, columns), size[::-1], strict=True):
        where = ((down + _HALF)[:, None] + along) >> 10
        outside |= (where < 0) | (where >= side)
    return outside


def _counted(
    matrix: Floats, rows: NDArray[np.int_], columns: NDArray[np.int_]
) -> list[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """For x, then y: the share of each row and of each column in where it comes from."""
    back = _inverted(matrix)
    return [(_steps(axis[1] * rows + axis[2]), _steps(axis[0] * columns)) for axis in back]


def _steps(values: Floats) -> NDArray[np.int32]:
    return np.clip(np.rint(values * _STEPS), -_FAR, _FAR).astype(np.int32)


def _inverted(matrix: Floats) -> Floats:
    """The way back, computed in OpenCV's order so that it rounds alike."""
    (a, b, x), (c, d, y) = matrix.tolist()
    over = a * d - b * c
    over = 1 / over if over else 0.0
    straight, across, down, steep = d * over, -b * over, -c * over, a * over
    return np.array(
        [
            [straight, across, -straight * x - across * y],
            [down, steep, -down * x - steep * y],
        ]
    )
