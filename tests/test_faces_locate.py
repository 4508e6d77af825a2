"""Locating the face: in portraits, on pages, turned, cut tight, among others, and not at all."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from capture.sample import Sample
from pipeline.portrait.locate import LocatedFace, locate_face

Rgb = NDArray[np.uint8]
FOLDER = Path(__file__).parent.parent / "fixtures" / "applications"


@pytest.fixture(scope="module")
def portrait() -> Rgb:
    return Sample.from_file(FOLDER / "pass" / "portrait.jpg").image


@pytest.fixture(scope="module")
def stranger() -> Rgb:
    return Sample.from_file(FOLDER / "fail" / "portrait.jpg").image


@pytest.fixture(scope="module")
def located(portrait: Rgb) -> LocatedFace:
    face = locate_face(portrait)
    assert face is not None
    return face


def _off(face: LocatedFace | None, expected: NDArray[np.float64], distance: float) -> float:
    """Mean distance of all points from where they should be, in inter-eye distances."""
    assert face is not None
    gap = face.landmarks.points[:468, :2] - expected[:468]
    return float(np.hypot(*gap.T).mean() / distance)


def test_a_portrait_has_one_face(located: LocatedFace, portrait: Rgb) -> None:
    assert located.others == ()
    assert located.landmarks.presence > 0.9
    right, left = located.eyes
    assert right[0] < left[0]
    assert located.inter_eye_distance == pytest.approx(np.hypot(*(left - right)))
    assert 0.1 < located.inter_eye_distance / portrait.shape[1] < 0.4


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_picture_gives_the_same_points_turned(
    quarters: int, portrait: Rgb, located: LocatedFace
) -> None:
    height, width = portrait.shape[:2]
    x, y = located.landmarks.points[:, 0], located.landmarks.points[:, 1]
    expected = {
        1: np.column_stack([y, width - 1 - x]),
        2: np.column_stack([width - 1 - x, height - 1 - y]),
        3: np.column_stack([height - 1 - y, x]),
    }[quarters]
    turned = locate_face(np.ascontiguousarray(np.rot90(portrait, quarters)))
    assert _off(turned, expected, located.inter_eye_distance) < 0.06


def test_a_small_face_on_a_large_page_is_found(portrait: Rgb, located: LocatedFace) -> None:
    page = np.full((2400, 1700, 3), 236, np.uint8)
    scale = 160 / portrait.shape[1]
    small = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    page[1900 : 1900 + small.shape[0], 200 : 200 + small.shape[1]] = small
    expected = (located.landmarks.points[:, :2] + 0.5) * scale - 0.5 + [200, 1900]
    assert _off(locate_face(page), expected, located.inter_eye_distance * scale) < 0.08


@pytest.mark.parametrize("scale", [0.25, 4.0])
def test_the_size_of_the_picture_does_not_matter(
    scale: float, portrait: Rgb, located: LocatedFace
) -> None:
    method = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    sized = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=method)
    expected = (located.landmarks.points[:, :2] + 0.5) * scale - 0.5
    face = locate_face(sized)
    assert _off(face, expected, located.inter_eye_distance * scale) < 0.03


def test_a_tight_cut_is_found(portrait: Rgb, located: LocatedFace) -> None:
    x0, y0, x1, y1 = np.clip(located.detection.box, 0, None).astype(int)
    face = locate_face(np.ascontiguousarray(portrait[y0:y1, x0:x1]))
    expected = located.landmarks.points[:, :2] - [x0, y0]
    assert _off(face, expected, located.inter_eye_distance) < 0.1


def test_the_largest_face_is_meant_and_the_others_are_told(
    portrait: Rgb, stranger: Rgb, located: LocatedFace
) -> None:
    behind = cv2.resize(stranger, None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA)
    scene = np.full((portrait.shape[0], portrait.shape[1] + behind.shape[1], 3), 200, np.uint8)
    scene[: behind.shape[0], : behind.shape[1]] = behind
    scene[:, behind.shape[1] :] = portrait
    face = locate_face(scene)
    expected = located.landmarks.points[:, :2] + [behind.shape[1], 0]
    assert _off(face, expected, located.inter_eye_distance) < 0.05
    assert face is not None
    assert len(face.others) == 1
    assert face.others[0].box[2] < behind.shape[1]


def test_of_equally_large_faces_the_middle_one_is_meant(portrait: Rgb, stranger: Rgb) -> None:
    scene = np.hstack([stranger, portrait, stranger])
    face = locate_face(scene)
    assert face is not None
    width = portrait.shape[1]
    assert width < face.landmarks.points[4, 0] < 2 * width
    assert len(face.others) == 2


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(np.full((900, 700, 3), 255, np.uint8), id="white"),
        pytest.param(np.zeros((16, 16, 3), np.uint8), id="tiny and black"),
        pytest.param(np.full((17, 4000, 3), 90, np.uint8), id="a strip"),
        pytest.param(
            np.random.default_rng(5).integers(0, 256, (600, 800, 3), dtype=np.uint8), id="noise"
        ),
    ],
)
def test_no_face_is_none(image: Rgb) -> None:
    assert locate_face(image) is None


def test_text_is_no_face() -> None:
    page = np.full((1000, 760, 3), 250, np.uint8)
    for line in range(24):
        cv2.putText(page, "PEMOHON 0123456789 <<<<<", (30, 60 + 38 * line), 0, 1.2, (20, 20, 20), 2)
    assert locate_face(page) is None


def test_the_picture_is_left_as_it_was(portrait: Rgb) -> None:
    copy = portrait.copy()
    locate_face(portrait)
    assert np.array_equal(copy, portrait)


def test_locating_twice_gives_the_same_points(portrait: Rgb, located: LocatedFace) -> None:
    again = locate_face(portrait)
    assert again is not None
    assert np.array_equal(again.landmarks.points, located.landmarks.points)
