"""From a scene to a file: light, glare, lens, sensor, copying, compression."""

from __future__ import annotations

import random

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]


def develop(
    image: Grey, pitch: float, rng: random.Random, noise: np.random.Generator
) -> NDArray[np.uint8]:
    """A picture of 0..255; ``pitch`` bounds the blur, so that print stays print."""
    image = _light(image, rng, noise)
    image = _lens(image, pitch, rng)
    copied = rng.random() < 0.04  # a copier's black and white knows no grain
    if not copied and rng.random() < 0.65:
        grain = noise.standard_normal(image.shape, dtype=np.float32)
        image = image + grain * np.float32(rng.choice((0.006, 0.015, 0.03, 0.06)))
    if rng.random() < 0.25:
        middle = np.float32(rng.uniform(0.4, 0.7))
        image = (image - middle) * np.float32(rng.uniform(0.35, 1.5)) + middle
    pixels = np.clip(image * 255, 0, 255).astype(np.uint8)
    if copied:
        pixels = _binarised(pixels, rng)
    if rng.random() < 0.5:
        quality = [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 95)]
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_GRAYSCALE)
    return np.asarray(pixels, np.uint8)


def _light(image: Grey, rng: random.Random, noise: np.random.Generator) -> Grey:
    """Uneven light, a shadow's edge, a reflection that saturates."""
    height, width = image.shape
    if rng.random() < 0.5:
        knots = noise.uniform(0.35, 1.1, (rng.randint(1, 3), rng.randint(1, 3)))
        image = image * cv2.resize(knots.astype(np.float32), (width, height))
    else:
        image = image * np.float32(rng.uniform(0.35, 1.1))
    if rng.random() < 0.2:
        mask = np.zeros((height, width), np.float32)
        at = (rng.randrange(width), rng.randrange(height))
        axes = (rng.randint(5, width // 5), rng.randint(3, height // 8))
        cv2.ellipse(mask, at, axes, rng.uniform(0, 180), 0, 360, rng.uniform(0.3, 1.0), -1)
        size = rng.randint(3, 20) * 2 + 1
        image = image + (np.float32(1.05) - image) * cv2.blur(mask, (size, size))
    return np.asarray(image, np.float32)


def _lens(image: Grey, pitch: float, rng: random.Random) -> Grey:
    draw = rng.random()
    if draw < 0.4:
        most = max(0.35, 0.13 * min(pitch, 10.0))
        return np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.25, most)), np.float32)
    if draw < 0.48 and pitch > 6:
        size = rng.randint(2, max(2, int(pitch / 3)))
        return np.asarray(cv2.blur(image, (size, 1) if rng.random() < 0.5 else (1, size)))
    if draw < 0.62:
        soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.6, 1.3))
        return np.asarray(image + np.float32(rng.uniform(0.2, 1.2)) * (image - soft))
    if draw < 0.72 and pitch > 5:
        factor = rng.uniform(max(0.5, 4 / pitch), 1.0)
        small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        size = (image.shape[1], image.shape[0])
        return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.float32)
    return image


def _binarised(pixels: NDArray[np.uint8], rng: random.Random) -> NDArray[np.uint8]:
    if rng.random() < 0.5:
        level, _ = cv2.threshold(pixels, 0, 255, cv2.THRESH_OTSU)
        shift = rng.randint(-20, 20)
        return np.asarray(cv2.threshold(pixels, level + shift, 255, cv2.THRESH_BINARY)[1], np.uint8)
    method, size = cv2.ADAPTIVE_THRESH_MEAN_C, rng.choice((11, 15, 21))
    offset = rng.uniform(4, 14)
    how = cv2.THRESH_BINARY
    return np.asarray(cv2.adaptiveThreshold(pixels, 255, method, how, size, offset), np.uint8)
