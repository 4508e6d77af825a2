"""Print to choose from, drawn once: strips of single lines, blocks of whole pages, MRZ glyphs."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from models.training.mrz.atlas import Atlas, find_fonts, halved, load_atlases
from models.training.zones import texts

Ink = NDArray[np.uint8]
"""Ink coverage: 255 is ink, 0 is none."""
_PROPORTIONAL = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSansCondensed", "DejaVuSerif-Bold",
    "LiberationSans-Regular", "LiberationSans-Bold", "LiberationSerif-Regular",
    "LiberationSerif-Bold", "LiberationSansNarrow-Bold",
)  # fmt: skip
_FIXED = ("DejaVuSansMono", "LiberationMono-Regular", "LiberationMono-Bold", "NotoMono-Regular",
          "Courier Prime", "OCRA", "OCRB")  # fmt: skip
_BLOCK = (900, 700)  # width, height of a block
_WOVEN = (760, 900)  # height, width of a piece of guilloche
_RULED = 0.3  # share of the blocks with lines as of a table


class Press:
    """Every strip and block that scenes are made of; all from ``seed``."""

    def __init__(self, seed: int, *, strips: int = 240, blocks: int = 90, wovens: int = 60) -> None:
        rng = random.Random(seed)
        files = find_fonts()
        proportional = [files[stem] for stem in _PROPORTIONAL if stem in files]
        fixed = [files[stem] for stem in _FIXED if stem in files]
        self._atlases = [(atlas, halved(atlas)) for atlas in load_atlases()]
        self._shares = [atlas.share for atlas, _ in self._atlases]
        self.strips = [_strip(rng, proportional, fixed) for _ in range(strips)]
        self.blocks = [_block(rng, proportional, fixed) for _ in range(blocks)]

        self.wovens = [woven(_WOVEN, rng) for _ in range(wovens)]

    def atlas(self, rng: random.Random, pitch: float) -> Atlas:
        """A font of machine-readable lines, OCR-B nearly always, for lines of that pitch."""
        full, half = rng.choices(self._atlases, self._shares)[0]
        return half if pitch <= half.pitch else full

    def guilloche(self, shape: tuple[int, ...], rng: random.Random) -> NDArray[np.float32]:
        """Woven lines of a size, 0..1, a part of what was drawn once."""
        source = rng.choice(self.wovens)
        rows, columns = (min(size, side) for size, side in zip(shape, source.shape, strict=True))
        y, x = rng.randint(0, source.shape[0] - rows), rng.randint(0, source.shape[1] - columns)
        part = source[y : y + rows, x : x + columns]
        if part.shape != tuple(shape):
            part = cv2.resize(part, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)
        return part.astype(np.float32) / np.float32(255)


def scaled(ink: Ink, factor: float) -> Ink:
    """``ink`` resized, averaged where it shrinks."""
    size = (max(2, round(ink.shape[1] * factor)), max(2, round(ink.shape[0] * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=how), np.uint8)


def mrz_line(atlas: Atlas, classes: NDArray[np.intp], pitch: float) -> Ink:
    """A line of fixed pitch: rows as high as the atlas' cells, ``pitch`` pixels a character."""
    strip = atlas.strip(classes)
    size = (
        max(2, round(len(classes) * pitch)),
        max(2, round(strip.shape[0] * pitch / atlas.pitch)),
    )
    return np.asarray(cv2.resize(strip, size, interpolation=cv2.INTER_AREA), np.uint8)


def _strip(rng: random.Random, proportional: list[Path], fixed: list[Path]) -> Ink:
    """One field of a document, letters about 16 pixels high."""
    fonts = proportional if rng.random() < 0.85 else fixed
    font = ImageFont.truetype(str(rng.choice(fonts)), 22)
    text = texts.label(rng)
    image = Image.new("L", (max(8, int(font.getlength(text)) + 4), 28), 0)
    ImageDraw.Draw(image).text((2, 0), text, fill=255, font=font)
    return np.asarray(image)


def _block(rng: random.Random, proportional: list[Path], fixed: list[Path]) -> Ink:
    """A page of print: prose, capitals, programs and tables in fixed or proportional type."""
    width, height = _BLOCK
    image = Image.new("L", _BLOCK, 0)
    pen = ImageDraw.Draw(image)
    kind = rng.choice(("prose", "prose", "capitals", "listing", "listing", "columns"))
    size = rng.randint(13, 30)
    fonts = fixed if kind == "listing" or rng.random() < 0.15 else proportional
    font = ImageFont.truetype(str(rng.choice(fonts)), size)
    step = size * rng.uniform(1.05, 2.2)
    for row in range(int(height / step)):
        y = row * step
        if rng.random() < 0.06:
            continue
        if kind == "columns":
            for x in range(0, width, width // 3):
                pen.text((x + 6, y), texts.prose(rng, 3)[: width // 3 // (size // 2)], 255, font)
            continue
        make = {"prose": texts.prose, "capitals": texts.capitals}.get(kind)
        text = make(rng, 16) if make else texts.listing(rng, 80)
        pen.text((rng.choice((6, 6, 6, 40)), y), text, 255, font)
    if rng.random() < _RULED:
        _rule(rng, pen, step)
    return np.asarray(image)


def _rule(rng: random.Random, pen: ImageDraw.ImageDraw, step: float) -> None:
    width, height = _BLOCK
    for row in range(0, int(height / step), rng.randint(1, 3)):
        pen.line([(0, row * step - 1), (width, row * step - 1)], 255)
    for x in range(0, width, rng.randint(80, 300)):
        pen.line([(x, 0), (x, height)], 255)


def woven(shape: tuple[int, int], rng: random.Random) -> Ink:
    """Guilloche: one to three families of swaying lines."""
    y = np.arange(shape[0], dtype=np.float32)[:, None]
    x = np.arange(shape[1], dtype=np.float32)[None]
    total = np.zeros(shape, np.float32)
    for _ in range(rng.randint(1, 3)):
        sway = np.float32(rng.uniform(0, 9)) * np.sin(x * np.float32(rng.uniform(0.01, 0.15)))
        angle, period = rng.uniform(0, np.pi), rng.uniform(3.0, 14.0)
        phase = (y + sway) * np.float32(np.cos(angle)) + x * np.float32(np.sin(angle))
        total = np.maximum(total, np.sin(phase * np.float32(2 * np.pi / period)))
    return np.asarray(total * 255, np.uint8)
