"""From a large portrait to what a camera makes of it: resolution, blur, noise and JPEG as drawn."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.blur.net import SIDE

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]
Light = NDArray[np.float32]

_EYES = np.array([(251.0, 272.0), (364.0, 272.0)]) - 184  # of OFIQ's aligned picture, in the square
_BETWEEN = 113.0  # px between them
_DISTANCES = (30.0, 190.0)  # px between the eyes in the camera's picture
_BLURS = (0.3, 9.0)  # % of that distance
_SENSOR = 0.5  # px: what the camera's own pixels blur
_QUALITIES = (6, 98)  # of JPEG


@dataclass(frozen=True)
class Example:
    """Grey 248 x 248 uint8, and what the net is to say of it."""

    grey: NDArray[np.uint8]
    blur: float


class Examples:
    """Examples without end from the portraits of a folder; number ``n`` is always the same."""

    def __init__(self, folder: Path, seed: int) -> None:
        rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()]
        self._eyes = [np.array([row["right_eye"], row["left_eye"]]) for row in rows]
        paths = [str(folder / row["file"]) for row in rows]
        self._pictures = [cv2.cvtColor(cv2.imread(p), cv2.COLOR_BGR2RGB) for p in paths]
        self._seed = seed

    def example(self, number: int) -> Example:
        """The example of this number."""
        rng = np.random.default_rng((self._seed, number))
        index = int(rng.integers(len(self._pictures)))
        image, eyes = self._pictures[index], self._eyes[index]
        distance = float(np.exp(rng.uniform(*np.log(_DISTANCES))))
        near, seen_eyes = _seen(image, eyes, distance, rng)
        spread = _blur_of(rng) * distance / 100
        clear = _noisy(_blurred(_lit(_textured(near, rng), rng), spread, rng), rng)
        packed = _packed(clear, rng) if rng.random() < 0.8 else clear
        matrix = _to_square(seen_eyes, rng)
        grey = cv2.cvtColor(cv2.warpAffine(packed, matrix, (SIDE, SIDE)), cv2.COLOR_RGB2GRAY)
        total = 100 * math.hypot(_SENSOR, spread) / distance
        return Example(np.asarray(grey, np.uint8), math.log2(total))


def _seen(
    image: Rgb, eyes: Floats, distance: float, rng: np.random.Generator
) -> tuple[Light, Floats]:
    """The square around the face with ``distance`` pixels between the eyes, and where they are."""
    shrink = distance / float(np.hypot(*(eyes[1] - eyes[0])))
    size = (round(image.shape[1] * shrink), round(image.shape[0] * shrink))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    at = (eyes + 0.5) * shrink - 0.5
    side = round(3.2 * distance)
    turn = math.radians(float(rng.uniform(-10, 10)))
    linear = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    shift = (
        side / 2 - linear @ (at.mean(0) + np.array([0, 0.35 * distance])) + rng.uniform(-6, 6, 2)
    )
    matrix = np.column_stack([linear, shift])
    moved = cv2.warpAffine(small, matrix, (side, side), borderMode=cv2.BORDER_REFLECT)
    return moved.astype(np.float32), at @ linear.T + shift


def _textured(picture: Light, rng: np.random.Generator) -> Light:
    """Often with grain of every size laid over: rendered skin is too smooth."""
    if rng.random() < 0.3:
        return picture
    height, width = picture.shape[:2]
    grain = np.zeros((height, width), np.float32)
    for halvings in range(5):
        size = (max(2, width >> halvings), max(2, height >> halvings))
        layer = rng.standard_normal(size[::-1], np.float32) * np.float32(rng.uniform(0, 1))
        grain += cv2.resize(layer, (width, height), interpolation=cv2.INTER_LINEAR)
    strength = float(rng.uniform(0, 12)) / max(float(grain.std()), 1e-3)
    return picture + np.float32(strength) * grain[..., None]


def _lit(picture: Light, rng: np.random.Generator) -> Light:
    bend, gain, haze = rng.uniform(0.6, 1.7), rng.uniform(0.4, 1.2), rng.uniform(0, 0.15)
    levels = np.clip(np.linspace(0, 1, 256) ** bend * gain + haze, 0, 1) * 255
    flat = np.interp(picture.ravel(), np.arange(256), levels)
    return flat.reshape(picture.shape).astype(np.float32)


def _blur_of(rng: np.random.Generator) -> float:
    """% of the inter-eye distance; a quarter of the pictures has none."""
    if rng.random() < 0.25:
        return 0.0
    return float(np.exp(rng.uniform(*np.log(_BLURS))))


def _blurred(picture: Light, spread: float, rng: np.random.Generator) -> Light:
    """By a bell, a disc (defocus) or a line (motion) of standard deviation ``spread`` pixels."""
    kind = rng.random()
    if spread < 0.3:
        return picture
    if kind < 0.6 or spread < 0.8:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), spread), np.float32)
    reach = math.ceil(2 * spread) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    if kind < 0.8:
        kernel = np.clip(2 * spread + 0.5 - np.hypot(x, y), 0, 1)
    else:
        angle = float(rng.uniform(0, math.pi))
        across = np.abs(x * math.sin(angle) - y * math.cos(angle))
        along = np.abs(x * math.cos(angle) + y * math.sin(angle))
        half = spread * math.sqrt(6)  # of both axes together, as much as the bell
        kernel = np.clip(1 - across, 0, 1) * np.clip(half + 0.5 - along, 0, 1)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)


def _noisy(picture: Light, rng: np.random.Generator) -> Rgb:
    strength = np.float32(rng.uniform(0, 5) if rng.random() < 0.7 else 0.0)
    grain = rng.standard_normal(picture.shape, np.float32)
    return np.clip(np.rint(picture + strength * grain), 0, 255).astype(np.uint8)


def _packed(picture: Rgb, rng: np.random.Generator) -> Rgb:
    """Through JPEG once or twice."""
    for _ in range(1 if rng.random() < 0.8 else 2):
        quality = int(rng.integers(*_QUALITIES))
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return picture


def _to_square(eyes: Floats, rng: np.random.Generator) -> Floats:
    """The similarity that lays the eyes where they belong, give or take what landmarks err."""
    wanted = _EYES + rng.normal(0, 2.5, (2, 2))
    across, target = complex(*(eyes[1] - eyes[0])), complex(*(wanted[1] - wanted[0]))
    turn = target / across
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return np.column_stack([linear, wanted[0] - linear @ eyes[0]])
