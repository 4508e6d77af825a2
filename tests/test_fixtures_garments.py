"""What the rendered people wear lies where it should; a round head stands for the head data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from fixtures.people.camera import Camera, Pose
from fixtures.people.facemask import FaceMask, facemask
from fixtures.people.garment import reach, skin_reach, tube
from fixtures.people.gbuffer import Material, Piece, see
from fixtures.people.glasses import Spectacles, glasses, lenses
from fixtures.people.hand import Hand, hand
from fixtures.people.headgear import Headgear, headgear
from fixtures.people.lens import glaze, lens_mask, seen_lenses
from fixtures.people.mesh import vertex_normals
from fixtures.people.parts import part_map
from fixtures.people.scalp import Scalp
from fixtures.people.shot import Shot
from fixtures.people.strands import Strands, coverage
from fixtures.people.wardrobe import dressed
from fixtures.people.worn import WORN
from models.portraits.parts_net import Part

STILL = Pose.of(np.zeros(3), 0, 0, 0)
BALL = Scalp(
    np.array([0.0, 7.5, 0.5]), np.ones((120, 120), np.float32), np.ones((120, 120), np.float32)
)
CAMERA = Camera(np.array([0.0, 7.5, 0.0]), 16.0, 500.0, (63.5, 63.5))
PUPILS = np.array([[-0.31, 7.3, 1.4], [0.31, 7.3, 1.4]])
_DIRECTIONS = np.random.default_rng(0).normal(size=(60_000, 3))
SKIN = BALL.centre + _DIRECTIONS / np.linalg.norm(_DIRECTIONS, axis=1, keepdims=True)


def test_reach_of_a_ball_is_its_circle():
    height = np.array([7.5, 8.1, 6.9, 9.0])
    assert np.allclose(reach(BALL, height, np.array([0.0, 1, 2, 3])), [1, 0.8, 0.8, 0], atol=0.01)


def test_skin_reach_is_never_inside_the_skin():
    height, around = np.linspace(7.9, 7.1, 20), np.linspace(-1, 1, 30)
    away = skin_reach(BALL, SKIN, height, around)
    assert (away >= np.sqrt(1 - (height - 7.5) ** 2)[:, None] - 0.01).all()
    assert away.max() < 1.02


def test_tubes_show_their_outside():
    curve = np.stack([np.linspace(0, 1, 9), np.zeros(9), np.zeros(9)], axis=1)
    piece = tube(Material.FRAME, curve, 0.1, STILL)
    normals = vertex_normals(piece.points, piece.quads)
    outwards = piece.points - np.repeat(curve, len(piece.points) // 9, axis=0)
    assert (normals * outwards).sum(axis=1)[11:-11].min() > 0


@pytest.mark.parametrize("kind", ["cap", "peci", "hat", "beanie"])
def test_headgear_hides_the_crown_and_leaves_the_eyes_free(kind):
    worn = Headgear(kind)
    low = np.array([[-1, 6.5, 1.5], [1, 6.5, 1.5], [1, 7.6, 1.5], [-1, 7.6, 1.5]])
    head = Piece(Material.SKIN, low, low, np.array([[0, 1, 2, 3]]))  # the face, a wall
    seen = see([head, *headgear(worn, BALL, STILL)], CAMERA, (128, 128))
    crown, eyes = (
        CAMERA.project(np.array([[0.0, 8.45, 0.5], [0.0, 7.28, 1.5]]))[0].round().astype(int)
    )
    assert seen.material[crown[1], crown[0]] == Material.HAT
    assert seen.material[eyes[1], eyes[0]] == Material.SKIN
    assert worn.covers(BALL, np.array([[0.0, 8.4, 0.6], [0.0, 7.3, 1.4]])).tolist() == [True, False]


@pytest.mark.parametrize(("top", "nose_free"), [(0.24, False), (0.62, True)])
def test_masks_cover_the_mouth_and_those_worn_low_no_nose(top, nose_free):
    pieces = facemask(FaceMask(top=top), BALL, SKIN, 6.55, STILL)
    seen = see(pieces, CAMERA, (128, 128))
    at = CAMERA.project(np.array([[0, 6.6, 0.9], [0, 6.95, 1.3]]))[0].round().astype(int)
    (mouth, nose) = (seen.material[y, x] for x, y in at.tolist())
    assert mouth == Material.MASK
    assert (nose == Material.NOTHING) == nose_free


def test_a_hand_is_where_it_is_held():
    pieces = hand(Hand(x=0.2, y=0.1, lean=0.0), np.array([0.0, 6.6, 1.5]), STILL)
    assert {piece.material for piece in pieces} == {Material.HAND}
    palm = pieces[8].points.mean(axis=0)  # the middle one of the palm's bones
    assert palm == pytest.approx([0.2, 6.7, 1.8], abs=0.1)


@pytest.mark.parametrize(("rims", "tubes"), [("full", 5), ("half", 5), ("none", 3)])
def test_glasses_have_rims_bridge_and_temples(rims, tubes):
    assert len(glasses(Spectacles(rims=rims), PUPILS, 0.8, STILL)) == tubes


def _scene(worn, hairs=()):
    panes = tuple(lenses(worn, PUPILS, STILL))
    wall = np.array([[-2, 5.5, 0], [2, 5.5, 0], [2, 9.5, 0], [-2, 9.5, 0]], dtype=float)
    face = Piece(Material.SKIN, wall, wall, np.array([[0, 1, 2, 3]]))
    frame = tuple(glasses(worn, PUPILS, 0.8, STILL))
    return SimpleNamespace(pieces=(face, *frame), camera=CAMERA, lenses=panes, hairs=hairs)


def _no_lips(_name):
    return np.zeros((4, 4), np.float32)


@pytest.mark.parametrize(("dark", "part"), [(0.0, Part.LENS), (0.9, Part.DARK_LENS)])
def test_the_map_knows_frames_lenses_and_hair(dark, part):
    worn = Spectacles(dark=dark)
    lock = np.stack([np.linspace([-0.9, 8.2, 1.0], [-0.9, 7.9, 1.0], 5)] * 60)
    lock += np.random.default_rng(0).normal(0, 0.02, (60, 1, 3))
    brows, locks = (Strands(lock, lock, np.full((60, 3), 0.1)) for _ in range(2))
    scene = _scene(worn, (brows, locks))
    seen = see(scene.pieces, CAMERA, (128, 128))
    shot = Shot(spectacles=worn)
    parts = part_map(SimpleNamespace(mask=_no_lips), shot, scene, seen)
    where = np.vstack([PUPILS[0], [-0.31, 7.48, 1.6], [-0.9, 8.05, 1.0], [0.0, 6.2, 0.0]])
    at = CAMERA.project(where)[0].round().astype(int)
    assert parts[at[0][1], at[0][0]] == part
    assert Part.GLASSES in parts[at[1][1] - 2 : at[1][1] + 3, at[1][0]]
    assert parts[at[2][1], at[2][0]] == Part.HAIR
    assert parts[at[3][1], at[3][0]] == Part.SKIN


def test_dark_lenses_darken_and_clear_ones_nearly_do_not():
    picture = np.full((128, 128, 3), 180, np.uint8)
    levels = []
    for dark in (0.0, 0.9):
        worn = Spectacles(dark=dark)
        scene = _scene(worn)
        seen = see(scene.pieces, CAMERA, (128, 128))
        lens = seen_lenses(scene, seen)
        out = glaze(picture, worn, lens, seen, 1.0)
        mask = lens_mask(lens, seen)
        assert (out[~mask] == 180).all()
        levels.append(out[mask].mean())
    assert levels[0] > 175
    assert levels[1] < 45


def test_hairs_cover_only_where_they_are_seen():
    line = np.linspace([-1, 7.5, 0], [1, 7.5, 0], 20)[None]
    hairs = Strands(line, line, np.full((1, 3), 0.1))
    depth = np.full((128, 128), np.inf)
    depth[:, 64:] = 1.0  # something near before the right half
    covered = coverage(hairs, depth, CAMERA)
    assert covered[:, :60].max() > 0.5
    assert covered[:, 68:].max() == 0


def test_a_seed_always_dresses_the_same_person():
    def head():
        return SimpleNamespace(opposites={"head/head-age": ("a", "b")}, has=lambda _name: False)

    first, again = (dressed(head(), 5, (90, 100)) for _ in range(2))
    assert first[1] == again[1]
    assert first[0].look == again[0].look
    worn = [dressed(head(), seed, (90, 100))[1] for seed in range(120)]
    for name in ("spectacles", "headgear", "mask", "hand", "fringe", "long_hair", "scarf"):
        count = sum(getattr(shot, name) is not None for shot in worn)
        assert 5 < count < 90, name


def test_each_of_the_worn_shots_wears_one_thing():
    for name, sitter, shot in WORN:
        things = (shot.spectacles, shot.headgear, shot.mask, shot.hand, shot.fringe, sitter.scarf)
        assert sum(thing is not None for thing in things) == 1, name
