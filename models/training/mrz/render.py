"""A line of text to a 32 x 512 strip as cameras, scanners and copies leave it, with its labels."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.mrz import negative
from models.training.mrz.atlas import CAP, PITCH, Atlas, halved, load_atlases
from models.training.mrz.lines import ALPHABET, line
from models.training.mrz.net import CENTRE, STRIDE

HEIGHT, WIDTH = 32, 512
FRAMES = WIDTH // STRIDE
IGNORE = -100
Grey = NDArray[np.float32]
_CLASS = {character: index + 1 for index, character in enumerate(ALPHABET)}
_CANVAS = 160  # atlas pixels above and below each other that the strip may show


@dataclass(frozen=True)
class Layout:
    """Where a line lies in its strip (strip pixels)."""

    start: float
    pitch: float
    cap: float
    middle: float


class Renderer:
    """Draws training strips; everything random comes from ``seed``."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.noise = np.random.default_rng(seed)
        full = load_atlases()
        self.atlases = [(atlas, halved(atlas)) for atlas in full]
        self.shares = [atlas.share for atlas in full]
        self.prose = negative.prose_strips(self.rng)

    def sample(self) -> tuple[Grey, NDArray[np.int64]]:
        """One strip (32 x 512, normalised) and its label per frame."""
        if self.rng.random() < 0.1:
            image = negative.draw(self.rng, self.noise, self.prose, self)
            return normalise(image), np.zeros(FRAMES, np.int64)
        text = line(self.rng)
        image, layout = self.strip(text)
        return normalise(image), labels(text, layout)

    def strip(self, text: str, upside_down: bool = False) -> tuple[NDArray[np.uint8], Layout]:
        """``text`` drawn, placed, printed on a background and degraded: 32 x 512 uint8."""
        layout = self._layout(len(text))
        shrink = self._shrink(layout.pitch)
        ink = self._ink(text, layout, shrink)
        if upside_down:
            ink = np.ascontiguousarray(ink[::-1, ::-1])
        return self._degrade(self._print(ink), shrink), layout

    def _layout(self, length: int) -> Layout:
        rng = self.rng
        pitch = rng.triangular(10.5, 25, 15.5)
        cap = min(27.0, max(11.0, pitch * CAP / PITCH / rng.uniform(0.82, 1.25)))
        slack = WIDTH - length * pitch
        start = rng.uniform(1, min(30, slack)) if slack > 4 else rng.uniform(slack - 12, 12)
        return Layout(start, pitch, cap, HEIGHT / 2 + rng.gauss(0, 1.3))

    def _shrink(self, pitch: float) -> float:
        """Share of the strip's resolution that the picture had before it was enlarged."""
        draw = self.rng.random()
        if draw < 0.4:
            return 1.0
        if draw < 0.55:
            return self.rng.uniform(0.6, 1.0)
        return min(1.0, self.rng.uniform(5.8, 13) / pitch)

    def _ink(self, text: str, layout: Layout, shrink: float) -> Grey:
        """Ink coverage 0..1 at the shrunken size, neighbouring lines included."""
        rng = self.rng
        pair = rng.choices(self.atlases, self.shares)[0]
        atlas = pair[1] if layout.pitch * shrink < 13 else pair[0]
        unit = atlas.pitch / PITCH
        canvas = self._canvas(text, atlas)
        scale_x, scale_y = layout.pitch / atlas.pitch, layout.cap / (CAP * unit)
        angle, shear = np.deg2rad(rng.gauss(0, 0.4)), rng.gauss(0, 0.06)
        middle = len(text) * atlas.pitch / 2
        matrix = np.array(
            [
                [scale_x, shear * scale_y, 0],
                [np.tan(angle) * scale_x, scale_y, 0],
            ]
        )
        centre = canvas.shape[0] / 2
        matrix[0, 2] = layout.start - matrix[0, 1] * centre
        matrix[1, 2] = layout.middle - matrix[1, 0] * middle - matrix[1, 1] * centre
        return self._warp(canvas, matrix * shrink, shrink)

    def _warp(self, canvas: NDArray[np.uint8], matrix: NDArray[np.float64], shrink: float) -> Grey:
        width, height = round(WIDTH * shrink), round(HEIGHT * shrink)
        over = 1 if self.rng.random() < 0.2 else 2  # without oversampling: jagged, as fax copies
        size = (width * over, height * over)
        drawn = cv2.warpAffine(canvas, matrix * over, size, flags=cv2.INTER_LINEAR)
        if over > 1:
            drawn = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
        return drawn.astype(np.float32) / np.float32(255)

    def _canvas(self, text: str, atlas: Atlas) -> NDArray[np.uint8]:
        """The line in the middle of its neighbours; characters jump a little in height."""
        rng = self.rng
        strip = self._jittered(text, atlas)
        rows, columns = strip.shape
        canvas = np.zeros((_CANVAS * atlas.pitch // PITCH, columns), np.uint8)
        top = (canvas.shape[0] - rows) // 2
        canvas[top : top + rows] = strip
        for side in (-1, 1):
            if rng.random() < 0.65:
                other = line(rng)[: len(text)].ljust(len(text), "<")
                away = int(side * rng.uniform(1.5, 2.7) * atlas.pitch)
                _lay(canvas, self._jittered(other, atlas), top + away)
        return canvas

    def _jittered(self, text: str, atlas: Atlas) -> NDArray[np.uint8]:
        strip = atlas.strip(np.array([_CLASS[c] for c in text]))
        if self.rng.random() < 0.3:  # typewriters and hammers: single characters off the line
            step = atlas.pitch
            for at in range(0, strip.shape[1], step):
                jump = self.rng.choice((-1, 0, 0, 1))
                if jump:
                    strip[:, at : at + step] = np.roll(strip[:, at : at + step], jump, axis=0)
        return strip

    def _print(self, ink: Grey) -> Grey:
        """Ink on paper: background, uneven ink, strokes across, light. Values 0..1."""
        rng = self.rng
        dark = rng.uniform(0.0, 0.45)
        paper = rng.uniform(min(1.0, max(0.4, dark + 0.2)), 1.0)
        ground = paper - self._ground(ink.shape) * (paper - dark) * 1.1
        if rng.random() < 0.18:
            ground = self._overlay(ground, dark)
        strength = ink
        if rng.random() < 0.3:
            strength = ink * self._smooth(ink.shape, 0.55, 1.0)
        image = ground * (1 - strength) + dark * strength
        if rng.random() < 0.12:
            image = self._overlay(image, dark)
        if rng.random() < 0.25:
            image = image * self._smooth(ink.shape, 0.45, 1.0)
        if rng.random() < 0.1:
            image = image + (1 - image) * self._smooth(ink.shape, -0.6, 0.7).clip(0)
        return image.astype(np.float32)

    def _smooth(self, shape: tuple[int, ...], low: float, high: float) -> Grey:
        knots = self.noise.uniform(low, high, (self.rng.randint(1, 2), self.rng.randint(2, 6)))
        size = (shape[1], shape[0])
        return cv2.resize(knots.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)

    def _ground(self, shape: tuple[int, ...]) -> Grey:
        """Background darkness 0..about 0.6: stains, guilloche, grain."""
        rng = self.rng
        if rng.random() < 0.25:
            return np.zeros(shape, np.float32)
        knots = self.noise.random((rng.randint(1, 4), rng.randint(2, 14))).astype(np.float32)
        size = (shape[1], shape[0])
        ground = cv2.resize(knots, size, interpolation=cv2.INTER_LINEAR) * rng.uniform(0, 0.35)
        if rng.random() < 0.5:
            ground += self._guilloche(shape)
        if rng.random() < 0.3:
            grain = self.noise.standard_normal(shape, dtype=np.float32)
            ground += grain * np.float32(rng.uniform(0, 0.09))
        return ground

    def _guilloche(self, shape: tuple[int, ...]) -> Grey:
        rng = self.rng
        y = np.arange(shape[0], dtype=np.float32)[:, None]
        x = np.arange(shape[1], dtype=np.float32)[None]
        waves = np.zeros(shape, np.float32)
        for _ in range(rng.randint(1, 2)):
            bend = np.float32(rng.uniform(0, 4)) * np.sin(x * np.float32(rng.uniform(0.01, 0.2)))
            phase = (y + bend) * np.float32(rng.uniform(-1.2, 1.2))
            phase = phase + x * np.float32(rng.uniform(-0.9, 0.9))
            waves += np.float32(rng.uniform(0, 0.2)) * np.sin(phase)
        return waves

    def _overlay(self, image: Grey, dark: float) -> Grey:
        """Signatures, stamps, frames and specimen marks: strokes with transparency."""
        rng = self.rng
        mask = np.zeros(image.shape, np.uint8)
        height, width = image.shape
        thick = max(1, round(rng.uniform(0.03, 0.12) * height))
        for _ in range(rng.randint(1, 4)):
            x, y = rng.randrange(width), rng.randrange(height)
            kind = rng.random()
            if kind < 0.4:
                axes = (rng.randint(5, 120), rng.randint(3, 2 * height))
                cv2.ellipse(mask, (x, y), axes, rng.uniform(0, 180), 0, 270, 255, thick)
            elif kind < 0.8:
                end = (x + rng.randint(-90, 90), y + rng.randint(-height, height))
                cv2.line(mask, (x, y), end, 255, thick, cv2.LINE_AA)
            elif kind < 0.9:
                cv2.line(mask, (0, y), (width, y + rng.randint(-2, 2)), 255, 1)
            else:
                cv2.line(mask, (x, 0), (x + rng.randint(-2, 2), height), 255, thick)
        alpha = mask.astype(np.float32) * np.float32(rng.uniform(0.15, 0.75) / 255)
        return image * (1 - alpha) + np.float32(rng.uniform(dark, 0.8)) * alpha

    def _degrade(self, image: Grey, shrink: float) -> NDArray[np.uint8]:
        """Optics, sensor, compression, copying; back at 32 x 512."""
        rng = self.rng
        image = self._optics(image, shrink)
        if rng.random() < 0.6:
            grain = self.noise.standard_normal(image.shape, dtype=np.float32)
            image = image + grain * np.float32(rng.choice((0.008, 0.015, 0.03, 0.06)))
        pixels = np.clip(image * 255, 0, 255).astype(np.uint8)
        if rng.random() < 0.12:
            pixels = self._binarise(pixels)
        if rng.random() < 0.5:
            quality = [cv2.IMWRITE_JPEG_QUALITY, rng.randint(22, 95)]
            pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_GRAYSCALE)
        if pixels.shape != (HEIGHT, WIDTH):
            how = rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_CUBIC))
            pixels = cv2.resize(pixels, (WIDTH, HEIGHT), interpolation=how)
        return self._pad(pixels)

    def _optics(self, image: Grey, shrink: float) -> Grey:
        rng = self.rng
        draw = rng.random()
        if draw < 0.35:
            most = 1.25 if shrink > 0.75 else 0.85
            return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, most))
        if draw < 0.47:
            size = rng.randint(2, 6 if shrink > 0.75 else 3)
            return cv2.blur(image, (size, 1) if rng.random() < 0.6 else (1, size))
        if draw < 0.6:
            soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 1.5))
            return image + np.float32(rng.uniform(0.3, 1.5)) * (image - soft)
        return image

    def _binarise(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self.rng.random() < 0.5:
            shift = self.rng.randint(-25, 25)
            level, _ = cv2.threshold(pixels, 0, 255, cv2.THRESH_OTSU)
            return cv2.threshold(pixels, level + shift, 255, cv2.THRESH_BINARY)[1]
        size = self.rng.choice((9, 15, 21, 31))
        method = cv2.ADAPTIVE_THRESH_MEAN_C
        offset = self.rng.uniform(4, 16)
        return cv2.adaptiveThreshold(pixels, 255, method, cv2.THRESH_BINARY, size, offset)

    def _pad(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self.rng.random() < 0.015:
            return 255 - pixels
        return pixels


def _lay(canvas: NDArray[np.uint8], strip: NDArray[np.uint8], top: int) -> None:
    """Add ``strip`` to ``canvas`` at row ``top``, cut at the edges."""
    first, last = max(0, top), min(canvas.shape[0], top + strip.shape[0])
    if last > first:
        part = strip[first - top : last - top]
        np.maximum(canvas[first:last], part, out=canvas[first:last])


def labels(text: str, layout: Layout) -> NDArray[np.int64]:
    """Class per frame: the middle 60 % of a character is the character, between them is blank."""
    frames = (np.arange(FRAMES) * STRIDE + CENTRE - layout.start) / layout.pitch
    index = np.floor(frames).astype(np.intp)
    away = np.abs(frames - index - 0.5)
    inside = (index >= 0) & (index < len(text))
    classes = np.array([_CLASS[c] for c in text], np.int64)[np.clip(index, 0, len(text) - 1)]
    reach = max(0.27, 0.51 * STRIDE / layout.pitch)  # at least one frame each
    result = np.where(inside & (away <= reach), classes, 0)
    result[inside & (away > reach) & (away <= reach + 0.06)] = IGNORE
    edge = (np.arange(FRAMES) * STRIDE + CENTRE < 0.4 * layout.pitch) | (
        np.arange(FRAMES) * STRIDE + CENTRE > WIDTH - 0.4 * layout.pitch
    )
    result[edge & inside] = IGNORE  # characters cut by the strip's edge
    return result


def normalise(pixels: NDArray[np.uint8]) -> Grey:
    """Zero mean, about unit deviation, as the reader does it."""
    values = pixels.astype(np.float32)
    result: Grey = (values - values.mean()) / (values.std() + np.float32(8))
    return result
