"""What a document lies on, learnt from the rim of the picture, and what stands out from it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.evidence import Rgb

RIM = 0.03  # of the shorter side: what is taken to be surroundings
STEPS = (1.0, 1.8, 3.0)  # thresholds as multiples of the one that tells most apart
LEAST, MOST = 2.0, 7.5  # Mahalanobis distance: bounds of that threshold


def unlike_the_rim(image: Rgb) -> list[NDArray[np.uint8]]:
    """Masks, 255 where a pixel is unlike the rim of ``image``, from the mildest to the strictest.

    Unlike: Mahalanobis distance in CIE Lab above Otsu's threshold, or a multiple of it.
    """
    distance = _distance(image)
    level = np.clip(distance * 16, 0, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(level, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    base = float(np.clip(otsu * 0.6 / 16, LEAST, MOST))
    return [_closed(distance > base * step) for step in STEPS]


def _distance(image: Rgb) -> NDArray[np.float64]:
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (0, 0), 1.5), cv2.COLOR_RGB2LAB).astype(np.float64)
    height, width = lab.shape[:2]
    rim = max(2, round(RIM * min(height, width)))
    inside = np.zeros((height, width), bool)
    inside[rim : height - rim, rim : width - rim] = True
    around = lab[~inside]
    centre = np.median(around, axis=0)
    # The nearer half of the rim: a document that touches the rim is not surroundings.
    offset = np.abs(around - centre).sum(axis=1)
    core = around[offset <= np.median(offset)]
    spread = np.cov(core.T) * 4 + np.eye(3) * 6.0  # floor: paper and sensor noise of a level lid
    away = lab - centre
    squared = np.einsum("hwi,ij,hwj->hw", away, np.linalg.inv(spread), away)
    return np.asarray(np.sqrt(squared), np.float64)


def _closed(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    filled = cv2.morphologyEx(
        mask.astype(np.uint8) * 255, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)
    )
    return np.asarray(filled, np.uint8)
