"""What happens to a photograph before it is compared: printed and scanned, put on a chip, worsened.

Simulations. Each takes H x W x 3 uint8 RGB with one face at about 42 pixels between the eyes (LFW)
and a seeded generator, and gives a picture of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from fixtures.documents.guilloche import guilloche

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]
Condition = Callable[[Rgb, np.random.Generator], Rgb]

_HEAD = (50, 30, 150, 193)  # x, y, width, height in LFW's 250 x 250: framed like 35 x 45 mm
_CHIP_SIZE = (240, 308)  # px; ICAO Doc 9303 part 9: full frontal image, 90 px between the eyes
_CHIP_BYTES = (15_000, 20_000)
_PAGE = (420, 540)  # px at 300 dpi, the largest portrait that is printed
_FINE = 2  # dots are drawn at 600 dpi, with soft edges
_ANGLES = (15, 75, 0, 45)  # cyan, magenta, yellow, black
# What each ink lets through of red, green and blue.
_INKS = ((0.05, 0.6, 0.85), (0.85, 0.12, 0.5), (1.0, 0.93, 0.15), (0.12, 0.12, 0.12))


def printed(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    """A portrait printed on a passport page or a card and scanned again.

    22 to 35 mm wide, a screen of 150 to 200 lines an inch or engraved grey, half of them under
    woven lines, then a flatbed at 200 to 300 dpi: blur, turn, tone, noise, JPEG.
    """
    millimetres = chance.uniform(22, 35)
    width = round(millimetres / 25.4 * 300)
    page = cv2.resize(_head(rgb), (width, round(width * 45 / 35)), interpolation=cv2.INTER_CUBIC)
    picture = np.asarray(page, np.uint8)
    if chance.random() < 0.5:
        picture = _grey(picture)
    picture = _halftone(_toned(picture, chance), int(chance.choice([150, 175, 200])))
    if chance.random() < 0.5:
        picture = _overprinted(picture, chance)
    return _scanned(picture, chance)


def on_chip(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    """A portrait as a passport's chip holds it: 240 x 308 pixels in 15 to 20 kB of JPEG 2000."""
    head = cv2.resize(_head(rgb), _CHIP_SIZE, interpolation=cv2.INTER_CUBIC)
    limit = chance.uniform(*_CHIP_BYTES)
    permille = max(1, round(1000 * limit / head.nbytes))
    options = [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, permille]
    return _coded(np.asarray(head, np.uint8), ".jp2", options)


def worsened(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    """A poor live picture: one of blur, few pixels, little contrast, darkness; then JPEG."""
    fault = chance.integers(4)
    if fault == 0:
        picture = cv2.GaussianBlur(rgb, (0, 0), chance.uniform(1.0, 4.0))
    elif fault == 1:
        scale = chance.uniform(0.2, 0.7)
        picture = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    elif fault == 2:
        share = chance.uniform(0.1, 0.5)
        picture = np.clip(share * rgb + (1 - share) * chance.uniform(60, 190), 0, 255)
    else:
        picture = 255 * (rgb / 255.0) ** chance.uniform(2.0, 5.0)
    return _jpeg(np.asarray(np.rint(picture), np.uint8), int(chance.integers(60, 95)))


def _head(rgb: Rgb) -> Rgb:
    """The head and shoulders, framed as on a passport; other formats than LFW's are left."""
    if rgb.shape[:2] != (250, 250):
        return rgb
    x, y, width, height = _HEAD
    return rgb[y : y + height, x : x + width]


def _grey(rgb: Rgb) -> Rgb:
    return np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def _toned(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    """Another contrast, brightness and colour cast, as between a screen and a print."""
    gain = chance.uniform(0.75, 1.1) * chance.uniform(0.95, 1.05, 3)
    level = 255 * (np.arange(256) / 255.0) ** chance.uniform(0.8, 1.35)
    curves = (level[:, None] - 128) * gain + 128 + chance.uniform(-10, 18)
    table = np.clip(np.rint(curves), 0, 255).astype(np.uint8)[None]
    return np.asarray(cv2.LUT(rgb, table.reshape(256, 1, 3)), np.uint8)


@lru_cache(maxsize=16)
def _screen(lines: int, angle: int) -> NDArray[np.float32]:
    """The ink share from which each spot of the page is covered, 0..1."""
    y, x = np.mgrid[0 : _PAGE[1] * _FINE, 0 : _PAGE[0] * _FINE].astype(np.float32)
    turn, step = np.radians(angle), 2 * np.pi * lines / (300 * _FINE)
    waves = np.cos((x * np.cos(turn) + y * np.sin(turn)) * step)
    waves += np.cos((y * np.cos(turn) - x * np.sin(turn)) * step)
    return (0.5 + waves / 4).astype(np.float32)


def _halftone(rgb: Rgb, lines: int) -> Rgb:
    """A picture at 300 dpi in dots of four inks, ``lines`` an inch."""
    big = cv2.resize(rgb, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_LINEAR)
    light = [plane.astype(np.float32) / 255 for plane in cv2.split(big)]
    white = np.maximum(np.maximum.reduce(light), 1e-3)
    plates = [1 - plane / white for plane in light] + [1 - white]
    seen = [np.ones_like(white) for _ in light]
    for plate, angle, through in zip(plates, _ANGLES, _INKS, strict=True):
        screen = _screen(lines, angle)[: plate.shape[0], : plate.shape[1]]
        dots = np.clip((plate - screen) * 4 + 0.5, 0, 1)
        for plane, share in zip(seen, through, strict=True):
            plane *= 1 - dots * np.float32(1 - share)
    small = cv2.resize(cv2.merge(seen), rgb.shape[1::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(np.rint(small * 255), np.uint8)


@lru_cache(maxsize=16)
def _security_lines(seed: int) -> NDArray[np.float32]:
    """What woven lines let through of a page, 0..1."""
    white, ink = (255, 255, 255), (120, 140, 190)
    return (guilloche(*_PAGE, seed, (white, white), ink) / 255.0).astype(np.float32)


def _overprinted(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    """Woven security lines over the print, as a varnish or laminate shows them."""
    height, width = rgb.shape[:2]
    lines = _security_lines(int(chance.integers(16)))[:height, :width]
    share = chance.uniform(0.3, 0.9)
    through = np.float32(1 - share) + np.float32(share) * lines
    return np.asarray(np.rint(rgb * through), np.uint8)


def _scanned(rgb: Rgb, chance: np.random.Generator) -> Rgb:
    """A flatbed's picture of a print at 300 dpi, on white."""
    scale = chance.uniform(200, 300) / 300
    height, width = (round(side * scale) for side in rgb.shape[:2])
    turn = cv2.getRotationMatrix2D((rgb.shape[1] / 2, rgb.shape[0] / 2), chance.normal(0, 1.5), 1)
    turned = cv2.warpAffine(rgb, turn, rgb.shape[1::-1], borderValue=(250, 250, 250))
    blurred = cv2.GaussianBlur(turned, (0, 0), chance.uniform(0.6, 1.3))
    small = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_AREA)
    noise = chance.standard_normal(small.shape, np.float32)
    noisy = small + np.float32(chance.uniform(1, 4)) * noise
    return _jpeg(
        np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8), int(chance.integers(50, 90))
    )


def _jpeg(rgb: Rgb, quality: int) -> Rgb:
    return _coded(rgb, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def _coded(rgb: Rgb, kind: str, options: list[int]) -> Rgb:
    """The picture after writing and reading it in a lossy format."""
    _, data = cv2.imencode(kind, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)
    return np.asarray(
        cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8
    )
