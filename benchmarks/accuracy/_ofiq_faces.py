"""Faces for the comparison with OFIQ: what Periksa sees of a picture, and the same for OFIQ.

Both sides get the same landmarks on whole pixels, the same pose, the same person in the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.ofiq_stubs import PARSED_SIDE, Box, Seen
from capture.decode import decode, inspect
from models.faces._landmarks import Landmarks
from pipeline.portrait.geometry import (
    CHIN,
    FACE_OUTLINE,
    INNER_LIPS,
    LEFT_CORNERS,
    LEFT_LIDS,
    MOUTH_CORNERS,
    NOSE_TIP,
    OUTER_LIPS,
    RIGHT_CORNERS,
    RIGHT_LIDS,
)
from pipeline.portrait.locate import LocatedFace, locate_face
from pipeline.portrait.view import PortraitView

Rgb = NDArray[np.uint8]
_PERSON, _BACKGROUND = 1, 0  # classes of OFIQ's parsing network: skin, background
_ROOM = 1.3  # side of the box that OFIQ gets, in widths of the landmarks


def pictures(paths: Sequence[Path], count: int, seed: int) -> Iterator[tuple[str, Rgb]]:
    """``count`` pictures: the files as they are, then again with seeded changes."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        path = paths[number % len(paths)]
        data = path.read_bytes()
        image = decode(data, inspect(data, path.name), path.name)
        changed = image if number < len(paths) else _changed(image, rng)
        yield f"{path.name} {number}", changed


def _changed(image: Rgb, rng: np.random.Generator) -> Rgb:
    """Turned, moved, scaled, lit, blurred, compressed anew."""
    height, width = image.shape[:2]
    scale, turn = float(rng.uniform(0.6, 1.8)), float(rng.uniform(-12, 12))
    size = (int(width * scale), int(height * scale))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, scale)
    matrix[:, 2] += np.subtract(size, (width, height)) / 2
    matrix[:, 2] += rng.uniform(-0.12, 0.12, 2) * size
    moved = cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    light = moved.astype(np.float32) / 255
    light = np.clip(light ** rng.uniform(0.5, 2.2) * rng.uniform(0.4, 1.6, 3), 0, 1)
    light += rng.normal(0, rng.uniform(0, 0.03), light.shape).astype(np.float32)
    blurred = cv2.GaussianBlur(light, (0, 0), float(rng.uniform(0.1, 2)))
    levels = np.clip(np.rint(blurred * 255), 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(40, 98))])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def whole_view(image: Rgb) -> PortraitView | None:
    """What Periksa measures on, its landmarks moved to whole pixels; None without a whole face."""
    face = locate_face(image)
    if face is None:
        return None
    points = np.floor(face.landmarks.points + 0.5)
    flat = points[list(FACE_OUTLINE), :2]
    if (flat < 0).any() or (flat >= [image.shape[1], image.shape[0]]).any():
        return None  # OFIQ's landmarks cannot be negative
    landmarks = Landmarks(points, face.landmarks.presence)
    return PortraitView(image, replace(face, landmarks=landmarks))


def seen_by_ofiq(view: PortraitView) -> Seen:
    """The same face, said in OFIQ's own terms."""
    points = view.face.landmarks.points[:, :2].astype(int)
    landmarks = _as_98(points)
    pose = view.pose
    return Seen(
        size=(view.width, view.height),
        landmarks=landmarks,
        boxes=_boxes(landmarks, view.face),
        yaw=pose.yaw,
        pitch=pose.pitch,
        roll=pose.roll,
        parsed=_parsed(view),
    )


def _as_98(points: NDArray[np.int_]) -> NDArray[np.int_]:
    """The 98 points of WFLW from the mesh; those that OFIQ measures nothing on lie on the jaw."""
    wflw = points[np.resize(FACE_OUTLINE, 98)]
    wflw[[16, 54, 76, 82]] = points[[CHIN, NOSE_TIP, *MOUTH_CORNERS]]
    wflw[76:88] = points[list(OUTER_LIPS)]
    for first, corners, lids in ((60, RIGHT_CORNERS, RIGHT_LIDS), (68, LEFT_CORNERS, LEFT_LIDS)):
        wflw[[first, first + 4]] = points[list(corners)]
        for number, pair in enumerate(lids):
            wflw[[first + 1 + number, first + 7 - number]] = points[list(pair)]
    for number, pair in enumerate(INNER_LIPS):
        wflw[[89 + number, 95 - number]] = points[list(pair)]
    return wflw


def _boxes(landmarks: NDArray[np.int_], face: LocatedFace) -> list[Box]:
    """A square around the landmarks, and others as much smaller as Periksa's are."""
    low, high = landmarks.min(0), landmarks.max(0)
    side = int((high - low).max() * _ROOM)
    left, top = ((low + high) // 2 - side // 2).tolist()
    boxes = [(int(left), int(top), side, side)]
    for other in face.others:
        area = min(other.area / face.detection.area, 1) * side**2
        wide = max(round(area**0.5), 1)
        boxes.append((int(left), int(top), wide, round(area / wide)))
    return boxes


def _parsed(view: PortraitView) -> NDArray[np.uint8]:
    """400 x 400 classes: person where Periksa sees one, on the part where OFIQ looks for none."""
    judged = view.person[:406, 62:554] >= view.SURELY_BACKGROUND
    small = cv2.resize(judged.astype(np.uint8), (354, 292), interpolation=cv2.INTER_NEAREST)
    classes = np.full((PARSED_SIDE, PARSED_SIDE), _PERSON, np.uint8)
    classes[:292, 23:377] = np.where(small, _PERSON, _BACKGROUND)
    return classes
