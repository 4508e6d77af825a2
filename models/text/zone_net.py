"""Our own finder of machine-readable zones, made by ``models/training/zones``; see zone_net.md.

It looks at a whole picture and says where lines of a zone are printed, in which of all directions
they read, and how far apart their characters stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from models.runtime import onnx_model

Grey = NDArray[np.uint8]
_CALM = np.float32(8)  # grey levels added to the deviation, so that an empty picture stays calm


@dataclass(frozen=True, slots=True)
class ZoneMaps:
    """What the net sees of a picture.

    ``lines``: rows x columns float32, the probability that a square of ``fine`` pixels is print of
    a zone. ``direction``: 4 x rows/2 x columns/2, cosine and sine of the reading direction and of
    twice it (x right, y down), shorter than 1 where it is unsure. ``pitch``: rows/2 x columns/2,
    pixels from one character to the next. The last two say something only where there is print.
    """

    lines: NDArray[np.float32]
    direction: NDArray[np.float32]
    pitch: NDArray[np.float32]
    fine: int


class ZoneFinder(Protocol):
    """Finds print of machine-readable zones in a picture."""

    def see(self, grey: Grey) -> ZoneMaps:
        """Maps of a grey picture, H x W uint8."""
        ...


class ZoneNet:
    """A grey picture of any size to maps; it finds print of 3.5 to 20 pixels a character."""

    def __init__(self, path: Path) -> None:
        self._model = onnx_model(path)
        notes = self._model.metadata()
        self._fine = int(notes["fine"])
        self._cell, self._unit = int(notes["cell"]), float(notes["pitch_unit"])

    def see(self, grey: Grey) -> ZoneMaps:
        """Maps of a grey picture, H x W uint8; its edge is repeated up to whole cells."""
        height, width = grey.shape
        filling = ((0, -height % self._cell), (0, -width % self._cell))
        values = np.pad(grey, filling, mode="edge").astype(np.float32)
        mean, deviation = cv2.meanStdDev(grey)
        values -= np.float32(mean.item())
        values /= np.float32(deviation.item()) + _CALM
        maps = np.asarray(self._model(values[None, None])[0], np.float32)[0]
        rows, columns = maps.shape[1:]
        # A cell's four scores are those of its quarters: upper left, right, lower left, right.
        scores = maps[:4].reshape(2, 2, rows, columns).transpose(2, 0, 3, 1)
        lines = 1 / (1 + np.exp(-scores.reshape(2 * rows, 2 * columns)))
        return ZoneMaps(lines, maps[4:8], self._unit * np.exp(maps[8]), self._fine)


@lru_cache(maxsize=1)
def zone_net() -> ZoneNet:
    """The shipped weights, loaded once a process. Raises WeightMissing, WeightAltered."""
    from models.catalogue import path_of

    return ZoneNet(path_of("zone_net"))
