"""dlib's face recognition ResNet on ONNX Runtime: 128 numbers a face.

King, High Quality Face Recognition with Deep Metric Learning, dlib, 2017. Trained for Euclidean
distance; the cosine of mirror-averaged templates separates better.
"""

from __future__ import annotations

import cv2
import numpy as np

from models.catalogue import path_of
from models.faces import chips
from models.faces._detector import Rgb
from models.faces._embedder import Template
from models.faces._landmarks import Landmarks
from models.faces.alignment import SIDE, chip_matrix
from models.runtime import onnx_model


class DlibResNet:
    """An ``Embedder``."""

    def __init__(self) -> None:
        self._model = onnx_model(path_of("dlib_resnet"))

    def embed(self, rgb: Rgb, landmarks: Landmarks) -> Template:
        """(128,) float32 of length 1: the mean over the face and its mirror image."""
        return self.embed_chip(self.chip(rgb, landmarks))

    def chip(self, rgb: Rgb, landmarks: Landmarks) -> Rgb:
        """The 150 x 150 RGB picture that the network looks at."""
        return chips.extract(rgb, chip_matrix(landmarks), SIDE, border=cv2.BORDER_REPLICATE)

    def embed_chip(self, chip: Rgb) -> Template:
        """The template of a chip."""
        both = self.descriptors(np.stack([chip, chip[:, ::-1]]))
        mean = both.mean(0)
        template: Template = (mean / np.linalg.norm(mean)).astype(np.float32)
        return template

    def descriptors(self, batch: Rgb) -> Template:
        """The plain descriptors (N, 128) of chips (N, 150, 150, 3), uint8, RGB; not normalised."""
        tensor = np.ascontiguousarray(batch.transpose(0, 3, 1, 2), dtype=np.float32)
        return self._model(tensor)[0].astype(np.float32, copy=False)
