"""Ink on paper: worn print, backgrounds, strokes and stamps across, light. Values 0 (black)..1."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.mrz.chance import Chance, Grey


def printed(chance: Chance, ink: Grey, fine: float, middle: float, cap: float) -> Grey:
    """The picture of ``ink`` (coverage 0..1) on a background, under uneven light.

    ``fine`` is the width of a character, ``middle`` the row of the line and ``cap`` the height of
    a capital, all in pixels of this picture: they keep edges and stamps from hiding the text.
    """
    ease = float(np.clip((fine - 3) / 7, 0.3, 1))  # small print is spared the worst
    dark = chance.rng.uniform(0.0, 0.45)
    paper = chance.rng.uniform(min(1.0, max(0.4, dark + 0.2)), 1.0)
    ground = paper - _ground(chance, ink.shape, fine) * np.float32((paper - dark) * 1.1)
    if chance.gives(0.18, "drawing below"):
        ground = _overlay(chance, ground, dark)
    ink = _worn(chance, ink, ease)
    image = ground * (1 - ink) + np.float32(dark) * ink
    if chance.gives(0.16 * ease, "ink over text"):
        image = _overlay(chance, image, dark)
    if chance.gives(0.08, "edge"):
        image = _edge(chance, image, middle, cap)
    return _light(chance, image, dark, ease)


def _worn(chance: Chance, ink: Grey, ease: float) -> Grey:
    """Uneven ink, spread or thin strokes, holes."""
    if chance.gives(0.3):
        knots = (chance.rng.randint(1, 2), chance.rng.randint(2, 6))
        ink = ink * chance.smooth(ink.shape, knots, 0.55, 1.0)
    if chance.gives(0.25):
        ink = np.asarray(cv2.pow(ink, chance.rng.choice((0.55, 0.7, 1.4, 1.9))), np.float32)
    if chance.gives(0.08 * ease, "worn ink"):
        rows, columns = ink.shape
        holes = chance.smooth(ink.shape, (max(2, rows // 2), max(2, columns // 2)))
        least = chance.rng.uniform(0.1, 0.35)
        ink = ink * np.clip((holes - least) * 5 + 0.5, 0.15, 1)
    return ink


def _ground(chance: Chance, shape: tuple[int, ...], fine: float) -> Grey:
    """Background darkness 0..about 0.6: stains, guilloche, screens, grain."""
    rng = chance.rng
    if chance.gives(0.22):
        return np.zeros(shape, np.float32)
    ground = chance.smooth(shape, (rng.randint(1, 4), rng.randint(2, 14)), 0, rng.uniform(0, 0.35))
    if chance.gives(0.5):
        ground = ground + _guilloche(chance, shape)
    if chance.gives(0.05 if fine > 9 else 0.0, "printed screen"):
        dots = _screen(chance, shape, rng.uniform(2.2, 3.6)) < ground * 2
        ground = dots.astype(np.float32) * chance.between(0.1, 0.45)
    if chance.gives(0.3):
        ground = ground + chance.grain(shape) * chance.between(0, 0.09)
    return np.minimum(ground, np.float32(0.62))


def _axes(shape: tuple[int, ...]) -> tuple[Grey, Grey]:
    """Row and column numbers, ready to be combined."""
    rows, columns = (np.arange(size, dtype=np.float32) for size in shape)
    return rows[:, None], columns[None]


def _screen(chance: Chance, shape: tuple[int, ...], period: float) -> Grey:
    """A dot screen of ``period`` pixels at any angle; 0..1."""
    y, x = _axes(shape)
    angle = chance.rng.uniform(0, np.pi / 2)
    turn = np.float32(2 * np.pi / period)
    along = np.sin((x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))) * turn)
    across = np.sin((y * np.float32(np.cos(angle)) - x * np.float32(np.sin(angle))) * turn)
    return np.asarray(along * across / 2 + np.float32(0.5), np.float32)


def _guilloche(chance: Chance, shape: tuple[int, ...]) -> Grey:
    """One or two families of bent lines; a few in high contrast."""
    rng = chance.rng
    y, x = _axes(shape)
    most = 0.4 if chance.gives(0.2, "strong guilloche") else 0.2
    waves = np.zeros(shape, np.float32)
    for _ in range(rng.randint(1, 2)):
        bend = chance.between(0, 4) * np.sin(x * chance.between(0.01, 0.2))
        wave = np.sin((y + bend) * chance.between(-1.2, 1.2) + x * chance.between(-0.9, 0.9))
        if chance.gives(0.3):  # thin lines
            wave = np.asarray(cv2.pow((wave + 1) / 2, 5), np.float32)
        waves += chance.between(most / 4 if most > 0.3 else 0, most) * wave
    return waves


def _overlay(chance: Chance, image: Grey, dark: float) -> Grey:
    """Signatures, stamps, frames and specimen marks: strokes that let the print through."""
    mask = np.zeros(image.shape, np.uint8)
    for _ in range(chance.rng.randint(1, 4)):
        chance.rng.choice(_STROKES)(chance, mask)
    alpha = mask.astype(np.float32) * np.float32(chance.rng.uniform(0.15, 0.75) / 255)
    colour = chance.between(dark, 0.8)
    if chance.gives(0.5):  # transparent ink: the print below stays darker than the ink
        return image * (1 - alpha * (1 - colour))
    return image * (1 - alpha) + colour * alpha


def _thick(chance: Chance, mask: NDArray[np.uint8]) -> int:
    return max(1, round(chance.rng.uniform(0.03, 0.12) * mask.shape[0]))


def _ring(chance: Chance, mask: NDArray[np.uint8]) -> None:
    rng, (height, width) = chance.rng, mask.shape
    axes = (rng.randint(5, 120), rng.randint(3, 2 * height))
    centre = (rng.randrange(width), rng.randrange(height))
    cv2.ellipse(mask, centre, axes, rng.uniform(0, 180), 0, 270, 255, _thick(chance, mask))


def _stroke(chance: Chance, mask: NDArray[np.uint8]) -> None:
    rng, (height, width) = chance.rng, mask.shape
    x, y = rng.randrange(width), rng.randrange(height)
    end = (x + rng.randint(-90, 90), y + rng.randint(-height, height))
    cv2.line(mask, (x, y), end, 255, _thick(chance, mask), cv2.LINE_AA)


def _rule(chance: Chance, mask: NDArray[np.uint8]) -> None:
    rng, (height, width) = chance.rng, mask.shape
    if chance.gives(0.5):
        y = rng.randrange(height)
        cv2.line(mask, (0, y), (width, y + rng.randint(-2, 2)), 255, 1)
    else:
        x = rng.randrange(width)
        cv2.line(mask, (x, 0), (x + rng.randint(-2, 2), height), 255, _thick(chance, mask))


def _scribble(chance: Chance, mask: NDArray[np.uint8]) -> None:
    """A signature: a walk of many small turns."""
    rng, (height, width) = chance.rng, mask.shape
    count = rng.randint(8, 24)
    steps = chance.noise.normal(0, 0.45 * height, (count, 2))
    steps[:, 0] += 0.35 * height
    start = (rng.uniform(-0.1, 0.8) * width, rng.uniform(0, height))
    points = (np.cumsum(steps, axis=0) * (1, 0.6) + start).astype(np.int32)
    cv2.polylines(mask, [points], False, 255, max(1, _thick(chance, mask) - 1), cv2.LINE_AA)


def _stamp(chance: Chance, mask: NDArray[np.uint8]) -> None:
    """A word or a date of a stamp, in large letters."""
    rng, (height, width) = chance.rng, mask.shape
    word = "".join(rng.choices("ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789.", k=rng.randint(3, 12)))
    size = rng.uniform(0.5, 1.8) * height / 22  # a capital of this font has 22 pixels
    at = (int(rng.uniform(-0.1, 0.8) * width), int(rng.uniform(0.4, 1.6) * height))
    cv2.putText(mask, word, at, cv2.FONT_HERSHEY_SIMPLEX, size, 255, _thick(chance, mask))


_STROKES = (_ring, _ring, _stroke, _stroke, _rule, _scribble, _stamp)


def _edge(chance: Chance, image: Grey, middle: float, cap: float) -> Grey:
    """The end of the paper close above or below the line, and what lies beyond."""
    side = chance.rng.choice((-1, 1))
    row = middle + side * cap * chance.rng.uniform(0.8, 1.3)
    slope = chance.rng.gauss(0, 0.006)
    y, x = _axes(image.shape)
    far = np.clip((y - row - slope * (x - image.shape[1] / 2)) * side + 0.5, 0, 1)
    beyond = chance.between(0, 1) + chance.grain(image.shape) * chance.between(0, 0.05)
    return np.asarray(image * (1 - far) + beyond * far, np.float32)


def _light(chance: Chance, image: Grey, dark: float, ease: float) -> Grey:
    """Shade, glare, laminate, patterns of screens."""
    rng = chance.rng
    if chance.gives(0.25, "uneven light"):
        knots = (rng.randint(1, 2), rng.randint(2, 6))
        image = image * chance.smooth(image.shape, knots, 0.35, 1.0)
    if chance.gives(0.04, "hard shadow"):
        image = image * _shadow(chance, image.shape)
    if chance.gives(0.1):
        knots = (rng.randint(1, 2), rng.randint(2, 6))
        image = image + (1 - image) * chance.smooth(image.shape, knots, -0.6, 0.7).clip(0)
    if chance.gives(0.07 * ease, "glare"):
        image = image + _glare(chance, image.shape, 1 - dark)
    if chance.gives(0.05, "laminate"):
        image = image + _laminate(chance, image.shape)
    if chance.gives(0.06, "moire"):
        image = image * (1 - _moire(chance, image.shape))
    return image.astype(np.float32)


def _shadow(chance: Chance, shape: tuple[int, ...]) -> Grey:
    y, x = _axes(shape)
    run = x - chance.between(0, shape[1]) + (y - shape[0] / 2) * chance.between(-3, 3)
    lit = np.clip(run / chance.between(-12, 12) + 0.5, 0, 1)
    return np.asarray(1 - lit * chance.between(0.25, 0.65), np.float32)


def _glare(chance: Chance, shape: tuple[int, ...], room: float) -> Grey:
    """One or two bright blobs; nearly all of them leave the print a little of its contrast."""
    y, x = _axes(shape)
    blobs = np.zeros(shape, np.float32)
    for _ in range(chance.rng.randint(1, 2)):
        wide = chance.rng.uniform(0.03, 0.2) * shape[1]
        high = chance.rng.uniform(0.3, 3) * shape[0]
        along = x - chance.between(0, shape[1]) + (y - shape[0] / 2) * chance.between(-2, 2)
        down = (y - chance.between(-0.3, 1.3) * shape[0]) / high
        blobs += np.exp(-np.minimum((along / wide) ** 2 + down**2, 12))
    return np.asarray(np.minimum(blobs, 1) * chance.rng.uniform(0.2, 0.92) * room, np.float32)


def _laminate(chance: Chance, shape: tuple[int, ...]) -> Grey:
    """Hologram-like bright figures of low contrast that come and go along the line."""
    figures = _screen(chance, shape, chance.rng.uniform(6, 40))
    if chance.gives(0.5):
        figures = (figures > chance.rng.uniform(0.5, 0.75)).astype(np.float32)
    where = chance.smooth(shape, (2, chance.rng.randint(3, 9)), -0.5, 1).clip(0)
    return figures * where * chance.between(0.05, 0.3)


def _moire(chance: Chance, shape: tuple[int, ...]) -> Grey:
    """Stripes of a display or of two screens on each other; darkness 0..0.3."""
    y, x = _axes(shape)
    fast = chance.between(0.9, 2.6)
    turn = chance.between(-0.4, 0.4)
    first = np.sin(x * fast + y * turn * fast)
    second = np.sin(x * turn * fast - y * fast * chance.between(0.9, 1.1))
    beat = first if chance.gives(0.4) else first * second
    return np.asarray((beat + 1) * chance.between(0.02, 0.13), np.float32)
