"""Where an instruction is drawn on the frame, in its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.portrait.coach.settings import Settings
from pipeline.portrait.geometry import LEFT_CORNERS, MOUTH_CORNERS, NOSE_TIP, RIGHT_CORNERS, Floats
from pipeline.portrait.locate import LocatedFace

_HEAD_RATIO = 0.72  # width of a head over its height
_ROOM = 0.5  # of the feature's width, around eyes and mouth


@dataclass(frozen=True, slots=True)
class Drawing:
    """``shape`` is oval or box (points: two opposite corners) or arrow (points: from, to)."""

    shape: str
    points: tuple[tuple[float, float], ...]

    def to_dict(self) -> dict[str, Any]:
        return {"shape": self.shape, "points": [[round(x, 1), round(y, 1)] for x, y in self.points]}


def drawing(
    kind: str, face: LocatedFace | None, size: tuple[int, int], settings: Settings
) -> Drawing:
    """The drawing of a ``kind`` of wording.toml; ``size`` is width, height of the frame."""
    if face is None or kind == "target":
        return _target(size, settings)
    points = face.landmarks.points[:, :2]
    if kind == "arrow":
        return _arrow(face.eyes.mean(0), _eye_place(size, settings))
    if kind == "others" and face.others:
        return _around(face.others[0].box.reshape(2, 2), 0)
    if kind == "eyes":
        return _around(points[[*RIGHT_CORNERS, *LEFT_CORNERS]], _ROOM)
    if kind == "mouth":
        return _around(points[list(MOUTH_CORNERS)], _ROOM)
    if kind == "nose":
        return _arrow(points[NOSE_TIP], face.eyes.mean(0) + _down(face))
    corners = np.array([points.min(0), points.max(0)])
    return Drawing("oval", _pairs(corners))


def _target(size: tuple[int, int], settings: Settings) -> Drawing:
    """The oval in which the head belongs."""
    high = settings.target_head * size[1]
    half = np.array([_HEAD_RATIO * high, high]) / 2
    middle = _eye_place(size, settings)  # the eyes are half-way down a head
    return Drawing("oval", _pairs(np.array([middle - half, middle + half])))


def _eye_place(size: tuple[int, int], settings: Settings) -> Floats:
    return np.array([size[0] / 2, settings.target_eye_line * size[1]])


def _down(face: LocatedFace) -> Floats:
    """From the eyes to where the nose of a face that looks straight ahead lies."""
    across = face.eyes[1] - face.eyes[0]
    return np.array([-across[1], across[0]]) * 0.6


def _around(points: Floats, room: float) -> Drawing:
    low, high = points.min(0), points.max(0)
    more = room * float((high - low).max())
    return Drawing("box", _pairs(np.array([low - more, high + more])))


def _arrow(start: Floats, end: Floats) -> Drawing:
    return Drawing("arrow", _pairs(np.array([start, end])))


def _pairs(points: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in points)
