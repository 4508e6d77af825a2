"""Finding the face that a picture is about, in portraits, card scans and whole scanner pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models.faces._detector import Detection
from models.faces._landmarks import Landmarks
from models.faces.blazeface import BlazeFace
from models.faces.face_mesh import FaceMesh
from pipeline.evidence import Rgb

Floats = NDArray[np.float64]

# What the search needs to know about the networks; no limit of the policy.
_WORKING_SIDE = 1024  # px, enough for tiles of a third at the detector's 128 px
_CLOSE_UP = 3.0  # side of the second look, in box widths: the size that the detector knows best
_CLEAR_SHARE = 0.25  # of the picture's longer side: such a face needs no second look
_CERTAIN = 0.85  # score; nearly all upright faces reach it, no upside-down face does
_LEAST_PRESENCE = 0.5  # of the mesh network: below, the detector was wrong
_SAME_FACE = 0.3  # overlap of two boxes
_RIVAL = 0.5  # of the largest face's area: about as large, so the middle one is meant
_GREY = (0, 0, 0)
_RIGHT_CORNERS, _LEFT_CORNERS = (33, 133), (362, 263)


@dataclass(frozen=True)
class LocatedFace:
    """The face that the picture is about, in the picture's own pixels."""

    detection: Detection
    landmarks: Landmarks
    others: tuple[Detection, ...]  # further faces, largest first

    @property
    def eyes(self) -> Floats:
        """Middle between the corners of the subject's right and left eye, (2, 2) x, y."""
        points = self.landmarks.points[:, :2]
        pairs = [points[list(_RIGHT_CORNERS)], points[list(_LEFT_CORNERS)]]
        return np.array([pair.mean(0) for pair in pairs])

    @property
    def inter_eye_distance(self) -> float:
        """Pixels between the eyes' middles."""
        right, left = self.eyes
        return float(np.hypot(*(left - right)))


@dataclass(frozen=True)
class _View:
    """A way to look at the picture, and the 2 x 3 matrix from there back to the picture."""

    image: Rgb
    back: Floats


def locate_face(image: Rgb) -> LocatedFace | None:
    """The largest face of ``image`` (H x W x 3, uint8, RGB), of equally large ones the middle one.

    When a look at the whole picture finds none: with a margin, in tiles, turned by quarters.
    """
    whole = _reduced(image)
    for views in _passes(whole):
        found = _distinct([face for view in views for face in _seen(view)])
        for face in _in_order(found, image.shape[:2]):
            closer = _closer(image, face)
            landmarks = _mesh().landmarks(image, closer)
            if landmarks.presence >= _LEAST_PRESENCE:
                others = tuple(other for other in found if other is not face)
                return LocatedFace(closer, landmarks, others)
    return None


@lru_cache(maxsize=1)
def _detector() -> BlazeFace:
    return BlazeFace()


@lru_cache(maxsize=1)
def _mesh() -> FaceMesh:
    return FaceMesh()


def _passes(whole: _View) -> Iterator[Iterator[_View]]:
    """Groups of views, from the likely to the desperate; a later group is made when needed."""
    yield iter([whole])
    yield iter([_with_margin(whole)])
    yield _tiles(whole, 2)
    yield (_turned(whole, quarters) for quarters in (1, 3, 2))
    yield _tiles(whole, 3)
    yield (_turned(tile, quarters) for quarters in (1, 3, 2) for tile in _tiles(whole, 2))


def _seen(view: _View) -> list[Detection]:
    return [_carried(face, view.back) for face in _detector().detect(view.image)]


def _closer(image: Rgb, face: Detection) -> Detection:
    """The same face from a second look at its surroundings, if it is small or doubtful.

    A doubtful face is looked at in all four turns: the detector finds faces that stand on their
    head, but takes their mouth for eyes; the right way up it is surer.
    """
    side = float((face.box[2:] - face.box[:2]).max())
    doubtful = face.score < _CERTAIN
    if side >= _CLEAR_SHARE * max(image.shape[:2]) and not doubtful:
        return face
    view = _surroundings(image, face, max(side, 1.0) * _CLOSE_UP / 2)
    turns = [view, *(_turned(view, quarters) for quarters in (1, 2, 3) if doubtful)]
    seen = [again for turn in turns for again in _seen(turn) if _overlap(again, face) > _SAME_FACE]
    return max(seen, key=lambda again: again.score, default=face)


def _surroundings(image: Rgb, face: Detection, reach: float) -> _View:
    """The square up to ``reach`` pixels from the middle of the face, grey beyond the picture."""
    limit = np.array([image.shape[1], image.shape[0]])
    low = np.floor(_middle(face) - reach).astype(int)
    high = np.maximum(np.ceil(_middle(face) + reach).astype(int), low + 1)
    inner_low = np.clip(low, 0, limit - 1)
    inner_high = np.clip(high, inner_low + 1, limit)
    part = _reduced(image[inner_low[1] : inner_high[1], inner_low[0] : inner_high[0]])
    back = part.back.copy()
    back[:, 2] += inner_low
    scale = back[0, 0]
    before = np.maximum((inner_low - low) / scale, 0).astype(int)
    after = np.maximum((high - inner_high) / scale, 0).astype(int)
    return _framed(_View(part.image, back), before, after)


def _in_order(faces: list[Detection], shape: tuple[int, int]) -> list[Detection]:
    """The face that is meant first, then by size."""
    if not faces:
        return []
    middle = np.array([shape[1], shape[0]]) / 2
    rivals = [face for face in faces if face.area >= _RIVAL * faces[0].area]
    meant = min(rivals, key=lambda face: float(np.hypot(*(_middle(face) - middle))))
    return [meant, *(face for face in faces if face is not meant)]


def _distinct(faces: list[Detection]) -> list[Detection]:
    """Each face once (the best scored of overlapping boxes), largest first."""
    kept: list[Detection] = []
    for face in sorted(faces, key=lambda each: -each.score):
        if all(_overlap(face, other) <= _SAME_FACE for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda each: -each.area)


def _middle(face: Detection) -> Floats:
    middle: Floats = (face.box[:2] + face.box[2:]) / 2
    return middle


def _overlap(one: Detection, other: Detection) -> float:
    """Shared area over the smaller area: a box inside another is the same face."""
    sides = np.minimum(one.box[2:], other.box[2:]) - np.maximum(one.box[:2], other.box[:2])
    shared = float(np.maximum(sides, 0).prod())
    return shared / max(min(one.area, other.area), 1e-9)


def _carried(face: Detection, matrix: Floats) -> Detection:
    """``face`` through a 2 x 3 matrix of quarter turns, scale and shift."""
    ends = face.box.reshape(2, 2) @ matrix[:, :2].T + matrix[:, 2]
    box = np.concatenate([ends.min(0), ends.max(0)])
    return Detection(box, face.keypoints @ matrix[:, :2].T + matrix[:, 2], face.score)


def _reduced(image: Rgb) -> _View:
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
    return _View(image, np.array([[scale, 0, (scale - 1) / 2], [0, scale, (scale - 1) / 2]]))


def _with_margin(view: _View) -> _View:
    """The picture in a frame: a face that fills the picture shrinks to a familiar size."""
    half = np.array([view.image.shape[1] // 2, view.image.shape[0] // 2])
    return _framed(view, half, half)


def _framed(view: _View, before: NDArray[np.int_], after: NDArray[np.int_]) -> _View:
    """The view with so many grey pixels (x, y) before and after it."""
    if not before.any() and not after.any():
        return view
    framed = cv2.copyMakeBorder(
        view.image,
        *(int(before[1]), int(after[1]), int(before[0]), int(after[0])),
        cv2.BORDER_CONSTANT,
        value=_GREY,
    )
    return _shifted(view, framed.astype(np.uint8, copy=False), -int(before[0]), -int(before[1]))


def _tiles(view: _View, parts: int) -> Iterator[_View]:
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


def _shifted(view: _View, image: Rgb, left: int, top: int) -> _View:
    back = view.back.copy()
    back[:, 2] += view.back[:, :2] @ np.array([left, top], np.float64)
    return _View(image, back)


def _turned(view: _View, quarters: int) -> _View:
    """The view turned counterclockwise by quarters."""
    height, width = view.image.shape[:2]
    turns = {
        1: [[0.0, -1, width - 1], [1, 0, 0]],
        2: [[-1.0, 0, width - 1], [0, -1, height - 1]],
        3: [[0.0, 1, 0], [-1, 0, height - 1]],
    }
    turn = np.vstack([np.array(turns[quarters]), [0, 0, 1]])
    return _View(np.ascontiguousarray(np.rot90(view.image, quarters)), view.back @ turn)
