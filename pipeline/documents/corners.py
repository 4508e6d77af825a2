"""The four corners of an outline that is a quadrilateral with rounded corners and rough edges."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Quad = NDArray[np.float64]
"""Four corners, shape (4, 2), pixels."""

FILL = 0.9  # of the quadrilateral that the outline must fill, and the other way round
MIDDLE = 0.12  # of each side left away at either end: ID-1 cards have rounded corners
LEAST_POINTS = 8  # of an outline that carry a fitted side


def four_corners(contour: NDArray[Any]) -> Quad | None:
    """Corners (4, 2) of ``contour`` (N, 1, 2), or None where it is no quadrilateral."""
    hull = cv2.convexHull(contour)
    rough = _four_sided(np.asarray(hull))
    if rough is None:
        return None
    sides = [_side(contour, rough[i], rough[(i + 1) % 4]) for i in range(4)]
    corners = [_crossing(sides[i - 1], sides[i]) for i in range(4)]
    if any(corner is None for corner in corners):
        return rough
    refined = np.array(corners, np.float64)
    moved = float(np.abs(refined - rough).max())
    reach = 0.08 * float(np.hypot(*(rough[0] - rough[2])))
    return refined if moved < reach else rough


def _four_sided(hull: NDArray[Any]) -> Quad | None:
    """The simplest polygon of four sides near the hull; None where the two differ in area."""
    area, around = cv2.contourArea(hull), cv2.arcLength(hull, True)
    for tolerance in np.arange(0.01, 0.1, 0.01):
        polygon = cv2.approxPolyDP(hull, tolerance * around, True)
        if len(polygon) == 4:
            share = cv2.contourArea(polygon) / max(area, 1.0)
            quad = np.asarray(polygon, np.float64).reshape(4, 2)
            return quad if FILL < share < 1 / FILL else None
        if len(polygon) < 4:
            return None
    return None


def _side(
    contour: NDArray[Any], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A line (point, direction) through the outline between two rough corners."""
    points = contour.reshape(-1, 2).astype(np.float64)
    along = end - start
    length = float(np.hypot(*along))
    unit = along / length
    position = (points - start) @ unit / length
    distance = np.abs((points - start) @ np.array([-unit[1], unit[0]]))
    near = points[
        (position > MIDDLE) & (position < 1 - MIDDLE) & (distance < max(2.0, 0.03 * length))
    ]
    if len(near) < LEAST_POINTS:
        return np.concatenate([start, unit])
    vx, vy, x, y = np.asarray(
        cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01), np.float64
    ).ravel()
    return np.array([x, y, vx, vy])


def _crossing(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Where two lines (x, y, vx, vy) meet; None for nearly parallel ones."""
    cross = first[2] * second[3] - first[3] * second[2]
    if abs(cross) < 0.2:  # 12 degrees
        return None
    offset = second[:2] - first[:2]
    along = (offset[0] * second[3] - offset[1] * second[2]) / cross
    return np.asarray(first[:2] + along * first[2:], np.float64)
