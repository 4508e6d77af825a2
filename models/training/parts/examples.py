"""Examples for the parts net: rendered pictures laid into the net's frame and spoiled."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.portraits.parts_net import REGION, SIDE, Part
from models.training.parts.spoil import spoiled

# Where OFIQ's aligned picture has the eyes, and how far below them a usual chin is
_LEFT_OUT = 0.5  # of the faces with glasses, which are half of all: most eyes are bare
_RIGHT, _LEFT, _EYE_TO_CHIN = np.array([251.0, 272.0]), np.array([364.0, 272.0]), 200.0


class Examples:
    """What ``render`` wrote into a folder; ``example(n)`` of a seed is always the same."""

    def __init__(self, folder: Path, seed: int) -> None:
        names = sorted(path.stem for path in folder.glob("*.png"))
        self._seed = seed
        self._pictures = [(folder / f"{name}.jpg").read_bytes() for name in names]
        self._parts = [(folder / f"{name}.png").read_bytes() for name in names]
        self._glasses = [
            bool((_decoded(p, cv2.IMREAD_GRAYSCALE) == Part.GLASSES).any()) for p in self._parts
        ]
        self._marks = [np.loadtxt(folder / f"{name}.txt") for name in names]

    def __len__(self) -> int:
        return len(self._pictures)

    def example(self, number: int, side: int = SIDE) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Picture side x side x 3, RGB, and its map of ``Part``, 255 where it does not count."""
        rng = np.random.default_rng((self._seed, number))
        index = int(rng.integers(len(self)))
        if self._glasses[index] and rng.random() < _LEFT_OUT:
            index = int(rng.integers(len(self)))
        picture = _decoded(self._pictures[index], cv2.IMREAD_COLOR)[..., ::-1]
        parts = _decoded(self._parts[index], cv2.IMREAD_GRAYSCALE)
        matrix = _jittered(_upright(self._marks[index]), rng)
        matrix *= side / SIDE
        size, edge = (side, side), cv2.BORDER_REPLICATE
        warped = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=edge)
        moved = cv2.warpAffine(parts, matrix, size, flags=cv2.INTER_NEAREST, borderMode=edge)
        eyes = self._marks[index][:2] @ matrix[:, :2].T + matrix[:, 2]
        if rng.random() < 0.7:
            across, down = _with_larger_eyes(eyes, side, rng)
            warped = cv2.remap(warped, across, down, cv2.INTER_LINEAR, borderMode=edge)
            moved = cv2.remap(moved, across, down, cv2.INTER_NEAREST, borderMode=edge)
        if rng.random() < 0.5:
            warped, moved = warped[:, ::-1], moved[:, ::-1]
            eyes = np.array([side - 1, 0]) + eyes[::-1] * np.array([-1, 1])
        warped = np.ascontiguousarray(warped, np.float32)
        return spoiled(warped, np.ascontiguousarray(moved), eyes, rng)


def _with_larger_eyes(
    eyes: NDArray[np.float64], side: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Maps for ``cv2.remap`` under which the eyes open wider than the rendered people's do."""
    down, across = np.mgrid[0:side, 0:side].astype(np.float32)
    out_x, out_y = across.copy(), down.copy()
    reach = max(float(np.hypot(*(eyes[1] - eyes[0]))), 8.0)
    wide, tall = 1 - 1 / rng.uniform(0.95, 1.35), 1 - 1 / rng.uniform(0.95, 1.9)
    for x, y in eyes:
        far = ((across - x) / (0.26 * reach)) ** 2 + ((down - y) / (0.17 * reach)) ** 2
        pull = np.exp(-(far**1.5)).astype(np.float32)
        out_x -= np.float32(wide) * pull * (across - np.float32(x))
        out_y -= np.float32(tall) * pull * (down - np.float32(y))
    return out_x, out_y


def _shows(data: bytes, part: Part) -> bool:
    return bool((_decoded(data, cv2.IMREAD_GRAYSCALE) == part).any())


def _decoded(data: bytes, how: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), how), np.uint8)


def _upright(marks: NDArray[np.float64]) -> NDArray[np.float64]:
    """2 x 3 from a picture with right pupil, left pupil and chin (3, 2) to the net's frame."""
    right, left, chin = marks
    across, middle = left - right, (left + right) / 2
    turn = np.arctan2(across[1], across[0])
    by_eyes = float(np.hypot(*(_LEFT - _RIGHT))) / max(float(np.hypot(*across)), 1.0)
    by_chin = _EYE_TO_CHIN / max(float(np.hypot(*(chin - middle))), 1.0)
    x, y, width = REGION
    scale = (by_eyes + by_chin) / 2 * SIDE / width
    wanted = ((_LEFT + _RIGHT) / 2 - (x, y)) * SIDE / width
    linear = scale * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.column_stack([linear, wanted - linear @ middle])


def _jittered(matrix: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Other sizes, places, turns and proportions: no two finders of faces agree."""
    angle, shear = np.radians(rng.normal(0, 5)), rng.normal(0, 0.04)
    stretch = np.exp(rng.normal(0, 0.10) + np.array([1, -1]) * rng.normal(0, 0.06))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    linear = turn @ np.array([[stretch[0], shear], [0, stretch[1]]])
    middle = np.array([SIDE / 2, SIDE / 2])
    shift = middle - linear @ middle + rng.normal(0, 4, 2)
    return np.column_stack([linear @ matrix[:, :2], linear @ matrix[:, 2] + shift])
