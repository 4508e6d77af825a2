"""The gold people, whose pose, framing and faults are exactly known."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from pipeline.findings import Outcome, Severity
from pipeline.portrait.assess import assess_portrait

GOLD = Path(__file__).resolve().parent.parent / "fixtures" / "gold" / "people"
TRUTH = {row["file"]: row for row in tomllib.loads((GOLD / "truth.toml").read_text())["portrait"]}
FAULTS = {  # the shot's name -> the measure that must object
    "yaw": "HeadPoseYaw",
    "pitch": "HeadPosePitch",
    "roll": "HeadPoseRoll",
    "eyes_closed": "EyesOpen",
    "mouth_open": "MouthClosed",
    "gaze": "Gaze",
    "hard_light": "IlluminationUniformity",
    "dark": "UnderExposurePrevention",
    "bright": "LuminanceMean",
    "red_background": "BackgroundLightness",
    "far": "InterEyeDistance",
}
NOT_JUDGED = {"studio", "other", "smile", "glasses"}  # good, or left to the officer's eye
FAULTY = [
    (file, measure)
    for file in TRUTH
    for fault, measure in FAULTS.items()
    if file.split("_", 1)[1] == f"{fault}.jpg"
]


@cache
def report_on(file):
    return assess_portrait(GOLD / file)


@pytest.mark.parametrize("file", TRUTH)
def test_pose_is_near_the_truth(file):
    report, truth = report_on(file), TRUTH[file]
    pose = [report.components[f"HeadPose{axis}"].raw for axis in ("Yaw", "Pitch", "Roll")]
    errors = np.abs(np.subtract(pose, [truth["yaw"], truth["pitch"], truth["roll"]]))
    # Pitch depends on the person's own profile most; see pipeline/portrait/pose.py.
    assert (errors < [4, 8, 2]).all(), f"{pose}"


@pytest.mark.parametrize("file", TRUTH)
def test_framing_is_near_the_truth(file):
    report, truth = report_on(file), TRUTH[file]
    height = np.hypot(*np.subtract(truth["crown"], truth["chin"])) / truth["size"][1]
    upright = abs(truth["pitch"]) < 10
    if upright:
        assert report.passport["HeadHeight"].raw == pytest.approx(height, rel=0.15)
    eyes = np.add(truth["right_eye"], truth["left_eye"]) / 2
    assert report.passport["HeadCentre"].raw == pytest.approx(eyes[0] / truth["size"][0], abs=0.02)
    assert report.passport["EyeLine"].raw == pytest.approx(eyes[1] / truth["size"][1], abs=0.03)
    assert report.face is not None
    assert report.face.inter_eye_distance == pytest.approx(truth["inter_eye_distance"], rel=0.1)


def test_pose_over_all_gold_people_has_no_large_error():
    errors = []
    for file, truth in TRUTH.items():
        components = report_on(file).components
        errors.append(
            [components[f"HeadPose{a.title()}"].raw - truth[a] for a in ("yaw", "pitch", "roll")]
        )
    mean = np.abs(errors).mean(0)
    assert (mean < [1, 2.2, 0.5]).all(), f"{mean}"


@pytest.mark.parametrize(("file", "measure"), FAULTY)
def test_a_known_fault_is_found(file, measure):
    report = report_on(file)
    found = {f.subject for f in report.findings if f.severity is not Severity.INFO}
    assert measure in found, sorted(found)
    assert report.verdict is not Outcome.PASS


def test_every_kind_of_shot_is_judged_or_named_as_not_judged():
    kinds = {Path(file).stem.split("_", 1)[1] for file in TRUTH}
    assert kinds <= NOT_JUDGED | set(FAULTS)
    assert FAULTY


@pytest.mark.parametrize("file", [file for file in TRUTH if file.endswith("_studio.jpg")])
def test_studio_portraits_have_no_fault_but_too_few_pixels(file):
    """At 420 x 540 pixels a narrow face may miss 90 pixels between the eyes; that is right."""
    report = report_on(file)
    found = {f.subject for f in report.findings if f.severity is not Severity.INFO}
    narrow = TRUTH[file]["inter_eye_distance"] < 95
    assert found <= ({"InterEyeDistance"} if narrow else set()), sorted(found)
