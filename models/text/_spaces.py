"""Blanks between words, seen as gaps in the ink.

The recogniser was trained on Chinese text and leaves many blanks out; a name needs them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.text._lines import Rgb

# A blank of a roman typeface is 0.25 to 0.33 em, 0.35 to 0.46 of the height of capitals, with
# the letters' own bearings on either side, less what blur takes; between letters the gap stays
# below 0.26, around a figure 1 it reaches 0.31 (seen on drawn cards, scanned and photographed).
WORD_GAP = 0.33


def word_gaps(crop: Rgb, squeeze: float) -> list[float]:
    """Middles (px) of the gaps in a straightened line that are as wide as a blank.

    ``squeeze`` is the line's horizontal scale relative to its vertical one.
    """
    ink = _ink(crop)
    rows = np.flatnonzero(ink.mean(axis=1) > 0.04)
    columns = np.flatnonzero(ink.sum(axis=0) >= 2)
    if len(rows) == 0 or len(columns) < 2:
        return []
    capitals = float(rows[-1] - rows[0] + 1)
    spans = np.diff(columns) - 1
    wide = np.flatnonzero(spans >= WORD_GAP * capitals * squeeze)
    return [float(columns[index] + columns[index + 1]) / 2 for index in wide]


def _ink(crop: Rgb) -> NDArray[np.bool_]:
    """Where a dark stroke stands on whatever background: black top-hat, then Otsu."""
    grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), np.uint8)
    side = max(9, grey.shape[0] // 2)
    strokes = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((side, side), np.uint8))
    _, mask = cv2.threshold(strokes, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(mask, np.uint8).astype(np.bool_)
