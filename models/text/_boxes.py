"""From a map of text probability to boxes: the post-processing of differentiable binarisation.

Source: Liao et al., Real-time Scene Text Detection with Differentiable Binarization (AAAI 2020).
The paper grows each region by area * ratio / perimeter; on the minimum-area rectangle that is a
plain shift of its four sides, so no polygon clipping library is needed.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.text._lines import Quad

BINARY = 0.3  # probability from which a pixel is text (the paper's value)
BOX_SCORE = 0.5  # mean probability that a box must reach
GROW = 2.2  # the paper has 1.5; print reads better with more margin around it
SMALLEST_SIDE = 3.0  # pixels of the map


def text_boxes(probability: NDArray[np.float32]) -> list[Quad]:
    """Boxes in pixels of ``probability`` (H x W, 0..1), in no particular order."""
    mask = (probability > BINARY).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = (_box_of(np.asarray(contour), probability) for contour in contours)
    return [box for box in boxes if box is not None]


def _box_of(contour: NDArray[Any], probability: NDArray[np.float32]) -> Quad | None:
    centre, (width, height), angle = cv2.minAreaRect(contour)
    if min(width, height) < SMALLEST_SIDE or _score(contour, probability) < BOX_SCORE:
        return None
    grow = GROW * width * height / (width + height)  # twice the shift of each side
    points = cv2.boxPoints((centre, (width + grow, height + grow), angle))
    return in_reading_order(np.asarray(points, dtype=np.float64))


def _score(contour: NDArray[Any], probability: NDArray[np.float32]) -> float:
    """Mean probability inside ``contour``."""
    x, y, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [contour - np.array([[x, y]])], 1)
    return float(cv2.mean(probability[y : y + height, x : x + width], inside)[0])


def in_reading_order(points: Quad) -> Quad:
    """The corners as upper left, upper right, lower right, lower left of upright text."""
    by_x = points[np.argsort(points[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    upper_left, lower_left = left[np.argsort(left[:, 1], kind="stable")]
    upper_right, lower_right = right[np.argsort(right[:, 1], kind="stable")]
    return np.stack([upper_left, upper_right, lower_right, lower_left])
