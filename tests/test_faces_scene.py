"""Odd pictures, one by one: which face is found, what an officer is told, and what it costs."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from capture.sample import Sample
from models.errors import WeightMissing
from models.faces._detector import Detection
from pipeline.faces.match import describe_face, match_faces
from pipeline.faces.scene import Scene, scene_findings
from pipeline.findings import Severity
from pipeline.policy import Policy, load_policy
from pipeline.portrait import locate
from pipeline.portrait.locate import LocatedFace, detector_names, locate_face

Rgb = NDArray[np.uint8]
PEOPLE = Path(__file__).parent.parent / "fixtures" / "gold" / "people"
GREYEST = 15.0  # the policy's limit


def _person(name: str) -> Rgb:
    return Sample.from_file(PEOPLE / f"{name}.jpg").image


def _sized(face_width: float) -> Rgb:
    """The portrait with a face of so many pixels."""
    image = _person("214_studio")
    scale = face_width / 273  # px, the face as it is
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=method).astype(np.uint8)


def _on_page(face_width: float, width: int, height: int) -> Rgb:
    page = np.full((height, width, 3), 232, np.uint8)
    small = _sized(face_width)
    top, left = height // 3, width // 5
    page[top : top + small.shape[0], left : left + small.shape[1]] = small
    return page


def _enormous() -> Rgb:
    """A face 5,000 pixels wide, cut so that it fills the picture."""
    part = _person("214_studio")[60:480, 40:380]
    return cv2.resize(part, None, fx=18.3, fy=18.3, interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _two(share: float) -> Rgb:
    """Two people side by side, the second one's face smaller by ``share``."""
    one, other = _person("214_studio"), _person("224_studio")
    small = cv2.resize(other, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    beside = np.full((one.shape[0], small.shape[1], 3), 200, np.uint8)
    beside[: small.shape[0]] = small
    return np.hstack([one, beside])


def _grey() -> Rgb:
    luma = cv2.cvtColor(_person("214_studio"), cv2.COLOR_RGB2GRAY)
    return np.repeat(luma[..., None], 3, 2)


def _statue() -> Rgb:
    """The person as smoothed, mottled, faintly warm stone."""
    luma = cv2.GaussianBlur(_grey().astype(np.float32), (0, 0), 1.5)
    mottle = np.random.default_rng(1).normal(0, 1, luma.shape[:2]).astype(np.float32)
    stone = luma * 0.9 + 60 + 40 * cv2.GaussianBlur(mottle, (0, 0), 3)[..., None]
    return np.clip(stone * np.array([1, 0.98, 0.93]), 0, 255).astype(np.uint8)


def _drawing() -> Rgb:
    """A face in ink: lines only."""
    ink, paper = (20, 20, 20), np.full((700, 560, 3), 245, np.uint8)
    cv2.ellipse(paper, (280, 340), (170, 220), 0, 0, 360, ink, 4)
    for x in (215, 345):
        cv2.ellipse(paper, (x, 300), (34, 18), 0, 0, 360, ink, 3)
        cv2.circle(paper, (x, 300), 10, ink, -1)
        cv2.line(paper, (x - 40, 262), (x + 40, 258), ink, 5)
    nose = np.array([[280, 310], [262, 395], [290, 400]])
    cv2.polylines(paper, [nose], False, ink, 3)
    cv2.ellipse(paper, (280, 455), (60, 22), 0, 0, 180, ink, 4)
    return paper


def _smiley() -> Rgb:
    yellow = np.full((500, 500, 3), 255, np.uint8)
    cv2.circle(yellow, (250, 250), 200, (250, 220, 40), -1)
    for x in (180, 320):
        cv2.circle(yellow, (x, 200), 25, (0, 0, 0), -1)
    cv2.ellipse(yellow, (250, 280), (110, 80), 0, 0, 180, (0, 0, 0), 12)
    return yellow


def _turned(quarters: int) -> Rgb:
    return np.ascontiguousarray(np.rot90(_person("214_studio"), quarters))


def _with_alpha(mode: str) -> bytes:
    """The portrait as PNG with a transparent border, in colour or grey."""
    picture = Image.fromarray(_person("214_studio")).convert(mode)
    alpha = Image.new("L", picture.size, 0)
    alpha.paste(255, (8, 8, picture.width - 8, picture.height - 8))
    picture.putalpha(alpha)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


CASES = [
    pytest.param(lambda: _person("214_studio"), set(), id="a portrait"),
    pytest.param(lambda: _turned(1), {"face.turned"}, id="turned left"),
    pytest.param(lambda: _turned(2), {"face.turned"}, id="upside down"),
    pytest.param(lambda: _turned(3), {"face.turned"}, id="turned right"),
    pytest.param(lambda: _two(1.0), {"face.several"}, id="two people"),
    pytest.param(lambda: _two(0.4), {"face.several"}, id="somebody in the background"),
    pytest.param(lambda: np.full((900, 700, 3), 210, np.uint8), {"face.not_found"}, id="no face"),
    pytest.param(_smiley, {"face.not_found"}, id="a smiley"),
    pytest.param(_drawing, {"face.no_colour"}, id="a drawing"),
    pytest.param(_statue, {"face.no_colour"}, id="a statue"),
    pytest.param(_grey, {"face.no_colour"}, id="a grey picture"),
    pytest.param(_enormous, set(), id="a face of 5,000 px"),
    pytest.param(lambda: _sized(60), {"face.too_small"}, id="a face of 60 px"),
    pytest.param(lambda: _on_page(60, 1200, 1600), {"face.too_small"}, id="60 px on a page"),
    pytest.param(lambda: _on_page(160, 2480, 3508), set(), id="160 px on a scanned sheet"),
    pytest.param(lambda: _with_alpha("RGB"), set(), id="an alpha channel"),
    pytest.param(lambda: _with_alpha("L"), {"face.no_colour"}, id="grey with an alpha channel"),
]


@pytest.mark.parametrize(("make", "expected"), CASES)
def test_odd_pictures_give_the_right_findings(
    make: Callable[[], Rgb | bytes], expected: set[str]
) -> None:
    found = match_faces(make(), _person("214_other"))
    told = {finding.code for finding in found.findings if finding.subject == "probe"}
    scenic = {"face.not_found", "face.several", "face.turned", "face.no_colour", "face.too_small"}
    assert told & scenic == expected
    if "face.not_found" in expected:
        assert (found.score, found.decision) == (None, "review")
    elif expected & {"face.no_colour", "face.too_small"}:
        assert found.decision != "match"


def test_the_same_person_is_recognised_however_the_picture_comes() -> None:
    """Turned, enormous, or with an alpha channel: the score hardly moves."""
    reference = _person("214_other")
    plain = match_faces(_person("214_studio"), reference).score
    for picture in (_turned(1), _turned(2), _enormous(), _with_alpha("RGB")):
        assert match_faces(picture, reference).score == pytest.approx(plain, abs=0.012)


def _face(others: tuple[float, ...] = (), eyes: tuple[float, float] = (1.0, 0.0)) -> LocatedFace:
    """A face of 100 x 100 px with eyes in this direction, and others of these widths."""
    points = np.zeros((478, 3))
    points[[362, 263], :2] = np.array(eyes) * 40
    boxes = [np.array([0.0, 0.0, width, width]) for width in (100.0, *others)]
    found = [Detection(box, np.zeros((6, 2)), 0.9) for box in boxes]
    from models.faces._landmarks import Landmarks

    return LocatedFace(found[0], Landmarks(points, 1.0), tuple(found[1:]))


@pytest.mark.parametrize(
    ("others", "live", "severity"),
    [
        pytest.param((90.0,), True, Severity.REVIEW, id="either of two could be meant"),
        pytest.param((40.0, 20.0), True, Severity.INFO, id="people in the background"),
        pytest.param((90.0,), False, Severity.INFO, id="a ghost image on a document"),
    ],
)
def test_how_grave_another_face_is(
    others: tuple[float, ...], live: bool, severity: Severity
) -> None:
    scene = Scene.of(_face(others))
    (finding,) = scene_findings("portrait.jpg", scene, load_policy(), live=live)
    assert (finding.code, finding.severity) == ("face.several", severity)
    assert (finding.value, finding.subject) == (1 + len(others), "portrait.jpg")
    assert finding.advice


@pytest.mark.parametrize(
    ("eyes", "quarters"),
    [((1, 0), 0), ((0, 1), 1), ((-1, 0), 2), ((0, -1), 3), ((0.9, 0.6), 0), ((0.6, 0.9), 1)],
)
def test_quarters_are_told_from_the_eyes(eyes: tuple[float, float], quarters: int) -> None:
    assert _face(eyes=eyes).quarters == quarters


@pytest.mark.parametrize(
    ("colour", "live", "told"),
    [(GREYEST - 1, True, 1), (GREYEST, True, 0), (None, True, 0), (0.0, False, 0)],
)
def test_only_a_live_picture_must_have_colour(colour: float | None, live: bool, told: int) -> None:
    scene = Scene.of(_face(), colour)
    assert len(list(scene_findings("p", scene, load_policy(), live=live))) == told


class _Counting:
    """A detector that finds nothing and counts its looks."""

    def __init__(self) -> None:
        self.looks = 0

    def detect(self, rgb: Rgb) -> tuple[Detection, ...]:
        assert max(rgb.shape[:2]) <= 2048
        self.looks += 1
        return ()


@pytest.mark.parametrize("shape", [(900, 700, 3), (7000, 5000, 3), (64, 4000, 3)])
def test_a_search_that_finds_nothing_ends(
    shape: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _Counting(), _Counting()
    finders = {"first": first, "second": second}
    monkeypatch.setattr(locate, "detector", finders.__getitem__)
    assert locate_face(np.full(shape, 200, np.uint8), ("first", "second")) is None
    assert first.looks <= 120
    assert second.looks == 5


def test_a_second_detector_is_asked_when_the_first_finds_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = _person("214_studio")
    expected = locate_face(image)
    assert expected is not None
    finder = locate.detector("blazeface-short")
    monkeypatch.setattr(locate, "detector", {"none": _Counting(), "ours": finder}.__getitem__)
    found = locate_face(image, ("none", "ours"))
    assert found is not None
    assert np.array_equal(found.landmarks.points, expected.landmarks.points)


def test_the_policy_names_the_detectors() -> None:
    policy = load_policy()
    assert detector_names(policy) == ("blazeface-short",)
    for named, expected in (("one", ("one",)), (["one", "two"], ("one", "two"))):
        other = Policy("p", "1", "", {"faces": {**policy.section("faces"), "detectors": named}})
        assert detector_names(other) == expected
    with pytest.raises(WeightMissing):
        describe_face(_person("214_studio"), policy=other)


def test_pictures_without_a_face_cost_little() -> None:
    started = time.process_time()
    assert locate_face(np.full((3508, 2480, 3), 240, np.uint8)) is None
    assert time.process_time() - started < 3  # some 0.25 s on a free core
