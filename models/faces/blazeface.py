"""BlazeFace, short range: faces at most about two metres from a camera, on 128 px.

Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019.
"""

from __future__ import annotations

import numpy as np

from models.catalogue import path_of
from models.faces._boxes import letterboxed, merged
from models.faces._detector import Detection, Floats, Rgb
from models.runtime import lite_model

SIDE = 128  # px
_GRIDS = ((16, 2), (8, 6))  # cells a side, anchors a cell


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
        canvas, scale, offset = letterboxed(rgb, SIDE, SIDE)
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
        found = merged(boxes, points, scores[chosen])
        return tuple(face.moved(SIDE / scale, -offset / scale) for face in found)
