"""Strips without a readable MRZ line: prose, stains, bars, upside-down lines; all frames blank."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from models.training.mrz.atlas import find_fonts
from models.training.mrz.lines import line

if TYPE_CHECKING:
    from models.training.mrz.render import Renderer

Strip = NDArray[np.uint8]
HEIGHT, WIDTH = 32, 512
_PROSE_FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSansCondensed", "LiberationSans-Regular",
                "LiberationSerif-Regular", "LiberationSans-Bold")  # fmt: skip


def prose_strips(rng: random.Random) -> list[Strip]:
    """Sixty long lines of invented mixed-case text in proportional fonts: 48 x about 2000."""
    files = find_fonts()
    fonts = [files[name] for name in _PROSE_FONTS if name in files]
    strips = []
    for _ in range(60 if fonts else 0):
        font = ImageFont.truetype(str(rng.choice(fonts)), rng.randint(20, 36))
        image = Image.new("L", (2000, 48), 255)
        ImageDraw.Draw(image).text((0, 4), _prose(rng), fill=rng.randint(0, 90), font=font)
        strips.append(np.asarray(image))
    return strips


def _prose(rng: random.Random) -> str:
    words = []
    for _ in range(40):
        word = "".join(rng.choices("aeiou" * 3 + string.ascii_lowercase, k=rng.randint(1, 11)))
        draw = rng.random()
        if draw < 0.2:
            word = word.capitalize()
        elif draw < 0.27:
            word = str(rng.randint(0, 99999))
        words.append(word + rng.choice(("", "", "", ",", ".", ":", ";")))
    return " ".join(words)


def draw(renderer: Renderer, prose: list[Strip]) -> Strip:
    """One strip of 32 x 512 to be rejected."""
    rng, noise = renderer.chance.rng, renderer.chance.noise
    kind = rng.random()
    if kind < 0.3:
        return renderer.strip(line(rng), upside_down=True)[0]
    if kind < 0.75 and prose:
        return _prose_strip(rng, noise, rng.choice(prose))
    if kind < 0.85:
        bars = noise.choice((40, 220), (1, rng.randint(40, 250))).astype(np.uint8)
        return cv2.resize(bars, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    knots = noise.integers(0, 255, (rng.randint(1, 16), rng.randint(4, 200))).astype(np.uint8)
    return cv2.resize(knots, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def _prose_strip(rng: random.Random, noise: np.random.Generator, source: Strip) -> Strip:
    width = rng.randint(400, 1400)
    left = rng.randrange(source.shape[1] - width)
    top, bottom = rng.randint(0, 10), 48 - rng.randint(0, 10)
    piece = source[top:bottom, left : left + width].astype(np.float32)
    size = (max(80, int(WIDTH * rng.uniform(0.3, 1))), max(10, int(HEIGHT * rng.uniform(0.3, 1))))
    piece = cv2.resize(piece, size, interpolation=cv2.INTER_AREA)
    piece += noise.standard_normal(piece.shape, dtype=np.float32) * rng.choice((0, 3, 9))
    strip = cv2.resize(piece, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    return np.clip(strip, 0, 255).astype(np.uint8)
