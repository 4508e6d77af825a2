"""What lies between a rendered face and a photograph: colours, cloths, backgrounds, light, lens.

All of it in the net's frame, on a picture SIDE x SIDE x 3 float32 of 0..255 and its map of parts.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Map = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Random = np.random.Generator

BACKGROUND, SKIN, HAIR, EYES, MOUTH, GLASSES, COVERING, BEFORE, CLOTH, LENS, DARK = range(11)
_REPAINTED = ((COVERING, 0.6), (CLOTH, 0.8), (BEFORE, 0.3), (HAIR, 0.45), (GLASSES, 0.25))
IGNORED = 255
"""A pixel that does not count: a thing beside the face may be called this or that."""


def spoiled(
    picture: Picture, parts: Map, eyes: NDArray[np.float64], rng: Random
) -> tuple[NDArray[np.uint8], Map]:
    """One of the many photographs that the rendering might have been; ``eyes`` (2, 2) x, y."""
    out = _repainted(picture, parts, rng)
    out = _on_a_background(out, parts, rng)
    if rng.random() < 0.75:
        out = _lined(out, parts, eyes, rng)
    if rng.random() < 0.5:
        out = _bearded(out, parts, rng)
    if rng.random() < 0.2:
        out, parts = _with_a_thing(out, parts, rng)
    for change in (_lit, _coloured, _unsharp, _noisy):
        out = change(out, rng)
    return _compressed(np.clip(out, 0, 255).astype(np.uint8), rng), parts


def _factor(rng: Random, deviation: float) -> np.float32:
    """A random factor about 1, in single precision, which keeps pictures in it."""
    return np.float32(np.exp(rng.normal(0, deviation)))


def noise(shape: tuple[int, int], rng: Random, cell: float, stretch: float = 1.0) -> Picture:
    """Smooth noise of about unit deviation, ``cell`` px coarse, ``stretch`` times as high."""
    height, width = shape
    size = (max(2, round(width / cell)), max(2, round(height / cell / stretch)))
    small = rng.standard_normal((size[1], size[0])).astype(np.float32)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))


def texture(shape: tuple[int, int], rng: Random) -> Picture:
    """A pattern in two or three colours, H x W x 3: cloth, wall, foliage, stripes, print."""
    colours = _colours(rng, 3)
    kind = rng.integers(7)
    if kind == 0:
        field = noise(shape, rng, float(np.exp(rng.uniform(0.7, 4.2))))
    elif kind == 1:
        field = _stripes(shape, rng)
    elif kind == 2:
        field = np.sign(_stripes(shape, rng)) + np.sign(_stripes(shape, rng))
    elif kind == 3:
        field = sum((noise(shape, rng, c) * c / 20 for c in (3.0, 8.0, 20.0, 60.0)), start=0)
    elif kind == 4:
        field = _blots(shape, rng)
    elif kind == 5:
        field = 0.15 * noise(shape, rng, 60.0)
    else:
        field = _slope(shape, rng) + 0.1 * noise(shape, rng, 2.0)
    share = np.clip(
        np.asarray(field, np.float32) * np.float32(rng.uniform(0.4, 1.2)) + np.float32(0.5), 0, 1
    )[..., None]
    out = colours[1] + (colours[0] - colours[1]) * share
    if rng.random() < 0.3:
        third = _blots(shape, rng)[..., None] > 0
        out = np.where(third, colours[2], out)
    return np.asarray(out, np.float32)


def _colours(rng: Random, count: int) -> Picture:
    rgb = rng.uniform(0, 255, (count, 3))
    grey = rgb.mean(axis=1, keepdims=True)
    calm = rng.random() ** 2
    return np.asarray(grey + (rgb - grey) * calm, np.float32)


def _stripes(shape: tuple[int, int], rng: Random) -> Picture:
    return np.sin(_slope(shape, rng) * np.float32(rng.uniform(8, 110)))


def _slope(shape: tuple[int, int], rng: Random) -> Picture:
    angle = rng.uniform(0, np.pi)
    x = np.arange(shape[1], dtype=np.float32) * np.float32(np.cos(angle) / max(shape))
    y = np.arange(shape[0], dtype=np.float32) * np.float32(np.sin(angle) / max(shape))
    return np.asarray(y[:, None] + x - np.float32(0.5))


def _blots(shape: tuple[int, int], rng: Random) -> Picture:
    """+1 in some ellipses, boxes and strokes, -1 elsewhere."""
    out = np.full(shape, -1, np.float32)
    for _ in range(rng.integers(1, 26)):
        centre = tuple(int(v) for v in rng.integers(0, max(shape), 2))
        size = np.exp(rng.uniform(0.7, 4.0, 2)).astype(int)
        kind = rng.integers(3)
        if kind == 0:
            axes = (int(size[0]), int(size[1]))
            cv2.ellipse(out, centre, axes, float(rng.uniform(0, 180)), 0, 360, (1.0,), -1)
        elif kind == 1:
            corner = (centre[0] + int(size[0]), centre[1] + int(size[1]))
            cv2.rectangle(out, centre, corner, (1.0,), -1)
        else:
            other = tuple(int(v) for v in rng.integers(0, max(shape), 2))
            cv2.line(out, centre, other, (1.0,), int(rng.integers(1, 9)))
    return out


def _soft(mask: Mask, sigma: float = 0.7) -> Picture:
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma)[..., None])


def _repainted(picture: Picture, parts: Map, rng: Random) -> Picture:
    """Other colours and patterns for what is worn, the hair and the skin; the shading stays."""
    out = picture.copy()
    for part, chance in (
        (COVERING, 0.6),
        (CLOTH, 0.8),
        (BEFORE, 0.3),
        (HAIR, 0.3),
        (GLASSES, 0.25),
    ):
        mask = parts == part
        if rng.random() > chance or mask.sum() < 20:
            continue
        grey = out.mean(axis=2, keepdims=True)
        relative = grey / max(float(np.median(grey[mask])), 12.0)
        plain = part in (HAIR, GLASSES)
        paint = _hair_colour(rng) if plain else texture(parts.shape, rng)
        alpha = _soft(mask) * np.float32(rng.uniform(0.75, 1.0))
        out += (np.clip(paint * np.clip(relative, 0.25, 2.0), 0, 255) - out) * alpha
    hair = parts == HAIR
    if rng.random() < 0.6 and hair.any():
        streaks = noise(parts.shape, rng, rng.uniform(1.2, 3.0), rng.uniform(2, 12))
        out *= 1 + _soft(hair) * (np.float32(rng.uniform(0.05, 0.4)) * streaks)[..., None]
    skin = np.isin(parts, (SKIN, MOUTH, EYES, LENS))
    tone = np.exp(rng.normal(0, 0.18) + rng.normal(0, 0.07, 3)).astype(np.float32)
    blotches = sum(
        noise(parts.shape, rng, c) * a for c, a in ((2.0, 0.03), (9.0, 0.04), (30.0, 0.06))
    )
    rough = 1 + np.float32(rng.uniform(0, 1.3)) * np.asarray(blotches, np.float32)[..., None]
    alpha = _soft(skin)
    return np.asarray(out + out * (tone * rough - 1) * alpha, np.float32)


def _hair_colour(rng: Random) -> Picture:
    base = np.array(
        [
            (25, 22, 20),
            (60, 40, 25),
            (120, 85, 50),
            (190, 160, 110),
            (150, 150, 150),
            (205, 202, 196),
        ]
    )
    return np.asarray(base[rng.integers(6)] * _factor(rng, 0.2), np.float32)


def _on_a_background(picture: Picture, parts: Map, rng: Random) -> Picture:
    if rng.random() < 0.12:
        return picture
    behind = texture(parts.shape, rng)
    for _ in range(rng.integers(0, 3)):  # things behind
        other = texture(parts.shape, rng)
        where = _blots(parts.shape, rng)[..., None] > 0
        behind = np.where(where, other, behind)
    if rng.random() < 0.7:
        behind = cv2.GaussianBlur(behind, (0, 0), float(np.exp(rng.uniform(-0.7, 2.2))))
    alpha = _soft(parts == BACKGROUND, float(rng.uniform(0.5, 1.2)))
    return np.asarray(picture + (behind - picture) * alpha, np.float32)


def _bearded(picture: Picture, parts: Map, rng: Random) -> Picture:
    """Hair of any colour on chin, lip and cheeks, which stays skin on the map; or lines of age."""
    mouth = np.argwhere(parts == MOUTH)
    if len(mouth) < 15:
        return picture
    y, x = mouth.mean(axis=0)
    mask = np.zeros(parts.shape, np.float32)
    turn = float(rng.normal(0, 6))
    if rng.random() < 0.6:  # round the chin and up the jaw
        middle = (int(x), int(y + rng.uniform(6, 20)))
        axes = (int(rng.uniform(10, 40)), int(rng.uniform(8, 30)))
        cv2.ellipse(mask, middle, axes, turn, 0, 360, (1.0,), -1)
    if rng.random() < 0.6:  # below the nose
        middle = (int(x), int(y - rng.uniform(7, 11)))
        axes = (int(rng.uniform(10, 19)), int(rng.uniform(2, 5)))
        cv2.ellipse(mask, middle, axes, turn, 0, 360, (1.0,), -1)
    mask *= parts == SKIN
    mask = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.8, 4)))
    curls = noise(parts.shape, rng, rng.uniform(1.2, 2.5), rng.uniform(1, 3))
    alpha = (mask * np.clip(0.2 * curls + np.float32(rng.uniform(0.3, 1.1)), 0, 1))[..., None]
    hair = _hair_colour(rng) * (1 + 0.3 * curls)[..., None] * np.float32(picture.mean() / 110)
    return np.asarray(picture + (hair - picture) * alpha, np.float32)


def _lined(picture: Picture, parts: Map, eyes: NDArray[np.float64], rng: Random) -> Picture:
    """Deep-set eyes, strong brows, bags and lines around the eyes: what is not yet glasses."""
    unit = max(float(np.hypot(*(eyes[1] - eyes[0]))), 8.0)
    change = np.zeros(parts.shape, np.float32)
    depth, brow, count = rng.uniform(-0.15, 0.65), rng.uniform(-0.4, 0.9), int(rng.integers(0, 7))
    tilt = float(rng.normal(0, 6))
    for side, (x, y) in zip((-1, 1), eyes, strict=True):
        spot = np.zeros(parts.shape, np.float32)
        _arc(spot, (x, y - 0.06 * unit), (0.26 * unit, 0.13 * unit), tilt, (0, 360), -1)
        change -= depth * cv2.GaussianBlur(spot, (0, 0), 0.09 * unit)
        if brow > 0:
            stroke = np.zeros(parts.shape, np.float32)
            reach = (rng.uniform(0.26, 0.36) * unit, rng.uniform(0.05, 0.14) * unit)
            place = (x + 0.04 * side * unit, y - rng.uniform(0.16, 0.26) * unit)
            thick = max(1, round(float(rng.uniform(0.03, 0.10)) * unit))
            _arc(stroke, place, reach, tilt * side, (190, 350), thick)
            change -= brow * cv2.GaussianBlur(stroke, (0, 0), 0.02 * unit)
        for _ in range(count):
            line = np.zeros(parts.shape, np.float32)
            place = (x + rng.normal(0, 0.06) * unit, y + rng.uniform(-0.12, 0.16) * unit)
            reach = (rng.uniform(0.12, 0.40) * unit, rng.uniform(0.05, 0.24) * unit)
            start = rng.uniform(-40, 200)
            _arc(line, place, reach, rng.normal(0, 14), (start, start + rng.uniform(25, 130)), 1)
            change += rng.uniform(-0.5, 0.22) * cv2.GaussianBlur(
                line, (0, 0), rng.uniform(0.4, 1.4)
            )
    change *= np.isin(parts, (SKIN, LENS))
    out = picture * np.clip(1 + change, 0.1, 1.6)[..., None]
    return _eyed(np.asarray(out, np.float32), parts, eyes, rng)


def _eyed(picture: Picture, parts: Map, eyes: NDArray[np.float64], rng: Random) -> Picture:
    """Eyes of more contrast, dark lids and lashes, glints: livelier than the rendered ones."""
    unit = max(float(np.hypot(*(eyes[1] - eyes[0]))), 8.0)
    out = picture
    if rng.random() < 0.6:
        alpha = _soft(np.isin(parts, (EYES, LENS))) * np.float32(rng.uniform(0, 0.9))
        calm = cv2.GaussianBlur(out, (0, 0), 0.10 * unit)
        out = np.asarray(out + (out - calm) * alpha, np.float32)
    lids = np.zeros(parts.shape, np.float32)
    low, high, thick = rng.uniform(0, 0.8), rng.uniform(0.03, 0.10), int(rng.integers(1, 3))
    wide, dark = rng.uniform(0.17, 0.23), rng.uniform(0, 0.85)
    for x, y in eyes:
        place, axes = (x, y), (wide * unit, high * unit)
        _arc(lids, place, axes, 0, (180, 360), thick)
        if low > 0.4:
            _arc(lids, place, axes, 0, (0, 180), 1)
    lids = cv2.GaussianBlur(lids, (0, 0), float(rng.uniform(0.4, 1.0)))
    lids *= np.isin(parts, (SKIN, LENS, EYES))
    out = np.asarray(out * (1 - dark * lids)[..., None], np.float32)
    if rng.random() < 0.4:
        for x, y in eyes + rng.normal(0, 0.02, 2) * unit:
            column, row = int(np.clip(x, 0, out.shape[1] - 1)), int(np.clip(y, 0, out.shape[0] - 1))
            if parts[row, column] in (EYES, LENS):
                out[row, column] = 235
    return out


def _arc(
    mask: Picture,
    middle: tuple[float, float],
    axes: tuple[float, float],
    turn: float,
    ends: tuple[float, float],
    thick: int,
) -> None:
    """A piece of an ellipse; ``thick`` -1 fills it."""
    centre = (round(middle[0] * 16), round(middle[1] * 16))
    size = (max(round(axes[0] * 16), 1), max(round(axes[1] * 16), 1))
    cv2.ellipse(mask, centre, size, turn, *ends, (1.0,), thick, cv2.LINE_AA, 4)


def _with_a_thing(picture: Picture, parts: Map, rng: Random) -> tuple[Picture, Map]:
    """Something held before the face: a microphone, a cup, a card, a sheet."""
    mask = np.zeros(parts.shape, np.uint8)
    side = parts.shape[0]
    low = rng.random() < 0.75
    middle = (int(rng.normal(0.5, 0.16) * side), int(rng.normal(0.85 if low else 0.6, 0.1) * side))
    axes = (int(rng.uniform(5, 30)), int(rng.uniform(5, 30)))
    turn = float(rng.uniform(0, 180))
    if rng.random() < 0.5:
        cv2.ellipse(mask, middle, axes, turn, 0, 360, (1,), -1)
        end = (int(middle[0] + rng.normal(0, 60)), int(rng.choice([side, side, 0])))
        cv2.line(mask, middle, end, (1,), int(rng.integers(3, 14)))
    else:
        box = cv2.boxPoints((middle, (2.0 * axes[0], 2.0 * axes[1]), turn))
        cv2.fillPoly(mask, [box.astype(np.int32)], (1,))
    shade = 1 + 0.3 * _slope(parts.shape, rng)[..., None]
    alpha = _soft(mask > 0)
    out = picture * (1 - alpha) + np.clip(texture(parts.shape, rng) * shade, 0, 255) * alpha
    new = parts.copy()
    new[mask > 0] = IGNORED
    face = np.isin(parts, (SKIN, EYES, MOUTH, BEFORE, LENS, GLASSES, DARK))
    new[(mask > 0) & face] = BEFORE
    return np.asarray(out, np.float32), new


def _lit(picture: Picture, rng: Random) -> Picture:
    shape = picture.shape[:2]
    if rng.random() < 0.6:
        picture = picture * np.exp(np.float32(rng.normal(0, 0.5)) * _slope(shape, rng))[..., None]
    if rng.random() < 0.25:  # the edge of a shadow
        edge = _slope(shape, rng) * (40 / rng.uniform(0.5, 12)) + np.float32(rng.normal(0, 3))
        edge = np.clip(edge + noise(shape, rng, 40.0), -20, 20)
        picture = picture * (1 - rng.uniform(0.2, 0.6) / (1 + np.exp(-edge * 3)))[..., None]
    if rng.random() < 0.25:  # a lamp's gloss
        middle = tuple(int(v) for v in rng.uniform(0.2, 0.8, 2) * shape[0])
        spot = np.zeros(shape, np.float32)
        cv2.circle(spot, middle, int(rng.uniform(3, 14)), (1.0,), -1)
        spot = cv2.GaussianBlur(spot, (0, 0), float(rng.uniform(3, 14)))
        picture = picture + (rng.uniform(40, 220) * spot)[..., None]
    return np.asarray(picture, np.float32)


def _coloured(picture: Picture, rng: Random) -> Picture:
    curve = 255 * np.linspace(0, 1, 256) ** np.exp(rng.normal(0, 0.18))
    curve = (curve - 110) * np.exp(rng.normal(0.05, 0.16)) + 110 + rng.normal(0, 12)
    gains = np.exp(rng.normal(0, 0.07, 3))
    table = (curve[:, None] * gains).astype(np.float32)[:, None]
    out = np.asarray(cv2.LUT(np.clip(picture, 0, 255).astype(np.uint8), table), np.float32)
    grey = out @ np.array([0.299, 0.587, 0.114], np.float32)
    saturation = 0.0 if rng.random() < 0.1 else float(rng.uniform(0.4, 1.5))
    return np.asarray(grey[..., None] + (out - grey[..., None]) * np.float32(saturation))


def _unsharp(picture: Picture, rng: Random) -> Picture:
    side = picture.shape[0]
    out = picture
    if rng.random() < 0.5:
        small = int(side * rng.uniform(0.4, 1.0))
        method = int(rng.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
        out = cv2.resize(out, (small, small), interpolation=method)
        out = cv2.resize(out, (side, side), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.45:
        out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.3, 1.5)))
    if rng.random() < 0.25:
        out = out + (out - cv2.GaussianBlur(out, (0, 0), 1.2)) * np.float32(rng.uniform(0.3, 1.6))
    return np.asarray(out, np.float32)


def _noisy(picture: Picture, rng: Random) -> Picture:
    strength = float(rng.exponential(4.0))
    grain = rng.standard_normal(picture.shape, dtype=np.float32)
    if rng.random() < 0.4:
        grain = cv2.GaussianBlur(grain, (0, 0), 0.8) * 1.8
    return np.asarray(picture + strength * grain, np.float32)


def _compressed(picture: NDArray[np.uint8], rng: Random) -> NDArray[np.uint8]:
    if rng.random() < 0.3:
        return picture
    quality = (cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 96)))
    packed = cv2.imencode(".jpg", picture, quality)[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
