"""What lens, sensor, copier and compression make of a printed line; back at 32 x 512 pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.training.mrz.chance import Chance, Grey

Pixels = NDArray[np.uint8]
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)


def photographed(chance: Chance, image: Grey, fine: float, size: tuple[int, int]) -> Pixels:
    """``image`` (0..1) as a picture file holds it, enlarged to ``size`` (width, height).

    ``fine``: width of a character in pixels of ``image``; blur and loss follow from it.
    """
    image = _noisy(chance, _lens(chance, image, fine), fine)
    if chance.gives(0.12):
        image = np.asarray(cv2.pow(np.clip(image, 0, 1), chance.rng.uniform(0.5, 2)), np.float32)
    if chance.gives(0.08, "low contrast"):
        share = chance.between(0.12, 0.5)
        image = image * share + chance.between(0, 1 - float(share))
    pixels = np.clip(image * 255, 0, 255).astype(np.uint8)
    pixels = _copied(chance, pixels, fine)
    if chance.gives(0.55):
        pixels = _compressed(chance, pixels, fine)
    if pixels.shape[::-1] != size:
        how = chance.rng.choices(
            (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4, cv2.INTER_NEAREST),
            (8, 16, 2, 1),
        )[0]
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
    return 255 - pixels if chance.gives(0.015, "inverted") else pixels


def _lens(chance: Chance, image: Grey, fine: float) -> Grey:
    """At most one blur, sometimes sharpened after it."""
    draw = chance.rng.random()
    if draw < 0.32:
        most = min(2.2, fine * float(np.interp(fine, (6, 12), (0.07, 0.11))))
        wide = chance.rng.triangular(0.25, most, 0.3)
        if wide > 0.07 * fine:
            chance.kinds.add("blur")
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), wide), np.float32)
    elif draw < 0.44 and fine > 6:
        chance.kinds.add("motion")
        image = np.asarray(cv2.filter2D(image, -1, _streak(chance, fine)), np.float32)
    elif draw < 0.5 and fine > 8:
        chance.kinds.add("defocus")
        image = np.asarray(cv2.filter2D(image, -1, _disk(chance, fine)), np.float32)
    if chance.gives(0.14, "sharpened"):
        soft = cv2.GaussianBlur(image, (0, 0), chance.rng.uniform(0.7, 1.5))
        image = image + chance.between(0.3, 1.8) * (image - soft)
    return image


def _streak(chance: Chance, fine: float) -> Grey:
    """The kernel of a movement in any direction, at most 0.36 of a character long."""
    reach = chance.rng.uniform(1.6, max(1.8, 0.36 * fine)) / 2
    half = int(np.ceil(reach))
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
    angle = chance.rng.uniform(0, np.pi)
    tip = np.array([np.cos(angle), np.sin(angle)]) * reach
    ends = np.round((np.array([-tip, tip]) + half) * 16).astype(int)
    cv2.line(kernel, ends[0].tolist(), ends[1].tolist(), 255, 1, cv2.LINE_AA, 4)
    return kernel.astype(np.float32) / np.float32(kernel.sum())


def _disk(chance: Chance, fine: float) -> Grey:
    reach = chance.rng.uniform(1.0, max(1.2, min(4.0, 0.17 * fine)))
    half = int(np.ceil(reach))
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    kernel = np.clip(reach - np.hypot(x, y) + 0.5, 0, 1).astype(np.float32)
    return kernel / kernel.sum()


def _noisy(chance: Chance, image: Grey, fine: float) -> Grey:
    """Sensor noise: even, growing with light, or in blotches of a demosaiced chroma."""
    if chance.gives(0.55):
        levels = (0.008, 0.015, 0.03, 0.06 if fine > 8 else 0.02)
        image = image + chance.grain(image.shape) * np.float32(chance.rng.choice(levels))
    if chance.gives(0.08 if fine > 8 else 0.03, "camera noise"):
        light = np.sqrt(np.clip(image, 0.02, 1))
        image = image + chance.grain(image.shape) * light * chance.between(0.02, 0.1)
        rows, columns = image.shape
        blotches = chance.grain((rows // 2 + 1, columns // 2 + 1)) * chance.between(0, 0.06)
        image = image + cv2.resize(blotches, (columns, rows), interpolation=cv2.INTER_LINEAR)
    if chance.gives(0.02, "specks"):
        specks = chance.noise.random(image.shape, dtype=np.float32)
        share = chance.between(0.002, 0.03)
        image = np.where(specks < share, (specks < share / 2).astype(np.float32), image)
    return image


def _copied(chance: Chance, pixels: Pixels, fine: float) -> Pixels:
    """Black and white, as copiers, fax and clean-up programs make it; some scanned again."""
    draw = chance.rng.random()
    if draw < (0.14 if fine > 8 else 0.07):
        chance.kinds.add("binarised")
        if fine < 12 and chance.gives(0.6):
            pixels = np.asarray(cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
            fine *= 2
        pixels = _thresholded(chance, pixels, fine)
    elif draw > 0.965 and fine > 11:
        chance.kinds.add("dithered")
        pixels = _dithered(chance, pixels, fine)
    else:
        return pixels
    if chance.gives(0.3):
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), chance.rng.uniform(0.4, 0.9)))
    return pixels


def _thresholded(chance: Chance, pixels: Pixels, fine: float) -> Pixels:
    draw = chance.rng.random()
    if draw < 0.4:
        level, _ = cv2.threshold(pixels, 0, 255, cv2.THRESH_OTSU)
        level += chance.rng.randint(-22, 22)
        return np.asarray(cv2.threshold(pixels, level, 255, cv2.THRESH_BINARY)[1], np.uint8)
    if draw < 0.75:
        size = 2 * int(fine * chance.rng.uniform(0.5, 2)) + 5
        method = chance.rng.choice((cv2.ADAPTIVE_THRESH_MEAN_C, cv2.ADAPTIVE_THRESH_GAUSSIAN_C))
        offset = chance.rng.uniform(5, 16)
        result = cv2.adaptiveThreshold(pixels, 255, method, cv2.THRESH_BINARY, size, offset)
        return np.asarray(result, np.uint8)
    return _sauvola(chance, pixels, fine)


def _sauvola(chance: Chance, pixels: Pixels, fine: float) -> Pixels:
    """Sauvola and Pietikaeinen 2000: the limit follows the mean and deviation around."""
    size = 2 * int(fine * chance.rng.uniform(0.6, 1.5)) + 5
    values = pixels.astype(np.float32)
    mean = cv2.boxFilter(values, -1, (size, size))
    spread = np.sqrt(np.maximum(cv2.sqrBoxFilter(values, -1, (size, size)) - mean**2, 0))
    scale = max(32.0, float(spread.max()))
    limit = mean * (1 + chance.between(0.15, 0.4) * (spread / scale - 1))
    return np.where(values > limit, 255, 0).astype(np.uint8)


def _dithered(chance: Chance, pixels: Pixels, fine: float) -> Pixels:
    """Error diffusion, ordered dither or a line screen."""
    pixels = np.asarray(cv2.normalize(pixels, None, 0, 255, cv2.NORM_MINMAX), np.uint8)
    if chance.gives(0.45):
        return np.asarray(Image.fromarray(pixels).convert("1").convert("L"), np.uint8)
    rows, columns = pixels.shape
    if chance.gives(0.6):
        tile = np.tile(_BAYER, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns] * 16 + 8
        return np.where(pixels > tile, 255, 0).astype(np.uint8)
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    angle, period = chance.between(0, 3.14), chance.rng.uniform(2.2, max(2.4, fine / 5))
    wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * np.float32(6.2832 / period))
    return np.where(pixels > 128 + 100 * wave, 255, 0).astype(np.uint8)


def _compressed(chance: Chance, pixels: Pixels, fine: float) -> Pixels:
    """JPEG once or twice, down to quality 15 where the print is large enough."""
    least = 15 if fine > 10 else 28
    for _ in range(2 if chance.gives(0.2, "double JPEG") else 1):
        quality = chance.rng.randint(least, 95)
        if quality < 35:
            chance.kinds.add("strong JPEG")
        data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return pixels
