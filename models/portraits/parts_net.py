"""Our own map of what a portrait shows, made by ``models/training/parts``; see parts_net.md."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.runtime import onnx_model

Rgb = NDArray[np.uint8]
Map = NDArray[np.uint8]
Scores = NDArray[np.float32]
SIDE = 192
"""Pixels of the square that the net sees."""
REGION = (20.0, -40.0, 576.0)
"""Left, top and side of that square in OFIQ's aligned picture, of 616 x 616 pixels."""


class Part(IntEnum):
    """What a pixel shows."""

    BACKGROUND = 0
    SKIN = 1  # with brows and beard
    HAIR = 2
    EYES = 3
    MOUTH = 4  # lips, teeth, tongue
    GLASSES = 5  # frames
    COVERING = 6  # what covers the head: headscarf, cap, hat
    MASK_OR_HAND = 7  # what is before the face
    CLOTH = 8
    LENS = 9  # of glasses; what is behind it shows
    DARK_LENS = 10  # of glasses; it hides what is behind it


class PartsNet:
    """A face, laid upright as ``REGION`` says, to a map of ``Part``."""

    def __init__(self, path: Path) -> None:
        self._model = onnx_model(path)

    def scores(self, face: Rgb) -> Scores:
        """Part x SIDE x SIDE float32, logits, for a picture SIDE x SIDE x 3 uint8, RGB."""
        values = face.astype(np.float32).transpose(2, 0, 1)[None]
        values = values / np.float32(127.5) - np.float32(1)
        scores: Scores = np.asarray(self._model(values)[0], np.float32)[0]
        return scores

    def parts(self, face: Rgb) -> Map:
        """SIDE x SIDE uint8: the likeliest ``Part`` of each pixel of such a picture."""
        labels: Map = self.scores(face).argmax(axis=0).astype(np.uint8)
        return labels


@lru_cache(maxsize=1)
def parts_net() -> PartsNet:
    """The shipped weights, loaded once a process. Raises WeightMissing, WeightAltered."""
    from models.catalogue import path_of

    return PartsNet(path_of("parts_net"))
