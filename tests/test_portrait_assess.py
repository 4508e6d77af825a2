"""The whole assessment on the committed portraits, as they are and spoilt on purpose."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from capture.sample import Sample
from pipeline.errors import PolicyError
from pipeline.evidence import portrait_of
from pipeline.findings import Outcome, Severity
from pipeline.policy import load_policy
from pipeline.portrait.assess import assess_portrait
from pipeline.portrait.locate import locate_face
from pipeline.portrait.measures import STANDARD_ORDER
from pipeline.portrait.profile import load_profile
from pipeline.portrait.view import PortraitView


@pytest.fixture(params=["pass", "review", "fail"])
def good(request, applications):
    """The live portraits of the sample applications: all three are good pictures."""
    return Sample.from_file(applications / request.param / "portrait.jpg").image


@pytest.fixture
def portrait(applications):
    return Sample.from_file(applications / "pass" / "portrait.jpg").image


def gained(picture, gain):
    """Light times ``gain``: what a camera set otherwise would have given."""
    light = (picture / 255.0) ** 2.2 * gain
    return (np.clip(light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


def lit_from_one_side(picture):
    """As a window from one side does: the far half of the face lies in its own shadow."""
    across = np.linspace(-1, 1, picture.shape[1])[:, None]
    return gained(picture, 0.2 + 0.8 / (1 + np.exp(-across / 0.05)))


def tinted(picture):
    return gained(picture, np.array([0.35, 0.7, 1.6]))


def on_white(picture, new):
    """Put the picture's white background in place of something else."""
    back = (picture.min(2) > 225)[..., None]
    return np.where(back, new, picture).astype(np.uint8)


def striped(picture):
    rows = np.where(np.arange(picture.shape[0]) // 20 % 2, 255, 120)
    return on_white(picture, rows[:, None, None])


def turned(picture, degrees):
    """Counterclockwise on the screen, within a white frame."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(picture, matrix, (width, height), borderValue=(255, 255, 255))


def framed(picture, share):
    """A white frame around: the face takes less of the picture."""
    height, width = (round(side * share) for side in picture.shape[:2])
    return cv2.copyMakeBorder(
        picture, height, height, width, width, cv2.BORDER_CONSTANT, value=(255, 255, 255)
    )


def cropped(picture):
    height, width = picture.shape[:2]
    return np.ascontiguousarray(picture[height // 8 : -height // 8, width // 8 : -width // 8])


def shrunk(picture):
    return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def squeezed_by_jpeg(picture):
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 5])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def mirrored(picture):
    return np.ascontiguousarray(picture[:, ::-1])


def by_subject(report):
    return {finding.subject: finding for finding in report.findings}


def test_good_portraits_pass(good):
    report = assess_portrait(good)
    assert report.profile == "indonesia"
    assert report.verdict is Outcome.PASS, [finding.to_dict() for finding in report.findings]


def test_good_portraits_pass_on_the_white_that_indonesia_asks_for(good):
    assert assess_portrait(good, profile="indonesia").verdict is Outcome.PASS


def test_report_names_all_28_and_measures_at_least_twenty(portrait):
    report = assess_portrait(portrait)
    assert list(report.components) == list(STANDARD_ORDER)
    measured = [item for item in report.components.values() if item.status == "measured"]
    assert len(measured) >= 20
    for item in report.components.values():
        assert (item.raw is None) == (item.status == "not_assessed")
        assert (item.reason is None) == (item.status == "measured")
        assert item.scalar is None or 0 <= item.scalar <= 100


def test_report_is_json(portrait):
    report = assess_portrait(portrait).to_dict()
    again = json.loads(json.dumps(report))
    assert again == report
    assert set(again["components"]["EyesOpen"]) == {"raw", "scalar", "status", "reason"}
    assert again["verdict"] == "pass"
    assert len(again["face_box"]) == 4
    assert again["inter_eye_distance"] > 90


def test_every_kind_of_input_gives_the_same(applications):
    path = applications / "pass" / "portrait.jpg"
    sample = Sample.from_file(path)
    reports = [
        assess_portrait(source).to_dict()
        for source in (path, path.read_bytes(), sample.image, portrait_of(sample))
    ]
    assert all(report == reports[0] for report in reports)


def test_a_face_that_the_caller_has_is_used(portrait):
    face = locate_face(portrait)
    report = assess_portrait(portrait, face=face)
    assert report.face is face
    assert report.to_dict() == assess_portrait(portrait).to_dict()


def test_policy_chooses_the_profile(portrait):
    policy = replace(load_policy(), sections={"portrait": {"profile": "ofiq"}})
    assert assess_portrait(portrait, policy).profile == "ofiq"
    assert assess_portrait(portrait, policy, profile="icao").profile == "icao"


def test_an_unknown_profile_is_an_error(portrait):
    with pytest.raises(PolicyError, match="cannot be read"):
        assess_portrait(portrait, profile="nobody")


@pytest.mark.parametrize(
    ("spoil", "component"),
    [
        (lambda p: gained(p, 0.02), "LuminanceMean"),
        (lambda p: gained(p, 0.02), "UnderExposurePrevention"),
        (lambda p: gained(p, 8), "OverExposurePrevention"),
        (lambda p: gained(p, 0.005), "DynamicRange"),
        (lambda p: cv2.GaussianBlur(p, (0, 0), 8), "Sharpness"),
        (lit_from_one_side, "IlluminationUniformity"),
        (tinted, "NaturalColour"),
        (striped, "BackgroundUniformity"),
        (squeezed_by_jpeg, "CompressionArtifacts"),
        (shrunk, "InterEyeDistance"),
        (lambda p: turned(p, 20), "HeadPoseRoll"),
    ],
    ids=[
        "dark: mean",
        "dark: under-exposed",
        "bright: over-exposed",
        "nearly black: no range",
        "blurred",
        "light from one side",
        "blue light",
        "stripes behind",
        "JPEG quality 5",
        "half the size",
        "tilted",
    ],
)
def test_spoiling_lowers_the_right_component_and_is_found(good, spoil, component):
    before = assess_portrait(good)
    face = None if component in {"InterEyeDistance", "HeadPoseRoll"} else before.face
    after = assess_portrait(spoil(good), face=face)
    assert after.components[component].scalar < before.components[component].scalar
    causes = {rule.measure for rule in load_profile("icao").rules if component in rule.explains}
    assert {component, *causes} & set(by_subject(after)), "itself, or what explains it"
    assert after.verdict is not Outcome.PASS


@pytest.mark.parametrize("spoil", [mirrored, lambda p: gained(p, 1.2)], ids=["mirrored", "lighter"])
def test_what_is_still_good_still_passes(good, spoil):
    assert assess_portrait(spoil(good)).verdict is Outcome.PASS


@pytest.mark.parametrize(
    ("spoil", "measure", "advice"),
    [
        (lambda p: framed(p, 0.3), "HeadHeight", "Step closer to the camera"),
        (cropped, "HeadHeight", "Step back"),
        (lambda p: p[90:], "EyeLine", None),
    ],
    ids=["far", "near", "cut at the top"],
)
def test_framing_is_told_with_what_to_do(portrait, spoil, measure, advice):
    report = assess_portrait(np.ascontiguousarray(spoil(portrait)))
    moved = report.passport[measure].raw - assess_portrait(portrait).passport[measure].raw
    assert abs(moved) > 0.05
    if advice is not None:
        assert by_subject(report)[measure].advice.en == advice
    assert report.verdict is not Outcome.FAIL, "framing alone never fails a live capture"


def test_mirroring_turns_the_signs_of_yaw_and_roll(portrait):
    tilted = turned(portrait, 12)
    one, other = assess_portrait(tilted), assess_portrait(mirrored(tilted))
    roll, back = one.components["HeadPoseRoll"].raw, other.components["HeadPoseRoll"].raw
    assert roll == pytest.approx(12, abs=2.5), "counterclockwise: towards the right shoulder"
    assert back == pytest.approx(-roll, abs=1.5)
    yaws = [report.components["HeadPoseYaw"].raw for report in (one, other)]
    assert yaws[0] == pytest.approx(-yaws[1], abs=2)
    rooms = [
        one.components["LeftwardCropOfTheFaceImage"].raw,
        other.components["RightwardCropOfTheFaceImage"].raw,
    ]
    assert rooms[0] == pytest.approx(rooms[1], abs=0.1)


def test_squeezed_sides_read_as_a_turn(portrait):
    """Half of a face compressed is what a turn to that side does: the sign must follow."""
    height, width = portrait.shape[:2]
    columns, rows = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    middle = width / 2
    source = np.where(columns > middle, middle + (columns - middle) * 1.35, columns)
    x, y = np.meshgrid(source.astype(np.float32), rows)
    squeezed = cv2.remap(portrait, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    to_left = assess_portrait(squeezed).components["HeadPoseYaw"].raw
    to_right = assess_portrait(mirrored(squeezed)).components["HeadPoseYaw"].raw
    assert to_left > 3 > -3 > to_right


def test_several_faces_are_a_review(portrait):
    pair = np.hstack([portrait, shrunk(framed(portrait, 0.5))[: portrait.shape[0]]])
    finding = by_subject(assess_portrait(pair))["SingleFacePresent"]
    assert finding.severity is Severity.REVIEW
    assert "more than one face" in finding.message.en


@pytest.mark.parametrize(
    "picture",
    [
        np.full((400, 300, 3), 128, np.uint8),
        np.random.default_rng(1).integers(0, 256, (400, 300, 3)).astype(np.uint8),
        np.full((16, 16, 3), 255, np.uint8),
    ],
    ids=["grey", "noise", "tiny"],
)
def test_without_a_face_nothing_is_assessed_and_it_fails(picture):
    report = assess_portrait(picture)
    assert report.verdict is Outcome.FAIL
    assert [finding.code for finding in report.findings] == ["portrait.no_face"]
    assert report.findings[0].advice is not None
    everything = [*report.components.values(), *report.passport.values()]
    assert len(report.components) == 28
    assert {item.status for item in everything} == {"not_assessed"}
    assert {item.reason for item in everything} == {"no face was found"}
    assert report.to_dict()["face_box"] is None


def test_a_larger_picture_of_the_same_scene_measures_alike(portrait):
    large = cv2.resize(portrait, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    one, four = assess_portrait(portrait), assess_portrait(large)
    for name in ("LuminanceMean", "DynamicRange", "NaturalColour", "EyesOpen", "HeadSize"):
        assert four.components[name].scalar == pytest.approx(one.components[name].scalar, abs=3)
    assert four.components["InterEyeDistance"].raw == pytest.approx(
        4 * one.components["InterEyeDistance"].raw, rel=0.03
    )


def test_aligned_eyes_lie_where_the_standard_puts_them(good):
    face = locate_face(good)
    assert face is not None
    eyes = PortraitView(good, face).aligned_geometry.eyes
    assert eyes == pytest.approx(np.array([[251, 272], [364, 272]]), abs=15)
