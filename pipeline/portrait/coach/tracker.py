"""Following one face from frame to frame: the mesh finds itself again where it was."""

from __future__ import annotations

import numpy as np

from models.faces._detector import Detection
from models.faces.detectors import detector
from pipeline.evidence import Rgb
from pipeline.portrait.locate import (
    LEAST_PRESENCE,
    SAME_FACE,
    LocatedFace,
    distinct,
    mesh,
    overlap,
)

_MOST_GROWTH = 1.6  # of the box from frame to frame; more is a mesh that slipped off


class FaceTracker:
    """Gives the face of each frame, with the box around its mesh.

    The detector looks only when the mesh has lost the face, and every ``detect_every`` seconds for
    further faces.
    """

    def __init__(self, detect_every: float) -> None:
        self._detect_every = detect_every
        self._last: LocatedFace | None = None
        self._looked_at = float("-inf")

    def follow(self, frame: Rgb, at: float) -> LocatedFace | None:
        """The face in ``frame`` (H x W x 3, uint8, RGB) taken ``at`` seconds."""
        face = self._again(frame)
        if face is None or at - self._looked_at >= self._detect_every:
            found = distinct(_seen(frame))
            self._looked_at = at
            face = _newly(frame, found) if face is None else _among(face, found)
        self._last = face
        return face

    def _again(self, frame: Rgb) -> LocatedFace | None:
        """The face near where it was; None if it is not there any more."""
        if self._last is None:
            return None
        before = _as_detection(self._last)
        landmarks = mesh().landmarks(frame, before)
        face = LocatedFace(before, landmarks, self._last.others)
        after = _as_detection(face)
        growth = max(after.area, 1.0) / max(before.area, 1.0)
        slipped = not 1 / _MOST_GROWTH <= growth <= _MOST_GROWTH
        if landmarks.presence < LEAST_PRESENCE or slipped:
            return None
        return LocatedFace(after, landmarks, self._last.others)


def _as_detection(face: LocatedFace) -> Detection:
    """The box around the mesh, which the next frame's mesh starts from."""
    points = face.landmarks.points[:, :2]
    box = np.concatenate([points.min(0), points.max(0)])
    return Detection(box, face.eyes, face.landmarks.presence)


def _newly(frame: Rgb, found: list[Detection]) -> LocatedFace | None:
    """The largest face that the mesh network agrees to."""
    for face in found:
        landmarks = mesh().landmarks(frame, face)
        if landmarks.presence >= LEAST_PRESENCE:
            others = tuple(other for other in found if other is not face)
            located = LocatedFace(face, landmarks, others)
            return LocatedFace(_as_detection(located), landmarks, others)
    return None


def _among(face: LocatedFace, found: list[Detection]) -> LocatedFace:
    """The followed face with the others that are seen now."""
    others = tuple(other for other in found if overlap(other, face.detection) <= SAME_FACE)
    return LocatedFace(face.detection, face.landmarks, others)


def _seen(frame: Rgb) -> list[Detection]:
    """Faces in the frame and in the square in its middle, where a distant one is larger."""
    finder = detector()
    height, width = frame.shape[:2]
    side = min(height, width)
    corner = np.array([(width - side) // 2, (height - side) // 2])
    square = frame[corner[1] : corner[1] + side, corner[0] : corner[0] + side]
    closer = [] if height == width else finder.detect(np.ascontiguousarray(square))
    return [*finder.detect(frame), *(face.moved(1.0, corner.astype(float)) for face in closer)]
