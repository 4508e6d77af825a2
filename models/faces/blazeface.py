"""BlazeFace, short range: faces at most about two metres from a camera, on 128 px.

Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019.
"""

from __future__ import annotations

import cv2
import numpy as np

from models.catalogue import path_of
from models.faces._detector import Detection, Floats, Rgb
from models.runtime import lite_model

SIDE = 128  # px
_GRIDS = ((16, 2), (8, 6))  # cells a side, anchors a cell
_SAME_FACE = 0.3  # overlap from which boxes are averaged, as in MediaPipe's graph


def _anchors() -> Floats:
    """Centres (896, 2) of the anchors, 0..1."""
    rows = [
        ((column + 0.5) / cells, (row + 0.5) / cells)
        for cells, repeats in _GRIDS
        for row in range(cells)
        for column in range(cells)
        for _ in range(repeats)
    ]
    return np.array(rows, np.float64)


_ANCHORS = _anchors()


class BlazeFace:
    """A ``Detector``; faces scored below ``least_score`` are left out."""

    def __init__(self, least_score: float = 0.5) -> None:
        self._model = lite_model(path_of("blazeface_short"))
        self._least_score = least_score

    def detect(self, rgb: Rgb) -> tuple[Detection, ...]:
        """Every face in ``rgb`` (H x W x 3, uint8, RGB), best first."""
        canvas, scale, offset = _letterboxed(rgb)
        outputs = self._model(canvas.astype(np.float32)[None] / 127.5 - 1)
        values = next(output for output in outputs if output.shape[-1] == 16)[0]
        logits = next(output for output in outputs if output.shape[-1] == 1)[0, :, 0]
        scores = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -80, 80)))
        chosen = np.flatnonzero(scores >= self._least_score)
        chosen = chosen[np.argsort(-scores[chosen])]
        pairs = values[chosen].astype(np.float64).reshape(-1, 8, 2) / SIDE
        centres = pairs[:, 0] + _ANCHORS[chosen]
        boxes = np.concatenate([centres - pairs[:, 1] / 2, centres + pairs[:, 1] / 2], axis=1)
        points = pairs[:, 2:] + _ANCHORS[chosen][:, None]
        found = _merge(boxes, points, scores[chosen])
        return tuple(face.moved(SIDE / scale, -offset / scale) for face in found)


def _letterboxed(rgb: Rgb) -> tuple[Rgb, float, Floats]:
    """The picture in the middle of a black square of SIDE, its scale, and where it starts."""
    height, width = rgb.shape[:2]
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
    canvas[top : top + size[1], left : left + size[0]] = cv2.resize(rgb, size, interpolation=method)
    # Edges here, pixel centres outside: half a pixel on either side.
    return canvas, scale, np.array([left, top], np.float64) + 0.5 * scale


def _merge(boxes: Floats, points: Floats, scores: Floats) -> list[Detection]:
    """Overlapping boxes become one, weighted by score (the paper's blending)."""
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
