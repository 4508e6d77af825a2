"""Failures side by side: the zone as it is in the picture, what is printed, what was read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fixtures.documents.fonts import font
from fixtures.documents.scenes import Scene
from pipeline import read_mrz
from pipeline.documents.mrz import MrzReading

WIDTH, HEIGHT = 900, 190
_WHOLE = 200  # px of the small picture of the whole scene


def failures(path: Path, scenes: Sequence[tuple[Scene, int]]) -> None:
    """Write a sheet of two columns: every scene is read again, wrong characters are red."""
    rows = -(-len(scenes) // 2)
    sheet = Image.new("RGB", (2 * WIDTH, max(1, rows) * HEIGHT), (24, 24, 28))
    for index, (made, seed) in enumerate(scenes):
        corner = ((index % 2) * WIDTH, index // 2 * HEIGHT)
        sheet.paste(_cell(made, seed, read_mrz(made.image)), corner)
    sheet.save(path)


def _cell(made: Scene, seed: int, reading: MrzReading) -> Image.Image:
    cell = Image.new("RGB", (WIDTH, HEIGHT), (24, 24, 28))
    cell.paste(Image.fromarray(_small(made.image, _WHOLE, 120)), (4, 4))
    zone = _small(upright(made), WIDTH - _WHOLE - 16, 100)
    cell.paste(Image.fromarray(zone), (_WHOLE + 10, 4))
    pen, face = ImageDraw.Draw(cell), font("mono", 13)
    said = "verified " if reading.verified else ""
    told = f"{seed} {made.kind}, {made.format} {made.image.shape[1]}x{made.image.shape[0]} {said}"
    pen.text((4, 128), told, (255, 220, 90), font("sans", 13))
    for row, line in enumerate(made.lines):
        pen.text((_WHOLE + 10, 108 + 28 * row), line, (120, 230, 120), face)
        _compared(pen, (_WHOLE + 10, 121 + 28 * row), line, _line(reading.lines, row))
    return cell


def _line(lines: Sequence[str], row: int) -> str:
    return lines[row] if row < len(lines) else "-"


def _compared(pen: ImageDraw.ImageDraw, at: tuple[int, int], truth: str, read: str) -> None:
    face = font("mono", 13)
    step = face.getlength("0")
    for column, sign in enumerate(read):
        right = truth[column : column + 1] == sign
        ink = (170, 170, 170) if right else (255, 80, 80)
        pen.text((at[0] + column * step, at[1]), sign, ink, face)


def upright(made: Scene) -> NDArray[np.uint8]:
    """The zone of the scene, straightened by its known corners."""
    corners = np.array(made.polygon, np.float32)
    wide = float(np.linalg.norm(corners[1] - corners[0]))
    tall = float(np.linalg.norm(corners[3] - corners[0]))
    size = (1200, max(16, round(1200 * tall / wide)))
    inset = np.array([[8, 8], [size[0] - 8, 8], [size[0] - 8, size[1] - 8], [8, size[1] - 8]])
    move = cv2.getPerspectiveTransform(corners, inset.astype(np.float32))
    return np.asarray(cv2.warpPerspective(made.image, move, size), np.uint8)


def _small(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    factor = min(width / image.shape[1], height / image.shape[0])
    size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
