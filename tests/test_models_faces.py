"""Detector, mesh, iris and segmentation on rendered portraits."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from capture.sample import Sample
from models.faces._detector import Detection
from models.faces._landmarks import Landmarks
from models.faces.blazeface import BlazeFace
from models.faces.dlib_resnet import DlibResNet
from models.faces.face_mesh import FaceMesh
from models.portraits.selfie_segmentation import SelfieSegmentation

CASES = ("pass", "review", "fail")


@pytest.fixture(scope="module")
def portraits() -> dict[str, NDArray[np.uint8]]:
    folder = Path(__file__).parent.parent / "fixtures" / "applications"
    return {case: Sample.from_file(folder / case / "portrait.jpg").image for case in CASES}


@pytest.fixture(scope="module")
def faces(portraits: dict[str, NDArray[np.uint8]]) -> dict[str, tuple[Detection, Landmarks]]:
    detector, mesh = BlazeFace(), FaceMesh()
    found = {case: detector.detect(image)[0] for case, image in portraits.items()}
    return {case: (face, mesh.landmarks(portraits[case], face)) for case, face in found.items()}


@pytest.mark.parametrize("case", CASES)
def test_a_portrait_has_one_face(case: str, portraits: dict[str, NDArray[np.uint8]]) -> None:
    found = BlazeFace().detect(portraits[case])
    assert len(found) == 1
    assert found[0].score > 0.85


@pytest.mark.parametrize("case", CASES)
def test_keypoints_are_the_subjects_right_and_left(
    case: str, faces: dict[str, tuple[Detection, Landmarks]]
) -> None:
    right, left, nose, mouth, right_ear, left_ear = faces[case][0].keypoints
    assert right_ear[0] < right[0] < nose[0] < left[0] < left_ear[0]
    assert max(right[1], left[1]) < nose[1] < mouth[1]


def test_boxes_follow_the_scale_of_the_picture(portraits: dict[str, NDArray[np.uint8]]) -> None:
    image = portraits["pass"]
    double = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    one, two = BlazeFace().detect(image)[0], BlazeFace().detect(double)[0]
    assert np.abs(two.box / 2 - one.box).max() < 0.01 * max(image.shape)


@pytest.mark.parametrize("shape", [(300, 300, 3), (40, 900, 3), (2, 2, 3), (1, 700, 3)])
def test_an_empty_picture_has_no_face(shape: tuple[int, int, int]) -> None:
    assert BlazeFace().detect(np.full(shape, 127, np.uint8)) == ()


def test_detections_are_best_first(portraits: dict[str, NDArray[np.uint8]]) -> None:
    two = np.hstack([portraits["pass"], portraits["fail"]])
    scores = [face.score for face in BlazeFace().detect(two)]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("case", CASES)
def test_the_mesh_lies_on_the_face(
    case: str, faces: dict[str, tuple[Detection, Landmarks]]
) -> None:
    face, landmarks = faces[case]
    assert landmarks.points.shape == (478, 3)
    assert landmarks.presence > 0.9
    width = face.box[2] - face.box[0]
    middle = landmarks.points[:468, :2].mean(0)
    assert np.hypot(*(middle - (face.box[:2] + face.box[2:]) / 2)) < 0.2 * width


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("iris", "corners"), [(468, (33, 133)), (473, (362, 263))], ids=["right", "left"]
)
def test_irises_lie_between_the_corners_of_their_eyes(
    case: str, iris: int, corners: tuple[int, int], faces: dict[str, tuple[Detection, Landmarks]]
) -> None:
    points = faces[case][1].points[:, :2]
    outer, inner = points[list(corners)]
    assert outer[0] < points[iris, 0] < inner[0]
    rim = np.hypot(*(points[iris + 1 : iris + 5] - points[iris]).T)
    assert rim.max() < 1.5 * rim.min()
    assert 0.15 < rim.mean() / np.hypot(*(inner - outer)) < 0.35


def test_both_eyes_are_read_alike(portraits: dict[str, NDArray[np.uint8]]) -> None:
    """In the mirror image the left eye's points are the right eye's: nothing is left unflipped."""
    image = portraits["pass"]
    mirror = np.ascontiguousarray(image[:, ::-1])
    points, mirrored = (
        FaceMesh().landmarks(each, BlazeFace().detect(each)[0]).points for each in (image, mirror)
    )
    eye = np.hypot(*(points[33, :2] - points[133, :2]))
    turned = mirrored[:, :2] * [-1, 1] + [image.shape[1] - 1, 0]
    for ours, theirs in ((468, 473), (473, 468), (33, 263), (133, 362)):
        assert np.hypot(*(points[ours, :2] - turned[theirs])) < 0.1 * eye


def test_landmarks_move_with_the_picture(faces: dict[str, tuple[Detection, Landmarks]]) -> None:
    moved = faces["pass"][1].moved(2.0, np.array([10.0, -5.0]))
    expected = faces["pass"][1].points[:, :2] * 2 + [10, -5]
    assert np.allclose(moved.points[:, :2], expected)


def test_templates_have_length_one_and_know_their_face(
    portraits: dict[str, NDArray[np.uint8]], faces: dict[str, tuple[Detection, Landmarks]]
) -> None:
    embedder = DlibResNet()
    template = embedder.embed(portraits["pass"], faces["pass"][1])
    assert (template.shape, template.dtype) == ((128,), np.float32)
    assert np.linalg.norm(template) == pytest.approx(1, abs=1e-6)
    darker = (portraits["pass"] * 0.8).astype(np.uint8)
    again = embedder.embed(darker, faces["pass"][1])
    other = embedder.embed(portraits["fail"], faces["fail"][1])
    assert template @ again > template @ other + 0.02


@pytest.mark.parametrize("case", CASES)
def test_segmentation_tells_person_from_background(
    case: str,
    portraits: dict[str, NDArray[np.uint8]],
    faces: dict[str, tuple[Detection, Landmarks]],
) -> None:
    image = portraits[case]
    mask = SelfieSegmentation().person(image)
    assert mask.shape == image.shape[:2]
    assert mask.dtype == np.float32
    assert mask.min() >= 0
    assert mask.max() <= 1
    x, y = faces[case][1].points[:468, :2].round().astype(int).T
    assert mask[y, x].mean() > 0.95
    corner = image.shape[0] // 12
    assert mask[:corner, :corner].mean() < 0.1
    assert mask[:corner, -corner:].mean() < 0.1


def test_detection_is_ready_for_json(faces: dict[str, tuple[Detection, Landmarks]]) -> None:
    entry = faces["pass"][0].to_dict()
    assert [len(entry["box"]), len(entry["keypoints"])] == [4, 6]
