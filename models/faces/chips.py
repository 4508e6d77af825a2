"""Chips: the small, upright, evenly scaled pictures that networks look at."""

from __future__ import annotations

import cv2
import numpy as np

from models.faces._detector import Floats, Rgb


def extract(rgb: Rgb, matrix: Floats, side: int, *, border: int = cv2.BORDER_CONSTANT) -> Rgb:
    """The ``side`` x ``side`` chip of ``rgb`` that ``matrix`` (2 x 3, picture to chip) shows.

    Only the part of the picture that the chip shows is touched, however large the picture is.
    """
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    part, corner = _part(rgb, matrix, side, margin=2 / min(scale, 1.0))
    inner = matrix.copy()
    inner[:, 2] += matrix[:, :2] @ corner
    factor = int(1 / scale) if scale < 1 else 1
    if factor > 1:
        part = _in_blocks(part, factor)
        # Pixel centres: large = (small + 0.5) * factor - 0.5
        inner[:, 2] += inner[:, :2] @ np.full(2, (factor - 1) / 2)
        inner[:, :2] *= factor
    chip = cv2.warpAffine(part, inner, (side, side), flags=cv2.INTER_LINEAR, borderMode=border)
    return chip.astype(np.uint8, copy=False)


def _in_blocks(part: Rgb, factor: int) -> Rgb:
    """The means of blocks of ``factor`` x ``factor``: many times faster than an odd factor."""
    height, width = max(part.shape[0] // factor, 1), max(part.shape[1] // factor, 1)
    blocks = part[: height * factor, : width * factor]
    small = cv2.resize(blocks, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)


def square(centre: Floats, width: float, angle: float, side: int) -> Floats:
    """The 2 x 3 matrix that shows a turned square of the picture as a chip of ``side`` pixels.

    ``angle`` in radians is the direction in the picture that lies level in the chip.
    """
    scale = side / width
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    linear = np.array([[cosine, sine], [-sine, cosine]])
    middle = (side - 1) / 2
    return np.column_stack([linear, middle - linear @ centre])


def apply(matrix: Floats, points: Floats) -> Floats:
    """``points`` (N, 2) through a 2 x 3 matrix."""
    moved: Floats = points @ matrix[:, :2].T + matrix[:, 2]
    return moved


def invert(matrix: Floats) -> Floats:
    """The 2 x 3 matrix that undoes ``matrix``."""
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def _part(rgb: Rgb, matrix: Floats, side: int, margin: float) -> tuple[Rgb, Floats]:
    """The upright rectangle of the picture that the chip needs, and its corner (x, y)."""
    corners = np.array([[0, 0], [side, 0], [0, side], [side, side]], np.float64)
    seen = apply(invert(matrix), corners)
    limit = np.array([rgb.shape[1], rgb.shape[0]])
    low = np.clip(np.floor(seen.min(0) - margin), 0, limit - 1).astype(int)
    high = np.clip(np.ceil(seen.max(0) + margin) + 1, low + 1, limit).astype(int)
    return rgb[low[1] : high[1], low[0] : high[0]], low.astype(np.float64)
