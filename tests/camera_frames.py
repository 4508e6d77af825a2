"""Frames of a camera in an office, made of the gold people: near, far, turned, blinking, dark."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.sample import Sample

GOLD = Path(__file__).resolve().parent.parent / "fixtures" / "gold" / "people"
SIZE = (1280, 720)
RATE = 15.0  # frames a second
Rgb = NDArray[np.uint8]


@cache
def person(name: str) -> Rgb:
    return Sample.from_file(GOLD / f"{name}.jpg").image


def frame(
    name: str = "214_studio",
    *,
    scale: float = 0.9,
    shift: tuple[float, float] = (0.0, 0.0),
    roll: float = 0.0,
    gain: float = 1.0,
    blur: float = 0.0,
    noise: int | None = None,
) -> Rgb:
    """1280 x 720: the person in the middle, ``shift`` in pixels, ``roll`` counterclockwise."""
    picture = person(name)
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, 0.44 * height), roll, scale)
    matrix[:, 2] += np.array([SIZE[0] / 2, 0.42 * SIZE[1]]) - (width / 2, 0.44 * height)
    matrix[:, 2] += shift
    seen: Any = cv2.warpAffine(picture, matrix, SIZE, borderMode=cv2.BORDER_REPLICATE)
    if blur:
        seen = cv2.GaussianBlur(seen, (0, 0), blur)
    if gain != 1:
        seen = (np.clip((seen / 255.0) ** 2.2 * gain, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
    if noise is not None:
        chance = np.random.default_rng(noise)
        seen = np.clip(seen + chance.normal(0, 1.5, seen.shape), 0, 255).astype(np.uint8)
    return np.asarray(seen, np.uint8)


def beside(left: Rgb, right: Rgb) -> Rgb:
    """The left part of one frame beside the right part of another."""
    half = SIZE[0] // 2
    return np.hstack([left[:, :half], right[:, half:]])


def empty() -> Rgb:
    return np.full((SIZE[1], SIZE[0], 3), 235, np.uint8)


def lasting(picture: Rgb, seconds: float) -> Iterator[Rgb]:
    """The same frame for so long."""
    for _ in range(round(seconds * RATE)):
        yield picture
