"""Chips and alignment: geometry that every network's input hangs on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.faces import chips
from models.faces._landmarks import Landmarks
from models.faces.alignment import (
    SIDE,
    chip_matrix,
    five_points,
    load_map,
    mean_shape,
    similarity,
)

ANGLES = st.floats(-np.pi, np.pi)
SCALES = st.floats(0.05, 20)
SHIFTS = st.floats(-3000, 3000)


def _matrix(angle: float, scale: float, x: float, y: float) -> NDArray[np.float64]:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.column_stack([scale * turn, [x, y]])


@settings(deadline=None)  # a busy machine is no fault
@given(angle=ANGLES, scale=SCALES, x=SHIFTS, y=SHIFTS)
def test_similarity_recovers_the_transform(angle: float, scale: float, x: float, y: float) -> None:
    expected = _matrix(angle, scale, x, y)
    found = similarity(mean_shape(), chips.apply(expected, mean_shape()))
    assert np.allclose(found, expected, atol=1e-6 * (1 + abs(x) + abs(y)))


def test_similarity_never_mirrors() -> None:
    """Points of a mirror image are fitted as well as a turn can, with a positive determinant."""
    mirrored = mean_shape() * [-1, 1]
    assert np.linalg.det(similarity(mean_shape(), mirrored)[:, :2]) > 0


@settings(deadline=None)  # a busy machine is no fault
@given(angle=ANGLES, scale=SCALES, x=SHIFTS, y=SHIFTS)
def test_invert_undoes(angle: float, scale: float, x: float, y: float) -> None:
    matrix = _matrix(angle, scale, x, y)
    there = chips.apply(matrix, mean_shape())
    assert np.allclose(chips.apply(chips.invert(matrix), there), mean_shape(), atol=1e-4)


def _mesh(angle: float, scale: float, x: float, y: float) -> Landmarks:
    """A mesh whose used points lie on the template, moved over the picture."""
    mesh_map = load_map()
    points = np.zeros((478, 3))
    points[list(mesh_map.vertices), :2] = chips.apply(
        _matrix(angle, scale, x, y), mesh_map.template
    )
    return Landmarks(points, 1.0)


@settings(deadline=None)  # a busy machine is no fault
@given(angle=ANGLES, scale=SCALES, x=SHIFTS, y=SHIFTS)
def test_five_points_move_with_the_face(angle: float, scale: float, x: float, y: float) -> None:
    still = five_points(_mesh(0, 1, 0, 0))
    moved = five_points(_mesh(angle, scale, x, y))
    expected = chips.apply(_matrix(angle, scale, x, y), still)
    assert np.allclose(moved, expected, atol=1e-3 * scale + 1e-6 * (abs(x) + abs(y)))


def test_the_mean_mesh_gives_dlibs_mean_shape() -> None:
    """The shipped coefficients put an average face within two pixels of where dlib has it."""
    assert np.abs(five_points(_mesh(0, 1, 0, 0)) - mean_shape()).max() < 2
    assert np.abs(chip_matrix(_mesh(0, 1, 0, 0)) - np.eye(2, 3)).max() < 2


def _spots(side: int, places: list[tuple[int, int]]) -> NDArray[np.uint8]:
    picture = np.zeros((side, side, 3), np.uint8)
    for x, y in places:
        cv2.circle(picture, (x, y), side // 40, (255, 255, 255), -1)
    return picture


def _centroid(chip: NDArray[np.uint8]) -> NDArray[np.float64]:
    weight = chip[..., 0].astype(float)
    y, x = np.mgrid[: chip.shape[0], : chip.shape[1]]
    return np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()


@pytest.mark.parametrize("angle", [0.0, 0.4, np.pi])
@pytest.mark.parametrize(
    ("side", "width"),
    [
        pytest.param(100, 50.0, id="enlarged"),
        pytest.param(300, 150.0, id="as it is"),
        pytest.param(2000, 1200.0, id="reduced eightfold"),
    ],
)
def test_a_chip_shows_a_point_where_its_matrix_says(angle: float, side: int, width: float) -> None:
    place = (int(side * 0.55), int(side * 0.48))
    matrix = chips.square(np.array([side / 2, side / 2]), width, angle, SIDE)
    chip = chips.extract(_spots(side, [place]), matrix, SIDE)
    expected = chips.apply(matrix, np.array([place], np.float64))[0]
    assert np.abs(_centroid(chip) - expected).max() < 0.2


def test_the_identity_copies_pixels() -> None:
    picture = np.random.default_rng(3).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    assert np.array_equal(chips.extract(picture, np.eye(2, 3), SIDE), picture)


def test_reduction_does_not_alias() -> None:
    """A fine checkerboard becomes grey, not a moiré pattern."""
    y, x = np.mgrid[:1200, :1200]
    board = np.repeat((((x + y) % 2) * 255).astype(np.uint8)[..., None], 3, axis=2)
    chip = chips.extract(board, chips.square(np.array([600.0, 600.0]), 900, 0.2, SIDE), SIDE)
    assert abs(float(chip.mean()) - 127.5) < 1
    assert chip.std() < 6


@pytest.mark.parametrize("centre", [(-500.0, 20.0), (1e5, 1e5), (0.0, 0.0)])
def test_a_chip_beyond_the_picture_is_no_error(centre: tuple[float, float]) -> None:
    picture = np.full((60, 80, 3), 200, np.uint8)
    chip = chips.extract(picture, chips.square(np.array(centre), 300, 0.3, SIDE), SIDE)
    assert chip.shape == (SIDE, SIDE, 3)


def test_the_coefficients_say_how_they_were_made() -> None:
    import json

    from models.catalogue import digest_of
    from models.faces.alignment import COEFFICIENTS

    table = json.loads(COEFFICIENTS.read_text())
    assert "models/training/alignment" in table["note"]
    assert table["models"]["face_mesh"] == digest_of("face_mesh")
