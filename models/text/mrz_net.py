"""Our own recogniser of OCR-B lines, made by ``models/training/mrz``; mrz_net.md is its card."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.runtime import onnx_model
from models.text._reader import FrameScores, Grey

HEIGHT = 32
NARROWEST, WIDEST = 64, 1600
_STEP = 32  # strips of a batch are padded to a multiple of this
_CALM = np.float32(8)  # grey levels added to the deviation, so that an empty strip stays calm


class MrzNet:
    """Strips of one line each to frame-wise log-probabilities."""

    def __init__(self, path: Path) -> None:
        self._model = onnx_model(path)
        notes = self._model.metadata()
        self.alphabet = notes["alphabet"]
        self.stride = int(notes["stride"])
        self.centre = float(notes["centre"])

    def read(self, strips: Sequence[Grey]) -> list[FrameScores]:
        """One answer a strip. Strips: 32 x 64..1600, uint8 grey, dark print on light paper."""
        if not strips:
            return []
        scores = np.asarray(self._model(_batch(strips))[0], np.float32)
        logs = _log_softmax(scores)
        return [
            FrameScores(
                logs[row, : strip.shape[1] // self.stride], self.alphabet, self.stride, self.centre
            )
            for row, strip in enumerate(strips)
        ]


@lru_cache(maxsize=1)
def mrz_net() -> MrzNet:
    """The shipped weights, loaded once a process. Raises WeightMissing, WeightAltered."""
    from models.catalogue import path_of

    return MrzNet(path_of("mrz_net"))


def _batch(strips: Sequence[Grey]) -> NDArray[np.float32]:
    """N x 1 x 32 x W: each strip of zero mean and about unit deviation, padded with its end."""
    widest = max(strip.shape[1] for strip in strips)
    if not NARROWEST <= widest <= WIDEST or any(strip.shape[0] != HEIGHT for strip in strips):
        raise ValueError(f"strips must be {HEIGHT} x {NARROWEST}..{WIDEST}")
    batch = np.empty((len(strips), 1, HEIGHT, -(-widest // _STEP) * _STEP), np.float32)
    for row, strip in enumerate(strips):
        values = strip.astype(np.float32)
        values = (values - values.mean()) / (values.std() + _CALM)
        batch[row, 0, :, : strip.shape[1]] = values
        batch[row, 0, :, strip.shape[1] :] = values[:, -1:].mean()
    return batch


def _log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result
