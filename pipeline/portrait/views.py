"""Ways to look at a picture: whole, framed, in tiles, turned, closer; each knows its way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.faces._detector import Detection
from pipeline.evidence import Rgb

Floats = NDArray[np.float64]

_WORKING_SIDE = 1024  # px, enough for tiles of a third at the detector's 128 px
_BLACK = (0, 0, 0)


@dataclass(frozen=True)
class View:
    """A way to look at the picture, and the 2 x 3 matrix from there back to the picture."""

    image: Rgb
    back: Floats


def reduced(image: Rgb) -> View:
    """The picture halved until it is at most _WORKING_SIDE large."""
    scale = 1
    while max(image.shape[:2]) > _WORKING_SIDE:
        width, height = image.shape[1] // 2, image.shape[0] // 2
        if not width or not height:
            break
        even = image[: 2 * height, : 2 * width]
        image = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
        scale *= 2
    # Pixel centres: large = (small + 0.5) * scale - 0.5
    return View(image, np.array([[scale, 0, (scale - 1) / 2], [0, scale, (scale - 1) / 2]]))


def with_margin(view: View) -> View:
    """The picture in a frame: a face that fills the picture shrinks to a familiar size."""
    half = np.array([view.image.shape[1] // 2, view.image.shape[0] // 2])
    return _framed(view, half, half)


def _framed(view: View, before: NDArray[np.int_], after: NDArray[np.int_]) -> View:
    """The view with so many black pixels (x, y) before and after it."""
    if not before.any() and not after.any():
        return view
    framed = cv2.copyMakeBorder(
        view.image,
        *(int(before[1]), int(after[1]), int(before[0]), int(after[0])),
        cv2.BORDER_CONSTANT,
        value=_BLACK,
    )
    return _shifted(view, framed.astype(np.uint8, copy=False), -int(before[0]), -int(before[1]))


def tiles(view: View, parts: int) -> Iterator[View]:
    """Half-overlapping squares of 1/``parts`` of the longer side."""
    height, width = view.image.shape[:2]
    side = max(1, max(height, width) // parts)
    for top in _starts(height, side):
        for left in _starts(width, side):
            tile = view.image[top : top + side, left : left + side]
            yield _shifted(view, tile, left, top)


def _starts(length: int, side: int) -> list[int]:
    """Where half-overlapping pieces of ``side`` start, the last one flush with the end."""
    last = max(0, length - side)
    return sorted({*range(0, last + 1, max(1, side // 2)), last})


def _shifted(view: View, image: Rgb, left: int, top: int) -> View:
    back = view.back.copy()
    back[:, 2] += view.back[:, :2] @ np.array([left, top], np.float64)
    return View(image, back)


def turned(view: View, quarters: int) -> View:
    """The view turned counterclockwise by quarters."""
    height, width = view.image.shape[:2]
    turns = {
        1: [[0.0, -1, width - 1], [1, 0, 0]],
        2: [[-1.0, 0, width - 1], [0, -1, height - 1]],
        3: [[0.0, 1, 0], [-1, 0, height - 1]],
    }
    turn = np.vstack([np.array(turns[quarters]), [0, 0, 1]])
    return View(np.ascontiguousarray(np.rot90(view.image, quarters)), view.back @ turn)


def surroundings(image: Rgb, face: Detection, reach: float) -> View:
    """The square up to ``reach`` pixels from the middle of the face, black beyond the picture."""
    limit = np.array([image.shape[1], image.shape[0]])
    low = np.floor(face.middle - reach).astype(int)
    high = np.maximum(np.ceil(face.middle + reach).astype(int), low + 1)
    inner_low = np.clip(low, 0, limit - 1)
    inner_high = np.clip(high, inner_low + 1, limit)
    part = reduced(image[inner_low[1] : inner_high[1], inner_low[0] : inner_high[0]])
    back = part.back.copy()
    back[:, 2] += inner_low
    scale = back[0, 0]
    before = np.maximum((inner_low - low) / scale, 0).astype(int)
    after = np.maximum((high - inner_high) / scale, 0).astype(int)
    return _framed(View(part.image, back), before, after)


def carried(face: Detection, matrix: Floats) -> Detection:
    """``face`` through a 2 x 3 matrix of quarter turns, scale and shift."""
    ends = face.box.reshape(2, 2) @ matrix[:, :2].T + matrix[:, 2]
    box = np.concatenate([ends.min(0), ends.max(0)])
    return Detection(box, face.keypoints @ matrix[:, :2].T + matrix[:, 2], face.score)
