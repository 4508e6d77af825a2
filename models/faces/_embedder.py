"""What every face embedder offers."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.faces._detector import Rgb
from models.faces._landmarks import Landmarks

Template = NDArray[np.float32]
"""A face as numbers: (128,) float32 for dlib's network, of length 1."""


class Embedder(Protocol):
    """Turns a face into a template; the dot product of two templates is their score."""

    def embed(self, rgb: Rgb, landmarks: Landmarks) -> Template:
        """The template of the face at ``landmarks`` in ``rgb`` (H x W x 3, uint8, RGB)."""
        ...
