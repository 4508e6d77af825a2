"""What detectors share: the picture in a box of their size, and overlapping finds made one."""

from __future__ import annotations

import cv2
import numpy as np

from models.faces._detector import Detection, Floats, Rgb

_SAME_FACE = 0.3  # overlap from which boxes are averaged, as in MediaPipe's graph


def letterboxed(rgb: Rgb, width: int, height: int) -> tuple[Rgb, float, Floats]:
    """The picture in the middle of a black width x height, its scale, and where it starts."""
    tall, wide = rgb.shape[:2]
    scale = min(width / wide, height / tall)
    size = (max(1, round(wide * scale)), max(1, round(tall * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[top : top + size[1], left : left + size[0]] = cv2.resize(rgb, size, interpolation=method)
    # Edges here, pixel centres outside: half a pixel on either side.
    return canvas, scale, np.array([left, top], np.float64) + 0.5 * scale


def merged(boxes: Floats, points: Floats, scores: Floats) -> list[Detection]:
    """Overlapping boxes become one, weighted by score (BlazeFace's blending); best scores first.

    ``boxes`` (N, 4) x0 y0 x1 y1, ``points`` (N, K, 2), ``scores`` (N,) falling.
    """
    faces: list[Detection] = []
    free = np.ones(len(boxes), bool)
    for best in range(len(boxes)):
        if not free[best]:
            continue
        group = free & (_overlap(boxes[best], boxes) > _SAME_FACE)
        group[best] = True
        free &= ~group
        weight = scores[group] / scores[group].sum()
        box = weight @ boxes[group]
        keypoints = np.einsum("n,nij->ij", weight, points[group])
        faces.append(Detection(box, keypoints, float(scores[best])))
    return faces


def _overlap(box: Floats, boxes: Floats) -> Floats:
    """Intersection over union of one box with each of ``boxes``."""
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.maximum(sides, 0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    own = (box[2:] - box[:2]).prod()
    overlap: Floats = shared / np.maximum(own + areas - shared, 1e-12)
    return overlap
