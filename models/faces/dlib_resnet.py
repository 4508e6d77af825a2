"""dlib's face recognition ResNet on ONNX Runtime: 128 numbers a face.

King, High Quality Face Recognition with Deep Metric Learning, dlib, 2017. Trained for Euclidean
distance; the cosine of mirror-averaged templates separates better.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import DTypeLike

from models.catalogue import digest_of, path_of
from models.faces import chips
from models.faces._detector import Rgb
from models.faces._embedder import Template, joint_digest, unit
from models.faces._landmarks import Landmarks
from models.faces.alignment import MAP_NAME, SIDE, chip_matrix, map_digest
from models.runtime import onnx_model

DIMENSIONS = 128
SPREAD = 0.035  # of impostor scores on press photographs (Labeled Faces in the Wild, folds 1 to 3)


class DlibResNet:
    """An ``Embedder``; the published network in float32, the reference of the int8 one."""

    name = "dlib-resnet"
    weight = "dlib_resnet"
    dimensions = DIMENSIONS
    spread = SPREAD
    _input: DTypeLike = np.float32

    def __init__(self) -> None:
        self._model = onnx_model(path_of(self.weight))
        self.digests: Mapping[str, str] = MappingProxyType(
            {self.weight: digest_of(self.weight), MAP_NAME: map_digest()}
        )
        self.digest = joint_digest(self.digests)

    def embed(self, rgb: Rgb, landmarks: Landmarks) -> Template:
        """(128,) float32 of length 1: the mean over the face and its mirror image."""
        return self.embed_chip(self.chip(rgb, landmarks))

    def chip(self, rgb: Rgb, landmarks: Landmarks) -> Rgb:
        """The 150 x 150 RGB picture that the network looks at."""
        return face_chip(rgb, landmarks)

    def embed_chip(self, chip: Rgb) -> Template:
        """The template of a chip."""
        both = self.descriptors(np.stack([chip, chip[:, ::-1]]))
        return unit(both.mean(0), self.name)

    def descriptors(self, batch: Rgb) -> Template:
        """The plain descriptors (N, 128) of chips (N, 150, 150, 3), uint8, RGB; not normalised."""
        tensor = np.ascontiguousarray(batch.transpose(0, 3, 1, 2), dtype=self._input)
        return self._model(tensor)[0].astype(np.float32, copy=False)


class DlibResNetInt8(DlibResNet):
    """The same network in 8-bit integers: the default. Same integers on every processor."""

    name = "dlib-resnet-int8"
    weight = "dlib_resnet_int8"
    _input = np.uint8


def face_chip(rgb: Rgb, landmarks: Landmarks) -> Rgb:
    """The face as dlib's network was shown faces, 150 x 150 RGB."""
    return chips.extract(rgb, chip_matrix(landmarks), SIDE, border=cv2.BORDER_REPLICATE)
