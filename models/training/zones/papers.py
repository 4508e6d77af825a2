"""Documents drawn flat: paper, print, portrait, and the zone with its place."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.mrz.atlas import CAP, PITCH
from models.training.mrz.lines import ALPHABET
from models.training.zones import texts
from models.training.zones.press import Ink, Press, mrz_line, scaled

Grey = NDArray[np.float32]
"""Reflectance: 0 is black, 1 is white."""
Points = NDArray[np.float64]

SIZES = {"TD1": (33.7, 21.3), "TD2": (41.3, 29.1), "TD3": (49.2, 34.6), "MRVA": (47.2, 31.5),
         "MRVB": (41.3, 29.1)}  # fmt: skip
"""Width and height of a document in characters of 2.54 mm (Doc 9303 parts 4 to 7)."""
_SHARES = {"TD1": 4, "TD2": 2, "TD3": 5, "MRVA": 1, "MRVB": 1}
_CLASS = {character: index + 1 for index, character in enumerate(ALPHABET)}


@dataclass(frozen=True)
class Lines:
    """A zone on its paper: ``ends`` is lines x 2 x 2, the middles of the left and right ends."""

    ends: Points
    cap: float
    columns: int


@dataclass(frozen=True)
class Paper:
    """A document seen flat, with its zones (none: a paper without one)."""

    image: Grey
    zones: tuple[Lines, ...]


class Papers:
    """Draws documents; what is random comes from the generators given."""

    def __init__(self, press: Press, rng: random.Random, noise: np.random.Generator) -> None:
        self._press, self._rng, self._noise = press, rng, noise

    def document(self, pitch: float, *, zone: bool) -> Paper:
        """A card, data page or visa at ``pitch`` pixels a character of its zone."""
        rng = self._rng
        kind = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        across, down = SIZES[kind]
        width = round(across * pitch * rng.uniform(0.97, 1.06))
        height = round(down * pitch * rng.uniform(0.9, 1.1))
        image = self._ground((height, width))
        step = pitch * rng.uniform(1.9, 2.75)
        text = texts.zone(rng, kind)
        band = len(text) * step + pitch * rng.uniform(0.5, 2.5)
        top = max(2.0, height - band) if zone or rng.random() < 0.5 else float(height)
        self._front(image, top, pitch)
        if not zone:
            if top < height:
                self._other_band(image, top, pitch)
            return Paper(image, ())
        if rng.random() < 0.5:
            image[int(top - 0.3 * step) :] = image[int(top - 0.3 * step) :] * 0.3 + 0.65
        return Paper(image, (self._zone(image, text, (top, step), pitch),))

    def page(self, scale: float) -> Paper:
        """A page of print, a program, a table: no zone."""
        block = scaled(self._rng.choice(self._press.blocks), scale)
        image = self._ground(block.shape)
        _print(image, block, 0, 0, self._dark())
        return Paper(image, ())

    def _zone(
        self, image: Grey, text: list[str], place: tuple[float, float], pitch: float
    ) -> Lines:
        rng = self._rng
        top, step = place
        atlas, dark = self._press.atlas(rng, pitch), self._dark()
        squeeze = rng.uniform(0.93, 1.04)
        columns = len(text[0])
        left = max(0.0, (image.shape[1] - columns * pitch * squeeze) * rng.uniform(0.3, 0.7))
        left = round(left)
        ends = []
        for number, line in enumerate(text):
            strip = mrz_line(atlas, np.array([_CLASS[c] for c in line]), pitch)
            size = (round(strip.shape[1] * squeeze), strip.shape[0])
            strip = np.asarray(cv2.resize(strip, size, interpolation=cv2.INTER_AREA), np.uint8)
            middle = top + (number + 0.5) * step
            first = round(middle - strip.shape[0] / 2)
            _print(image, strip, left, first, dark)
            y = first + strip.shape[0] / 2 - 0.5
            ends.append([[left - 0.5, y], [left + size[0] - 0.5, y]])
        return Lines(np.array(ends), CAP * pitch / PITCH, columns)

    def _other_band(self, image: Grey, top: float, pitch: float) -> None:
        """Print where a zone would stand: capitals, numbers, fixed pitch, but no zone."""
        rng, dark = self._rng, self._dark()
        y = top
        while y < image.shape[0] - pitch:
            strip = scaled(rng.choice(self._press.strips), pitch * rng.uniform(0.6, 1.6) / 22)
            x = round(pitch)
            for _ in range(rng.randint(1, 5)):
                _print(image, strip, x, round(y), dark)
                x += strip.shape[1] + round(pitch)
                strip = scaled(rng.choice(self._press.strips), strip.shape[0] / 28)
            y += strip.shape[0] * rng.uniform(1.0, 1.8)

    def _front(self, image: Grey, bottom: float, pitch: float) -> None:
        """Portrait, fields, perhaps a bar code, a stamp, a block of small print."""
        rng = self._rng
        height, width = int(bottom), image.shape[1]
        if height < 4 * pitch:
            return
        dark = self._dark()
        for _ in range(rng.randint(3, 16)):
            size = pitch * rng.uniform(0.35, 1.1) / 16
            strip = scaled(rng.choice(self._press.strips), size)
            x, y = rng.randrange(width), rng.randrange(max(1, height - strip.shape[0]))
            _print(image[:height], strip, x if rng.random() < 0.5 else width // 3, y, dark)
        if rng.random() < 0.3:
            small = pitch * rng.uniform(0.02, 0.05)
            block = rng.choice(self._press.blocks)[: round(height / small / 3)]
            _print(image[: height - 2], scaled(block, small), width // 4, height // 4, dark)
        if rng.random() < 0.75:
            self._portrait(image[:height], pitch)
        if rng.random() < 0.25:
            self._bars(image[:height], pitch)
        if rng.random() < 0.25:
            self._stamp(image)

    def _portrait(self, image: Grey, pitch: float) -> None:
        rng = self._rng
        height, width = image.shape
        h = min(height - 2, round(rng.uniform(10, 18) * pitch))
        w = min(width // 2, round(h * 0.78))
        x, y = rng.choice((round(pitch), width - w - round(pitch))), rng.randint(0, height - h - 1)
        face = np.full((h, w), rng.uniform(0.55, 0.95), np.float32)
        skin, hair = rng.uniform(0.3, 0.8), rng.uniform(0.05, 0.5)
        cv2.ellipse(face, (w // 2, round(h * 0.42)), (w // 3, round(h * 0.36)), 0, 0, 360, hair, -1)
        cv2.ellipse(face, (w // 2, round(h * 0.48)), (w // 4, round(h * 0.3)), 0, 0, 360, skin, -1)
        cv2.ellipse(face, (w // 2, h), (w // 2, h // 5), 0, 180, 360, hair, -1)
        for side in (0.4, 0.6):
            cv2.circle(face, (round(w * side), round(h * 0.45)), max(1, w // 26), 0.15, -1)
        face += self._noise.standard_normal(face.shape, dtype=np.float32) * rng.uniform(0.01, 0.06)
        image[y : y + h, x : x + w] = cv2.blur(face, (3, 3))

    def _bars(self, image: Grey, pitch: float) -> None:
        """A bar code, or the squares of a two-dimensional one."""
        rng = self._rng
        if rng.random() < 0.5:
            modules = self._noise.integers(0, 2, (1, rng.randint(40, 160)))
            size = (round(rng.uniform(10, 24) * pitch), round(rng.uniform(2, 4) * pitch))
        else:
            side = rng.randint(20, 50)
            modules = self._noise.integers(0, 2, (side, side * rng.choice((1, 1, 3))))
            size = (round(6 * pitch * modules.shape[1] / side), round(6 * pitch))
        code = cv2.resize((modules * 255).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        x, y = rng.randrange(image.shape[1]), rng.randrange(image.shape[0])
        _print(image, np.asarray(code, np.uint8), x, y, 0.1)

    def _stamp(self, image: Grey) -> None:
        rng = self._rng
        height, width = image.shape
        mask = np.zeros((height, width), np.uint8)
        at = (rng.randrange(width), rng.randrange(height))
        thick = max(1, height // 150)
        axes = (rng.randint(4, width // 5), rng.randint(4, height // 4))
        cv2.ellipse(mask, at, axes, rng.uniform(0, 180), 0, 360, 255, thick, cv2.LINE_AA)
        cv2.line(mask, at, (rng.randrange(width), rng.randrange(height)), 255, thick, cv2.LINE_AA)
        _print(image, mask, 0, 0, rng.uniform(0.2, 0.6))

    def _ground(self, shape: tuple[int, ...]) -> Grey:
        """Paper: a tint, stains, often woven lines."""
        rng = self._rng
        image = np.full(shape, rng.uniform(0.6, 1.0), np.float32)
        if rng.random() < 0.6:
            knots = self._noise.uniform(-0.12, 0.05, (rng.randint(1, 5), rng.randint(1, 6)))
            size = (shape[1], shape[0])
            image += cv2.resize(knots.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
        if rng.random() < 0.55:
            image -= self._press.guilloche(shape, rng) * np.float32(rng.uniform(0.03, 0.25))
        return image

    def _dark(self) -> float:
        return self._rng.uniform(0.0, 0.38)


def _print(image: Grey, ink: Ink, x: int, y: int, dark: float) -> None:
    """Lay ``ink`` on ``image`` with its corner at ``x``, ``y``; what sticks out is cut."""
    height, width = image.shape
    first, top = max(0, -x), max(0, -y)
    part = ink[top : max(top, height - y), first : max(first, width - x)]
    if part.size == 0:
        return
    y, x = y + top, x + first
    share = part.astype(np.float32) * np.float32(1 / 255)
    spot = image[y : y + part.shape[0], x : x + part.shape[1]]
    spot += share * (np.float32(dark) - spot) * (spot > dark)
