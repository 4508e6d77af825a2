"""How blurred a face is, by a small net of our own (``models/training/blur``)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.catalogue import path_of
from models.runtime import onnx_model

_CONTRAST, _FLOOR = 32.0, 4.0  # grey levels, as in training


class BlurNet:
    """The net, ready to look at faces."""

    def __init__(self) -> None:
        self._model = onnx_model(path_of("blur_net"))

    def blur(self, rgb: NDArray[np.uint8]) -> float:
        """log2 of the blur's standard deviation in per cent of the inter-eye distance.

        ``rgb``: 248 x 248 x 3, uint8, the middle of a face whose eyes are 113 pixels apart.
        """
        levels = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
        about = levels - levels.mean()
        batch = np.stack([about / _CONTRAST, about / (about.std() + _FLOOR)])[None]
        return float(self._model(batch.astype(np.float32))[0].reshape(-1)[0])
