"""A light background made white, where a policy allows it.

Only what is surely background is changed, and only as much as the person's soft edge leaves free.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.portraits.selfie_segmentation import SelfieSegmentation
from pipeline.evidence import Rgb

_RADIUS = 0.012  # of the height: how far the edge of the mask may be wrong
_SMOOTH = 1e-4  # of squared grey levels 0..1: what the filter takes for flat
_FREE = 0.1  # of the person's mask: below, surely background


@dataclass(frozen=True, slots=True)
class Whitened:
    """``image`` with a white background; ``lightness`` is what it was, CIE L*."""

    image: Rgb
    lightness: float


def background_lightness(image: Rgb, person: NDArray[np.float32]) -> float | None:
    """Median CIE L* of what is surely background; None where there is none."""
    free = image[person < _FREE]
    if not len(free):
        return None
    lab = cv2.cvtColor(free[:, None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return float(np.median(lab[..., 0]))


def whitened(image: Rgb, least: float) -> Whitened | None:
    """``image`` on white; None if its background is darker than ``least`` or cannot be seen."""
    person = _segmentation().person(image)
    lightness = background_lightness(image, person)
    if lightness is None or lightness < least:
        return None
    edge = guided(image, person, max(2, round(_RADIUS * image.shape[0])))[..., None]
    mixed = image * edge + 255.0 * (1 - edge)
    return Whitened(np.rint(mixed).astype(np.uint8), lightness)


def guided(image: Rgb, mask: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """``mask`` (H x W, 0..1) with the edges that ``image`` has (He et al., Guided Filter, 2010)."""
    guide = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    size = (2 * radius + 1, 2 * radius + 1)

    def mean(of: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        return cv2.blur(of.astype(np.float32, copy=False), size).astype(np.float32, copy=False)

    centre, level = mean(guide), mean(mask)
    slope = (mean(guide * mask) - centre * level) / (mean(guide * guide) - centre**2 + _SMOOTH)
    offset = level - slope * centre
    fitted = mean(slope) * guide + mean(offset)
    return np.clip(fitted, 0, 1).astype(np.float32)


@lru_cache(maxsize=1)
def _segmentation() -> SelfieSegmentation:
    return SelfieSegmentation()
