"""The four corners of a document's outline: rounded corners, rough edges, and blots beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Quad = NDArray[np.float64]
"""Four corners, shape (4, 2), pixels, in order around."""

FILL = 0.9  # of the quadrilateral that the outline must fill, and the other way round
BLOTTED_FILL = 0.8  # the same where a reflection or shadow has grown onto the outline
MIDDLE = 0.12  # of each side left away at either end: ID-1 cards have rounded corners
LEAST_POINTS = 8  # of an outline that carry a fitted side
STRAIGHT = 0.006  # of the outline's length by which a straight piece may bend
LONG = 0.08  # of the outline's length from which a straight piece is part of a side
SEARCH = 0.02  # of the diagonal: how far a side may lie from the sharpest edge
PROFILES = 48  # across each side


def quadrilaterals(contour: NDArray[Any]) -> list[Quad]:
    """What four corners ``contour`` (N, 1, 2) may have: by its hull, and by its straight pieces.

    Neither where it is no quadrilateral; two that differ where something has grown onto it.
    """
    found = [_by_hull(contour), _by_straight_pieces(contour)]
    return [quad for quad in found if quad is not None]


def sharpened(image: NDArray[np.uint8], quad: Quad) -> tuple[Quad, float]:
    """``quad`` moved to the sharpest edge near each side: a shadow's border is soft.

    With it, the share of the worst side along which there is such an edge in one line.
    """
    reach = SEARCH * float(np.hypot(*(quad[0] - quad[2])))
    sides = [_sharp_side(image, quad[i], quad[(i + 1) % 4], reach) for i in range(4)]
    return _refined([line for line, _ in sides], quad), min(share for _, share in sides)


def _by_hull(contour: NDArray[Any]) -> Quad | None:
    rough = _four_sided(np.asarray(cv2.convexHull(contour)))
    if rough is None:
        return None
    points = contour.reshape(-1, 2).astype(np.float64)
    sides = [_side(points, rough[i], rough[(i + 1) % 4]) for i in range(4)]
    return _refined(sides, rough)


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


def _by_straight_pieces(contour: NDArray[Any]) -> Quad | None:
    """The quadrilateral of the outline's long straight pieces, two pairs of opposite sides."""
    around = cv2.arcLength(contour, True)
    bends = cv2.approxPolyDP(contour, STRAIGHT * around, True).reshape(-1, 2).astype(np.float64)
    pieces = [
        (start, end)
        for start, end in pairwise([*bends, bends[0]])
        if np.hypot(*(end - start)) >= LONG * around
    ]
    if len(pieces) < 4:
        return None
    sides = _opposite_sides(pieces)
    if sides is None:
        return None
    points = contour.reshape(-1, 2).astype(np.float64)
    quad = _crossings([_side(points, *side, middle=0.0) for side in sides])
    if quad is None:
        return None
    share = cv2.contourArea(contour) / max(cv2.contourArea(quad.astype(np.float32)), 1.0)
    return quad if BLOTTED_FILL < share < 1 / BLOTTED_FILL else None


def _opposite_sides(pieces: list[tuple[Floats, Floats]]) -> list[tuple[Floats, Floats]] | None:
    """The longest piece on each of the four sides, in order around; None where one has none."""
    start, end = max(pieces, key=lambda piece: float(np.hypot(*(piece[1] - piece[0]))))
    axis = (end - start) / np.hypot(*(end - start))
    centre = np.mean([point for piece in pieces for point in piece], axis=0)
    best: dict[int, tuple[Floats, Floats]] = {}
    for piece in pieces:
        along = piece[1] - piece[0]
        middle = (piece[0] + piece[1]) / 2 - centre
        parallel = abs(float(along @ axis)) > np.hypot(*along) * np.cos(np.pi / 4)
        across = float(axis[0] * middle[1] - axis[1] * middle[0])
        side = (0 if across < 0 else 2) if parallel else (1 if float(middle @ axis) > 0 else 3)
        before = best.get(side)
        if before is None or np.hypot(*along) > np.hypot(*(before[1] - before[0])):
            best[side] = piece
    return [best[side] for side in range(4)] if len(best) == 4 else None


def _side(points: Floats, start: Floats, end: Floats, middle: float = MIDDLE) -> Floats:
    """A line (x, y, vx, vy) through the outline's ``points`` between two rough corners."""
    along = end - start
    length = float(np.hypot(*along))
    unit = along / length
    position = (points - start) @ unit / length
    distance = np.abs((points - start) @ np.array([-unit[1], unit[0]]))
    inside = (position > middle) & (position < 1 - middle)
    near = points[inside & (distance < max(2.0, 0.03 * length))]
    return _fitted(near) if len(near) >= LEAST_POINTS else np.concatenate([start, unit])


def _sharp_side(
    image: NDArray[np.uint8], start: Floats, end: Floats, reach: float
) -> tuple[Floats, float]:
    """A line through the steepest places across a side, and the share of them that lie on it.

    The side itself if that is less than half.
    """
    along = end - start
    unit = along / np.hypot(*along)
    normal = np.array([-unit[1], unit[0]])
    steps = np.arange(-reach, reach + 0.5, 0.5)
    feet = start + np.linspace(MIDDLE, 1 - MIDDLE, PROFILES)[:, None] * along
    places = (feet[:, None] + steps[None, :, None] * normal).astype(np.float32)
    across, down = (np.ascontiguousarray(places[..., axis]) for axis in (0, 1))
    values = cv2.remap(
        image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float64)
    # Colours as well: a light card on a light lid differs in hue only. The nearer the likelier.
    steep = np.abs(values[:, 4:] - values[:, :-4]).sum(axis=2)  # over two pixels
    steep *= 1 - 0.5 * np.abs(steps[2:-2] / reach)
    where = steps[2 + steep.argmax(axis=1)]
    typical = float(np.median(where))
    agree = np.abs(where - typical) < 0.2 * reach + 1.0
    share = float(agree.mean())
    if share < 0.5:
        return np.concatenate([start, unit]), share
    return _fitted((feet + where[:, None] * normal)[agree]), share


def _fitted(points: Floats) -> Floats:
    vx, vy, x, y = np.asarray(
        cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01), np.float64
    ).ravel()
    return np.array([x, y, vx, vy])


def _crossings(sides: list[Floats]) -> Quad | None:
    """Where each side meets the one before it; None where two are nearly parallel."""
    corners = [_crossing(sides[i - 1], sides[i]) for i in range(4)]
    found = [corner for corner in corners if corner is not None]
    return np.array(found, np.float64) if len(found) == 4 else None


def _refined(sides: list[Floats], rough: Quad) -> Quad:
    """The crossings of four sides; ``rough`` where they do not cross near it."""
    refined = _crossings(sides)
    if refined is None:
        return rough
    reach = 0.08 * float(np.hypot(*(rough[0] - rough[2])))
    return refined if float(np.abs(refined - rough).max()) < reach else rough


def _crossing(first: Floats, second: Floats) -> Floats | None:
    """Where two lines (x, y, vx, vy) meet; None for nearly parallel ones."""
    cross = first[2] * second[3] - first[3] * second[2]
    if abs(cross) < 0.2:  # 12 degrees
        return None
    offset = second[:2] - first[:2]
    along = (offset[0] * second[3] - offset[1] * second[2]) / cross
    return np.asarray(first[:2] + along * first[2:], np.float64)
