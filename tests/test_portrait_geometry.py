"""Points, lengths, alignment and pose, on faces whose truth is put in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.portraits.pose_net import PoseNet, tilted
from pipeline.portrait.geometry import (
    ALIGNED_SIDE,
    CHIN,
    INNER_LIPS,
    LEFT_CORNERS,
    LEFT_LIDS,
    MOUTH_CORNERS,
    NOSE_TIP,
    RIGHT_CORNERS,
    RIGHT_LIDS,
    FaceGeometry,
)
from pipeline.portrait.pose import HEAD_SHAPE, STABLE_POINTS, head_pose, rigid_pose
from pipeline.portrait.warp import beyond, warped


def flat_face():
    """OFIQ's aligned face: eyes at (251, 272) and (364, 272), chin 180 px below their middle."""
    points = np.tile([307.5, 330.0], (478, 1))
    points[list(RIGHT_CORNERS)] = [(231, 272), (271, 272)]
    points[list(LEFT_CORNERS)] = [(344, 272), (384, 272)]
    for upper, lower in RIGHT_LIDS:
        points[[upper, lower]] = [(251, 266), (251, 278)]
    for upper, lower in LEFT_LIDS:
        points[[upper, lower]] = [(364, 267), (364, 276)]
    for upper, lower in INNER_LIPS:
        points[[upper, lower]] = [(307.5, 399), (307.5, 405)]
    points[NOSE_TIP] = (308, 336)
    points[list(MOUTH_CORNERS)] = [(262, 402), (355, 402)]
    points[CHIN] = (307.5, 452)
    return FaceGeometry(points)


def test_gaze_is_where_the_irises_lie_between_the_corners():
    points = flat_face().points.copy()
    points[468], points[473] = (251, 272), (364, 270)
    assert FaceGeometry(points).gaze_across == pytest.approx(0), "midway, whatever the height"
    points[[468, 473], 0] += 8
    assert FaceGeometry(points).gaze_across == pytest.approx(0.2), "8 of 40 px"
    assert turned(points, 30, 2, (9, 9)).gaze_across == pytest.approx(0.2)


def turned(points, degrees, scale, shift):
    """Clockwise on the screen, then scaled and shifted."""
    turn = math.radians(degrees)
    linear = scale * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return FaceGeometry(points @ linear.T + np.array(shift))


def head(yaw=0.0, pitch=0.0, roll=0.0, scale=80.0):
    """The 478 points of a rigid head in that pose, in pixels; only the stable ones count."""
    y, p, r = np.radians([yaw, pitch, roll])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    seen = HEAD_SHAPE @ (about_y @ about_x @ about_z).T
    points = np.zeros((478, 3))
    points[STABLE_POINTS] = seen * scale * [1, -1, -1] + [300, 400, 0]
    return points


def test_lengths_of_a_known_face():
    face = flat_face()
    assert face.eyes.tolist() == [[251, 272], [364, 272]]
    assert face.inter_eye_distance == pytest.approx(113)
    assert face.eye_to_chin == pytest.approx(180)
    assert face.eye_to_mouth == pytest.approx(130)
    assert face.eye_opening == pytest.approx(9), "the eye that is less open counts"
    assert face.mouth_opening == pytest.approx(6)


@pytest.mark.parametrize(
    ("degrees", "scale", "shift"),
    [(0, 1, (0, 0)), (0, 2.5, (40, -30)), (20, 0.5, (100, 50)), (-170, 1.2, (600, 600))],
    ids=["as it is", "larger", "smaller and tilted", "upside down"],
)
def test_alignment_brings_a_face_back(degrees, scale, shift):
    face = turned(flat_face().points, degrees, scale, shift)
    aligned = face.moved(face.to_aligned())
    assert aligned.points == pytest.approx(flat_face().points, abs=0.6)


def test_alignment_of_points_on_one_spot_still_gives_a_matrix():
    assert FaceGeometry(np.zeros((478, 2))).to_aligned().shape == (2, 3)


def test_face_mask_lies_within_jaw_and_brows():
    points = flat_face().points.copy()
    points[127], points[356], points[70], points[300] = (
        (180, 272),
        (435, 272),
        (200, 230),
        (415, 230),
    )
    mask = FaceGeometry(points).face_mask(ALIGNED_SIDE, ALIGNED_SIDE)
    assert mask[330, 308] == 1
    assert mask[100, 308] == 0, "the forehead is no part of OFIQ's mask"
    assert mask[500, 308] == 0
    assert set(np.unique(mask)) == {0, 1}


def test_head_shape_is_symmetric_and_faces_the_camera():
    right, left = STABLE_POINTS.index(33), STABLE_POINTS.index(263)
    assert HEAD_SHAPE[right] == pytest.approx(HEAD_SHAPE[left] * [-1, 1, 1])
    assert HEAD_SHAPE[STABLE_POINTS.index(4), 2] > HEAD_SHAPE[right, 2], "the nose is in front"
    assert np.linalg.matrix_rank(HEAD_SHAPE - HEAD_SHAPE.mean(0)) == 3


@pytest.mark.parametrize(
    ("angles", "reason"),
    [
        ({"yaw": 20}, "towards the subject's left, the picture's right: positive"),
        ({"yaw": -20}, "towards the subject's right: negative"),
        ({"pitch": 12}, "looking down: positive"),
        ({"pitch": -12}, "looking up: negative"),
        ({"roll": 15}, "towards the subject's right shoulder: positive"),
        ({"yaw": 18, "pitch": -9, "roll": 25}, "all at once"),
    ],
)
def test_pose_of_a_known_head(angles, reason):
    pose = rigid_pose(head(**angles))
    truth = {"yaw": 0, "pitch": 0, "roll": 0} | angles
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx(tuple(truth.values()), abs=0.1), (
        reason
    )


def test_pose_signs_in_the_picture():
    """The conventions once more, in terms of where things move in the picture."""
    assert head(yaw=20)[4, 0] > head()[4, 0], "the nose moves to the picture's right"
    assert head(pitch=20)[4, 1] > head()[4, 1], "the nose moves down"
    assert head(roll=20)[9, 0] < head()[9, 0], "the brows move to the picture's left"


@given(
    yaw=st.floats(-40, 40),
    pitch=st.floats(-25, 25),
    roll=st.floats(-60, 60),
    scale=st.floats(20, 900),
)
def test_pose_does_not_depend_on_size(yaw, pitch, roll, scale):
    points = head(yaw, pitch, roll, scale)
    pose = rigid_pose(points)
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((yaw, pitch, roll), abs=0.1)


def test_a_warp_without_turn_is_a_shift():
    picture = np.random.default_rng(1).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    matrix = np.array([[1.0, 0, -7], [0, 1.0, 5]])
    part = (slice(6, 20), slice(3, 30))
    assert (warped(picture, matrix, part) == picture[1:15, 10:37]).all()
    assert not warped(picture, matrix, (slice(0, 5), slice(0, 9))).any(), "above the picture: black"


def test_a_warp_interpolates_at_32nds_of_a_pixel():
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[:, 2:] = 255
    for shift, share in ((0.5, 16), (0.25, 24), (1 / 64 + 1e-6, 32), (1 / 64 - 1e-6, 32)):
        moved = warped(picture, np.array([[1.0, 0, shift], [0, 1, 0]]), (slice(0, 4), slice(0, 4)))
        assert moved[1, 2, 0] == pytest.approx(255 * share / 32, abs=4), shift


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.3])
def test_beyond_is_where_a_warp_has_no_pixel(scale):
    matrix = np.array([[scale, 0.1, 20], [-0.1, scale, 30]])
    rows, columns = np.arange(0, 200), np.arange(0, 180)
    white = np.full((60, 50, 3), 255, np.uint8)
    pixels = warped(white, matrix, (slice(0, 200), slice(0, 180)))[..., 0]
    outside = beyond((60, 50), matrix, rows, columns)
    assert (pixels[~outside] > 60).all(), "a pixel that is there is at most half mixed with black"
    assert (pixels[outside] < 200).all()


def test_far_from_the_front_the_rigid_head_answers():
    points = head(yaw=60.0)
    points[:, 2] = 0.0
    assert head_pose(points) == rigid_pose(points)


def test_pose_net_looks_at_the_shape_only():
    rng = np.random.default_rng(4)
    points = rng.normal(0, 50, (478, 3))
    points[33, :2], points[263, :2] = (-80, 0), (80, 0)
    turned_more = points.copy()
    turned_more[:, :2] = turned(points[:, :2], 12, 1.7, (300, 200)).points
    turned_more[:, 2] *= 1.7
    yaw, pitch, roll = PoseNet().turns(points)
    again = PoseNet().turns(turned_more)
    assert again == pytest.approx((*tilted(yaw, pitch, 12), roll - 12), abs=1e-3)
