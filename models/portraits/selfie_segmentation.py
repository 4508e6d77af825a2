"""MediaPipe's selfie segmentation: how much of each pixel is person.

Model card: MediaPipe Selfie Segmentation, general model, 256 x 256, 2021.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.catalogue import path_of
from models.runtime import lite_model

_SIDE = 256  # px

Rgb = NDArray[np.uint8]
Mask = NDArray[np.float32]


class SelfieSegmentation:
    """Person against background."""

    def __init__(self) -> None:
        self._model = lite_model(path_of("selfie_segmentation"))

    def person(self, rgb: Rgb) -> Mask:
        """H x W, float32: 0 background to 1 person, for ``rgb`` H x W x 3, uint8, RGB."""
        height, width = rgb.shape[:2]
        method = cv2.INTER_AREA if max(height, width) > _SIDE else cv2.INTER_LINEAR
        # The network was trained on pictures stretched to its square, not letterboxed.
        small = cv2.resize(rgb, (_SIDE, _SIDE), interpolation=method)
        mask = self._model(small.astype(np.float32)[None] / 255)[0][0, :, :, 0].astype(np.float32)
        grown = cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.clip(grown, 0, 1).astype(np.float32, copy=False)
