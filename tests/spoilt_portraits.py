"""Portraits spoilt in one way each: what a camera, a room or a file can do to a good picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from capture.sample import Sample
from models.portraits.selfie_segmentation import SelfieSegmentation
from pipeline.portrait.locate import LocatedFace, locate_face

ROOT = Path(__file__).resolve().parent.parent / "fixtures"
Rgb = NDArray[np.uint8]


@cache
def good() -> Rgb:
    """The portrait of the application that passes, 630 x 810."""
    return Sample.from_file(ROOT / "applications" / "pass" / "portrait.jpg").image


def gold(name: str) -> Rgb:
    return Sample.from_file(ROOT / "gold" / "people" / f"{name}.jpg").image


@cache
def face() -> LocatedFace:
    found = locate_face(good())
    assert found is not None
    return found


@cache
def person() -> NDArray[np.float32]:
    return SelfieSegmentation().person(good())


def kept(values: NDArray[np.generic]) -> Rgb:
    return np.clip(np.rint(values.astype(np.float64)), 0, 255).astype(np.uint8)


def lit(gain: NDArray[np.float64] | float) -> Rgb:
    """Light times ``gain``: what another lamp or exposure would have given."""
    return kept(np.clip((good() / 255.0) ** 2.2 * gain, 0, 1) ** (1 / 2.2) * 255)


def from_one_side() -> Rgb:
    across = np.linspace(-1, 1, good().shape[1])[:, None]
    return lit(0.15 + 0.85 / (1 + np.exp(-across / 0.05)))


def blurred() -> Rgb:
    return kept(cv2.GaussianBlur(good(), (0, 0), 8))


def moved() -> Rgb:
    """The camera shook sideways while the shutter was open."""
    return kept(cv2.blur(good(), (27, 1)))


def squeezed() -> Rgb:
    _, data = cv2.imencode(".jpg", good(), [cv2.IMWRITE_JPEG_QUALITY, 6])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def grainy() -> Rgb:
    return kept(good() + np.random.default_rng(3).normal(0, 14, good().shape))


def grey() -> Rgb:
    return np.repeat(cv2.cvtColor(good(), cv2.COLOR_RGB2GRAY)[..., None], 3, 2).astype(np.uint8)


def blue_light() -> Rgb:
    return lit(np.array([0.35, 0.7, 1.6]))


def shrunk(share: float) -> Rgb:
    small = cv2.resize(good(), None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def framed(share: float) -> Rgb:
    """A wide white frame: the person stands far from the camera, whose pixels suffice."""
    large = cv2.resize(good(), None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    rows, columns = (round(side * share) for side in large.shape[:2])
    wide = cv2.copyMakeBorder(
        large, rows, 0, columns, columns, cv2.BORDER_CONSTANT, value=(245, 245, 245)
    )
    return np.asarray(wide, np.uint8)


def cut(*, top: float = 0, bottom: float = 0, left: float = 0, right: float = 0) -> Rgb:
    """Shares of the sides cut off; the other side is continued, so that the size stays."""
    height, width = good().shape[:2]
    rows, columns = (round((one - other) * side) for one, other, side in (
        (bottom, top, height), (right, left, width)
    ))  # fmt: skip
    shift = np.array([[1.0, 0, columns], [0, 1.0, rows]])
    seen = cv2.warpAffine(good(), shift, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def too_near() -> Rgb:
    height, width = good().shape[:2]
    return np.ascontiguousarray(good()[height // 10 : -height // 10, width // 10 : -width // 10])


def turned(quarters: int) -> Rgb:
    return np.ascontiguousarray(np.rot90(good(), quarters))


def tilted(degrees: float) -> Rgb:
    height, width = good().shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    seen = cv2.warpAffine(good(), matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def with_another() -> Rgb:
    """Somebody stands behind."""
    other = cv2.resize(gold("242_studio"), None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    room = np.full((good().shape[0], other.shape[1], 3), 245, np.uint8)
    room[: other.shape[0]] = other
    wide = np.full((good().shape[0], other.shape[1], 3), 245, np.uint8)
    return np.hstack([wide, good(), room])


def behind(wall: NDArray[np.generic]) -> Rgb:
    """Another background: H x W x 3, or what is multiplied to the one that is there."""
    free = 1 - person()[..., None]
    return kept(good() * (1 - free) + wall * free)


def coloured(rgb: tuple[int, int, int]) -> Rgb:
    return behind(np.broadcast_to(np.array(rgb), good().shape))


def striped() -> Rgb:
    rows = np.where(np.arange(good().shape[0]) // 20 % 2, 255, 222)
    return behind(np.broadcast_to(rows[:, None, None], good().shape))


def shadowed() -> Rgb:
    """The person's shadow on the wall, from a lamp on one side."""
    shadow = cv2.GaussianBlur(np.roll(person(), 60, 1), (0, 0), 8)[..., None]
    return behind(good() * (1 - 0.25 * shadow))


def in_white() -> Rgb:
    """White clothes before a white wall."""
    chin, eyes = face().landmarks.points[152, 1], face().eyes[:, 1].mean()
    below = np.arange(good().shape[0])[:, None] > chin + 0.2 * (chin - eyes)
    worn = (person() > 0.5) & below
    folds = cv2.cvtColor(good(), cv2.COLOR_RGB2GRAY).astype(np.float64)
    cloth = 215 + 0.3 * (folds - folds[worn].mean())
    return kept(np.where(worn[..., None], cloth[..., None], good()))


def red_eyed() -> Rgb:
    picture = good().copy()
    for iris in (468, 473):
        points = face().landmarks.points[iris : iris + 5, :2]
        radius = float(np.hypot(*(points[1:] - points[0]).T).mean()) * 0.7
        place = np.rint(points[0] * 16).astype(int).tolist()
        cv2.circle(picture, place, round(radius * 16), (205, 40, 45), cv2.FILLED, cv2.LINE_AA, 4)
    return picture


def shining() -> Rgb:
    """A lamp's reflections on forehead and cheeks."""
    picture = good().astype(np.float64)
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    for point in (9, 50, 280):
        x, y = face().landmarks.points[point, :2]
        spot = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * 20.0**2))
        picture += 400 * spot[..., None]
    return kept(picture)


def flat() -> Rgb:
    """As through a fogged lens: no contrast."""
    return kept(150 + (good().astype(np.float64) - 150) * 0.12)
