"""The class that each frame of a strip should answer, and the strip as the net gets it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.training.mrz.lines import ALPHABET

HEIGHT, WIDTH = 32, 512
STRIDE = 4
CENTRE = 1.5
"""Frame ``t`` looks at pixel column ``t * STRIDE + CENTRE`` of its strip."""
FRAMES = WIDTH // STRIDE
IGNORE = -100
COLUMNS = np.arange(FRAMES) * STRIDE + CENTRE
"""The strip column that each frame looks at."""
_CLASS = {character: index + 1 for index, character in enumerate(ALPHABET)}


def classes(text: str) -> NDArray[np.intp]:
    """Class number of each character; 0 is left for blank."""
    return np.array([_CLASS[c] for c in text], np.intp)


def labels(text: str, places: NDArray[np.float64], pitch: float) -> NDArray[np.int64]:
    """Class per frame: the middle 54 % of a character is the character, between them is blank.

    ``places``: for each frame, the place in the text that it looks at, in characters; ``pitch``:
    width of a character in strip pixels. Frames at a character's border are ignored, and so are
    characters that the strip's edge cuts.
    """
    index = np.floor(places).astype(np.intp)
    away = np.abs(places - index - 0.5)
    inside = (index >= 0) & (index < len(text))
    wanted = classes(text)[np.clip(index, 0, len(text) - 1)]
    reach = max(0.27, 0.51 * STRIDE / pitch)  # at least one frame each
    result = np.where(inside & (away <= reach), wanted, 0).astype(np.int64)
    result[inside & (away > reach) & (away <= reach + 0.06)] = IGNORE
    from_edge = np.minimum(COLUMNS, WIDTH - COLUMNS)
    result[(from_edge < 0.4 * pitch) & inside] = IGNORE
    return result


def normalise(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Zero mean, about unit deviation, as the reader does it."""
    values = pixels.astype(np.float32)
    result: NDArray[np.float32] = (values - values.mean()) / (values.std() + np.float32(8))
    return result
