"""Can a strip still be read? A strip that hides its text would teach noise, and is drawn anew."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.mrz.chance import Grey

LEAST = 0.6
"""Clarity below which people no longer read most characters (judged on sheets of strips)."""
_FAINT = 2.5  # grey levels of deviation, below which print drowns in rounding
_PART = 64  # columns judged together
_AROUND = (31, 15)  # the neighbourhood whose mean is taken off first, against uneven light


def clarity(strip: NDArray[np.uint8], ink: Grey, rows: slice) -> float:
    """How well ``strip`` shows ``ink`` in its second-worst part: 0 (not at all) to 1.

    ``strip``: 32 x 512 uint8; ``ink``: the coverage 0..1 that was drawn, any size; ``rows``: where
    the line lies in the strip. The measure is the correlation of both without their slow changes
    and finest grain, by parts of 64 columns that hold print; faint parts count less.
    """
    size = (strip.shape[1], strip.shape[0])
    shown = _band(strip.astype(np.float32))[rows]
    wanted = _band(np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_LINEAR)))[rows]
    both = np.abs(_by_part(shown * wanted))
    seen, drawn = np.sqrt(_by_part(shown * shown)), np.sqrt(_by_part(wanted * wanted))
    match = both / (seen * drawn + np.float32(1e-3)) * np.minimum(seen / _FAINT, 1)
    held = np.sort(match[drawn > 0.5 * drawn.max()])
    return float(held[min(1, len(held) - 1)])


def _band(image: Grey) -> Grey:
    fine = cv2.GaussianBlur(image, (5, 5), 1.1)
    return np.asarray(fine - cv2.blur(fine, _AROUND), np.float32)


def _by_part(values: Grey) -> Grey:
    columns = values.mean(axis=0)
    return np.asarray(columns.reshape(-1, _PART).mean(axis=1), np.float32)
