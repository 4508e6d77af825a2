"""YuNet and networks that give what it gives: faces and five points, anchor-free.

Wu et al., YuNet: A Tiny Millisecond-level Face Detector, Machine Intelligence Research 20, 2023.
For each stride of 8, 16 and 32 pixels the network gives ``cls_``, ``obj_``, ``bbox_`` and ``kps_``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.cards import ModelCard
from models.catalogue import path_of
from models.faces._boxes import letterboxed, merged
from models.faces._detector import Detection, Floats, Rgb
from models.faces.inputs import as_input
from models.runtime import onnx_model

STRIDES = (8, 16, 32)
OUTPUTS = tuple(f"{part}_{stride}" for stride in STRIDES for part in ("cls", "obj", "bbox", "kps"))
LEAST_SCORE = 0.6  # OpenCV's sample takes 0.9; the mesh network looks at every face again


class YuNet:
    """A ``Detector``; it knows eyes, nose and mouth, no ears."""

    def __init__(self, card: ModelCard, least_score: float = LEAST_SCORE) -> None:
        self._card = card
        self._model = onnx_model(path_of(card.name))
        self._names = [port.name for port in self._model.outputs()]
        self._least_score = least_score

    def detect(self, rgb: Rgb) -> tuple[Detection, ...]:
        """Every face in ``rgb`` (H x W x 3, uint8, RGB), best first."""
        canvas, scale, offset = letterboxed(rgb, self._card.width, self._card.height)
        values = self._model(as_input(canvas, self._card))
        outputs = {name: value[0] for name, value in zip(self._names, values, strict=True)}
        found = [self._of_stride(outputs, stride) for stride in STRIDES]
        boxes, points, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.argsort(-scores, kind="stable")
        faces = merged(boxes[order], points[order], scores[order])
        return tuple(face.moved(1 / scale, -offset / scale) for face in faces)

    def _of_stride(
        self, outputs: dict[str, NDArray[np.generic]], stride: int
    ) -> tuple[Floats, Floats, Floats]:
        """Boxes (N, 4), points (N, 4, 2) and scores (N,) of one of the three maps."""
        cls, obj, box, points = (
            outputs[f"{part}_{stride}"].astype(np.float64) for part in ("cls", "obj", "bbox", "kps")
        )
        scores = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
        chosen = np.flatnonzero(scores >= self._least_score)
        row, column = np.divmod(chosen, self._card.width // stride)
        cell = np.column_stack([column, row]).astype(np.float64)
        middle = (cell + box[chosen, :2]) * stride
        half = np.exp(np.clip(box[chosen, 2:], -8, 8)) * stride / 2
        five = (points[chosen].reshape(-1, 5, 2) + cell[:, None]) * stride
        mouth = five[:, 3:].mean(1, keepdims=True)
        keypoints = np.concatenate([five[:, :3], mouth], axis=1)
        return np.concatenate([middle - half, middle + half], axis=1), keypoints, scores[chosen]
