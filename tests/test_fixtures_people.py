"""The renderer's parts keep their promises on small meshes; no head data are needed."""

import numpy as np
import pytest

from fixtures.people.camera import Camera, Pose
from fixtures.people.colour import encoded, linear
from fixtures.people.gbuffer import Material, Piece, see
from fixtures.people.identity import farthest_first
from fixtures.people.mesh import Subdivision, rotation, smoothstep, vertex_normals
from fixtures.people.noise import Noise
from fixtures.people.rasterise import rasterise
from fixtures.people.sample import lookup
from fixtures.people.scalp import coordinates, directions

CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=float)
SIDES = np.array(
    [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
)


@pytest.mark.parametrize(
    ("angles", "nose"),
    [
        ((90, 0, 0), (1, 0, 0)),  # +yaw: to the subject's left
        ((0, 90, 0), (0, -1, 0)),  # +pitch: down
        ((0, 0, 90), (0, 0, 1)),  # roll leaves the nose where it is
    ],
)
def test_rotation_turns_the_nose_where_its_sign_says(angles, nose):
    assert np.allclose(rotation(*angles) @ [0, 0, 1], nose)


def test_positive_roll_lowers_the_head_to_the_subjects_right():
    assert np.allclose(rotation(0, 0, 90) @ [0, 1, 0], [-1, 0, 0])


def test_shoulders_stay_and_the_head_turns():
    pose = Pose.of(np.array([0.0, 5.9, 0.0]), 30, 0, 0)
    shoulder, crown = np.array([[2.0, 5.0, 0.3]]), np.array([[0.0, 8.5, 1.0]])
    assert np.allclose(pose(shoulder), shoulder)
    assert pose(crown)[0, 0] > 0.3


def test_camera_puts_crown_and_chin_at_the_wanted_shares():
    crown, chin, eyes = np.array([0, 8.5, 0.5]), np.array([0.1, 6.2, 1.4]), np.array([0, 7.3, 1.4])
    camera = Camera.framed(crown, chin, eyes, (630, 810), (0.1, 0.85), 16.0)
    pixels, depth = camera.project(np.stack([crown, chin, eyes]))
    assert np.allclose(pixels[:2, 1], [81, 688.5])
    assert pixels[2, 0] == pytest.approx(314.5)
    assert depth[2] == pytest.approx(16.0)


def test_subdivision_of_a_cube_rounds_it():
    finer = Subdivision(SIDES, np.zeros((6, 4, 2)))
    points = finer.apply(CUBE)
    assert points.shape == (26, 3)
    assert finer.quads.shape == (24, 4)
    assert np.allclose(np.abs(points[:8]), 5 / 9)  # Catmull and Clark's rule for valence 3
    assert (vertex_normals(points, finer.quads) * points).sum(axis=1).min() > 0


def test_nearer_triangle_hides_the_farther_and_weights_are_perspective():
    points = np.array([[2, 2], [42, 2], [2, 42], [2, 2], [42, 2], [2, 42]], dtype=float)
    depth = np.array([10, 10, 10, 4, 8, 8], dtype=float)
    seen = rasterise(points, depth, np.array([[0, 1, 2], [3, 4, 5]]), (48, 48))
    assert seen.triangle[10, 10] == 1
    assert seen.triangle[46, 46] == -1
    assert np.isinf(seen.depth[46, 46])
    x, y = 22, 2  # half way between corners at depth 4 and 8
    assert seen.depth[y, x] == pytest.approx(2 / (1 / 4 + 1 / 8))
    assert seen.weights[y, x] == pytest.approx([2 / 3, 1 / 3, 0], abs=1e-9)


def test_closed_pieces_lose_only_what_faces_away():
    points = np.array([[2, 2], [2, 42], [42, 2], [44, 44]], dtype=float)
    one = rasterise(points, np.ones(4), np.array([[0, 1, 2], [1, 2, 3]]), (48, 48), closed=True)
    assert set(np.unique(one.triangle)) == {-1, 0}


def test_rasteriser_outside_the_picture_draws_nothing():
    seen = rasterise(
        np.array([[-9, -9], [-5, -9], [-9, -5.0]]), np.ones(3), np.array([[0, 1, 2]]), (8, 8)
    )
    assert (seen.triangle == -1).all()


def test_cut_out_piece_shows_what_is_behind():
    camera = Camera(np.zeros(3), 10.0, 100.0, (31.5, 31.5))
    square = np.array([[-2, -2, 0], [2, -2, 0], [2, 2, 0], [-2, 2, 0]], dtype=float)
    behind = Piece(Material.TEETH, square, square, np.array([[0, 1, 2, 3]]))
    front = Piece(
        Material.CLOTH,
        square + np.array([0, 0, 1]),
        square,
        np.array([[0, 1, 2, 3]]),
        keep=lambda rest: rest[:, 0] < 0,
    )
    seen = see([behind, front], camera, (64, 64))
    assert seen.material[32, 25] == Material.CLOTH
    assert seen.material[32, 40] == Material.TEETH
    assert seen.depth[32, 25] == pytest.approx(9.0)
    assert np.allclose(seen.position[32, 40], [0.85, -0.05, 0])


def test_map_of_directions_goes_there_and_back():
    uv = np.random.default_rng(1).uniform(-1.7, 1.7, (200, 2))
    assert np.allclose(coordinates(directions(uv)), uv)


def test_colour_goes_to_light_and_back():
    values = np.linspace(0, 1, 50)
    assert np.allclose(encoded(linear(values)), values)
    assert linear(0.5) == pytest.approx(0.2140, abs=1e-4)  # IEC 61966-2-1


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (1, 1), (0.5, 0.5), (-3, 0), (9, 1)])
def test_smoothstep(value, expected):
    assert smoothstep(0, 1, np.array([value], dtype=float))[0] == pytest.approx(expected)


def test_noise_is_the_lattice_between_neighbours_and_repeats():
    noise = Noise(np.random.default_rng(3))
    points = np.array([[0.1, 0.2, 0.3], [32.1, 0.2, 0.3]])
    assert noise(points, 1.0)[0] == pytest.approx(noise(points, 1.0)[1], abs=1e-3)
    fine = noise(np.stack([np.linspace(0, 4, 4000), np.zeros(4000), np.zeros(4000)], axis=1), 1.0)
    assert np.abs(np.diff(fine)).max() < 0.02


@pytest.mark.parametrize("count", [1, 4096, 9000])
def test_lookup_takes_any_number_of_points(count):
    picture = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert np.allclose(lookup(picture, np.full(count, 1.5), np.full(count, 1.0)), 5.5)


def test_farthest_first_takes_the_corners_before_the_middle():
    rows = np.array([[0, 0], [0.1, 0], [10, 0], [0, 10], [5, 5], [10, 10]], dtype=float)
    assert set(farthest_first(rows, 4)) == {0, 2, 3, 5}
    assert len(farthest_first(rows, 99)) == len(rows)
