"""Finding the face that a picture is about, in portraits, card scans and whole scanner pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.faces._detector import Detection, Detector
from models.faces._landmarks import Landmarks
from models.faces.detectors import DEFAULT, detector
from models.faces.face_mesh import FaceMesh
from pipeline.evidence import Rgb
from pipeline.policy import Policy
from pipeline.portrait.views import (
    Floats,
    View,
    carried,
    reduced,
    surroundings,
    tiles,
    turned,
    with_margin,
)

# What the search needs to know about the networks; no limit of the policy.
_CLOSE_UP = 3.0  # side of the second look, in box widths: the size that the detector knows best
_CLEAR_SHARE = 0.25  # of the picture's longer side: such a face needs no second look
_CERTAIN = 0.85  # score; nearly all upright faces reach it, no upside-down face does
LEAST_PRESENCE = 0.5  # of the mesh network: below, the detector was wrong
SAME_FACE = 0.3  # overlap of two boxes
_AMPLE = 300  # px of the face's box: both eyes then have more than the iris network looks at
_RIVAL = 0.5  # of the largest face's area: about as large, so the middle one is meant
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

    @property
    def quarters(self) -> int:
        """Quarters by which the head is turned clockwise in the picture: 0 is upright."""
        across, down = self.eyes[1] - self.eyes[0]
        return round(float(np.arctan2(down, across)) / (np.pi / 2)) % 4

    @property
    def rivals(self) -> tuple[Detection, ...]:
        """Those of the others that are about as large: any of them could be meant."""
        least = _RIVAL * self.detection.area
        return tuple(other for other in self.others if other.area >= least)


def locate_face(image: Rgb, detectors: Sequence[str] = (DEFAULT,)) -> LocatedFace | None:
    """The largest face of ``image`` (H x W x 3, uint8, RGB), of equally large ones the middle one.

    When a look at the whole picture finds none: with a margin, in tiles, turned by quarters. Then
    further ``detectors`` look at the whole picture, in all turns. Raises ModelError for an unknown
    one.
    """
    whole = reduced(image)
    for number, name in enumerate(detectors):
        for views in _brief(whole) if number else _thorough(whole):
            if (face := _best(image, whole, views, detector(name))) is not None:
                return face
    return None


def detector_names(policy: Policy) -> tuple[str, ...]:
    """The detectors that the policy names, in the order of their use."""
    named = policy.section("faces").get("detectors", DEFAULT)
    return (named,) if isinstance(named, str) else tuple(map(str, named))


def _best(image: Rgb, whole: View, views: Iterator[View], finder: Detector) -> LocatedFace | None:
    """The face that is meant of those that these views show, if the mesh network agrees."""
    found = distinct([face for view in views for face in _seen(view, finder)])
    for face in _in_order(found, image.shape[:2]):
        closer = _closer(image, face, finder)
        landmarks = _landmarks(image, whole, closer)
        if landmarks.presence >= LEAST_PRESENCE:
            others = tuple(other for other in found if other is not face)
            return LocatedFace(closer, landmarks, others)
    return None


def _landmarks(image: Rgb, whole: View, face: Detection) -> Landmarks:
    """The mesh of ``face``: on the reduced picture where that still has pixels to spare.

    The networks' own squares are smaller still, and averaging a large face down takes longer than
    the networks do.
    """
    scale = float(whole.back[0, 0])
    if (face.box[2:] - face.box[:2]).max() < _AMPLE * scale:
        return mesh().landmarks(image, face)
    shift = whole.back[:, 2]
    there = np.column_stack([np.eye(2) / scale, -shift / scale])
    return mesh().landmarks(whole.image, carried(face, there)).moved(scale, shift)


@lru_cache(maxsize=1)
def mesh() -> FaceMesh:
    """The mesh network, loaded once a process."""
    return FaceMesh()


def _thorough(whole: View) -> Iterator[Iterator[View]]:
    """Groups of views, from the likely to the desperate; a later group is made when needed."""
    yield iter([whole])
    yield iter([with_margin(whole)])
    yield tiles(whole, 2)
    yield (turned(whole, quarters) for quarters in (1, 3, 2))
    yield tiles(whole, 3)
    yield (turned(tile, quarters) for quarters in (1, 3, 2) for tile in tiles(whole, 2))


def _brief(whole: View) -> Iterator[Iterator[View]]:
    """Looks without tiles: further detectors know small faces, and costs stay bounded."""
    yield iter([whole])
    yield iter([with_margin(whole)])
    yield (turned(whole, quarters) for quarters in (1, 3, 2))


def _seen(view: View, finder: Detector) -> list[Detection]:
    return [carried(face, view.back) for face in finder.detect(view.image)]


def _closer(image: Rgb, face: Detection, finder: Detector) -> Detection:
    """The same face from a second look at its surroundings, if it is small or doubtful.

    A doubtful face is looked at in all four turns: the detector finds faces that stand on their
    head, but takes their mouth for eyes; the right way up it is surer.
    """
    side = float((face.box[2:] - face.box[:2]).max())
    doubtful = face.score < _CERTAIN
    if side >= _CLEAR_SHARE * max(image.shape[:2]) and not doubtful:
        return face
    view = surroundings(image, face, max(side, 1.0) * _CLOSE_UP / 2)
    turns = [view, *(turned(view, quarters) for quarters in (1, 2, 3) if doubtful)]
    looks = [again for turn in turns for again in _seen(turn, finder)]
    seen = [again for again in looks if overlap(again, face) > SAME_FACE]
    return max(seen, key=lambda again: again.score, default=face)


def _in_order(faces: list[Detection], shape: tuple[int, int]) -> list[Detection]:
    """The face that is meant first, then by size."""
    if not faces:
        return []
    middle = np.array([shape[1], shape[0]]) / 2
    rivals = [face for face in faces if face.area >= _RIVAL * faces[0].area]
    meant = min(rivals, key=lambda face: float(np.hypot(*(face.middle - middle))))
    return [meant, *(face for face in faces if face is not meant)]


def distinct(faces: list[Detection]) -> list[Detection]:
    """Each face once (the best scored of overlapping boxes), largest first."""
    kept: list[Detection] = []
    for face in sorted(faces, key=lambda each: -each.score):
        if all(overlap(face, other) <= SAME_FACE for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda each: -each.area)


def overlap(one: Detection, other: Detection) -> float:
    """Shared area over the smaller area: a box inside another is the same face."""
    sides = np.minimum(one.box[2:], other.box[2:]) - np.maximum(one.box[:2], other.box[:2])
    shared = float(np.maximum(sides, 0).prod())
    return shared / max(min(one.area, other.area), 1e-9)
