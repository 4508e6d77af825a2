"""Profiles: what is refused when they are read, and what they find."""

from __future__ import annotations

import pytest

from pipeline.errors import PolicyError, exit_status
from pipeline.findings import Outcome, Severity, outcome_of
from pipeline.portrait.component import Component
from pipeline.portrait.measures import standard_measures
from pipeline.portrait.passport import passport_measures
from pipeline.portrait.profile import FOLDER, judge, load_profile, snake

RULE = """
[[rules]]
measure = "HeadPoseYaw"
min = -5
max = 5
tolerance = 2
severity = "review"
clause = "a clause"
"""
GOOD = {  # raw values of a portrait that no rule of the icao profile minds
    "BackgroundUniformity": 5.0,
    "IlluminationUniformity": 0.7,
    "LuminanceMean": 0.3,
    "LuminanceVariance": 0.015,
    "UnderExposurePrevention": 0.05,
    "OverExposurePrevention": 0.0,
    "DynamicRange": 6.8,
    "Sharpness": 0.9,
    "CompressionArtifacts": 0.6,
    "NaturalColour": 0.0,
    "SingleFacePresent": 0.0,
    "EyesOpen": 0.08,
    "MouthClosed": 0.01,
    "InterEyeDistance": 130.0,
    "HeadSize": 0.38,
    "LeftwardCropOfTheFaceImage": 2.5,
    "RightwardCropOfTheFaceImage": 2.5,
    "MarginAboveOfTheFaceImage": 1.3,
    "MarginBelowOfTheFaceImage": 1.6,
    "HeadPoseYaw": 0.0,
    "HeadPosePitch": 0.0,
    "HeadPoseRoll": 0.0,
    "BackgroundLightness": 95.0,
    "BackgroundTint": 1.0,
    "HeadHeight": 0.75,
    "HeadCentre": 0.5,
    "EyeLine": 0.42,
    "Gaze": 0.01,
    "BackgroundShadow": 3.0,
    "ClothesContrast": 60.0,
    "Colour": 20.0,
    "HeadRoom": 0.05,
    "MotionBlur": 0.7,
    "Noise": 0.8,
    "RedEye": 0.1,
    "Upright": 0.0,
    "Glasses": 0.0,
    "DarkGlasses": 0.0,
    "HeadCovering": 0.0,
}


def components(**raw):
    """Components with these raw values; None is not assessed."""
    values = GOOD | raw
    found = {}
    for measure in (*standard_measures(), *passport_measures()):
        value = values.get(measure.name)
        scalar = None if value is None or measure.scalar is None else measure.scalar(value)
        status = "not_assessed" if value is None else "measured"
        found[measure.name] = Component(
            name=measure.name, raw=value, scalar=scalar, status=status, reason=None
        )
    return found


def subjects(findings, severity):
    return [finding.subject for finding in findings if finding.severity is severity]


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_shipped_profiles_are_whole(name):
    profile = load_profile(name)
    assert profile.name == name
    assert profile.version != "unversioned"
    assert len(profile.digest) == 64
    assert all(rule.clause for rule in profile.rules)


def test_what_is_always_left_to_the_officer_is_said_to_be():
    """A component that nobody measures must not vanish from the officer's view."""
    for name in ("icao", "indonesia"):
        by_eye = load_profile(name).by_eye
        assert {"EyesVisible", "HeadCovering", "ExpressionNeutrality"} <= set(by_eye)


@pytest.mark.parametrize("name", ["icao", "indonesia"])
def test_a_good_portrait_passes_and_lists_what_is_left_to_see(name):
    findings = judge(components(), load_profile(name))
    assert outcome_of(findings) is Outcome.PASS
    assert [finding.code for finding in findings] == ["portrait.by_eye"]


@pytest.mark.parametrize(
    ("raw", "outcome", "advice"),
    [
        ({"HeadPoseYaw": 6.9}, Outcome.PASS, None),
        ({"HeadPoseYaw": 7.1}, Outcome.REVIEW, "Turn the head slightly right"),
        ({"HeadPoseYaw": -7.1}, Outcome.REVIEW, "Turn the head slightly left"),
        ({"HeadPoseYaw": 17.1}, Outcome.FAIL, "Turn the head slightly right"),
        ({"HeadPosePitch": 9.5}, Outcome.REVIEW, "Raise the chin a little"),
        ({"HeadPosePitch": -9.5}, Outcome.REVIEW, "Lower the chin a little"),
        ({"EyesOpen": 0.025}, Outcome.REVIEW, "Open the eyes and look at the camera"),
        ({"EyesOpen": 0.01}, Outcome.FAIL, "Open the eyes and look at the camera"),
        ({"Gaze": -0.2}, Outcome.REVIEW, "Look straight into the camera"),
        ({"MouthClosed": 0.065}, Outcome.PASS, None),
        ({"MouthClosed": 0.3}, Outcome.FAIL, "Close the mouth, keep a neutral face"),
        ({"HeadHeight": 0.6}, Outcome.PASS, "Step closer to the camera"),
        ({"HeadHeight": 0.45}, Outcome.REVIEW, "Step closer to the camera"),
        ({"HeadHeight": 0.95}, Outcome.REVIEW, "Step back"),
        ({"LuminanceMean": 0.01}, Outcome.REVIEW, "Add light from the front"),
        ({"LuminanceMean": 0.8}, Outcome.REVIEW, "Dim the light or move it away"),
        ({"LuminanceMean": 0.06}, Outcome.PASS, None),
        ({"InterEyeDistance": 80.0}, Outcome.REVIEW, None),
        ({"InterEyeDistance": 40.0}, Outcome.FAIL, None),
        ({"BackgroundLightness": 75.0}, Outcome.PASS, None),
        ({"CompressionArtifacts": 2.4}, Outcome.REVIEW, None),
        ({"Sharpness": 5.0}, Outcome.FAIL, "Focus on the eyes and hold still"),
    ],
)
def test_icao_limits(raw, outcome, advice):
    findings = judge(components(**raw), load_profile("icao"))
    (name,) = raw
    about = [finding for finding in findings if finding.subject == name]
    assert outcome_of(findings) is outcome
    assert len(about) <= 1, "one finding a measure, the gravest"
    if advice is not None:
        assert about[0].advice is not None
        assert about[0].advice.en == advice
    for finding in about:
        assert finding.clause
        assert finding.limit is not None


def test_indonesia_wants_white():
    raw = components(BackgroundLightness=75.0, BackgroundTint=20.0)
    assert subjects(judge(raw, load_profile("icao")), Severity.REVIEW) == []
    assert subjects(judge(raw, load_profile("indonesia")), Severity.REVIEW) == [
        "BackgroundLightness",
        "BackgroundTint",
    ]


def test_ofiq_judges_scalars_and_fails_nothing():
    findings = judge(components(EyesOpen=0.0, HeadPoseYaw=80.0), load_profile("ofiq"))
    assert subjects(findings, Severity.FAIL) == []
    assert {"EyesOpen", "HeadPoseYaw", "MarginBelowOfTheFaceImage"} <= set(
        subjects(findings, Severity.REVIEW)
    )


def test_the_gravest_comes_first():
    findings = judge(
        components(HeadHeight=0.6, BackgroundUniformity=90.0, MouthClosed=0.3, EyesOpen=0.0),
        load_profile("icao"),
    )
    assert [finding.subject for finding in findings][:4] == [
        "EyesOpen",
        "MouthClosed",
        "BackgroundUniformity",
        "HeadHeight",
    ]


def test_what_a_rule_needs_and_nobody_measured_is_a_review():
    findings = judge(components(BackgroundUniformity=None), load_profile("icao"))
    assert findings[0].code == "portrait.not_assessed"
    assert findings[0].subject == "BackgroundUniformity"
    assert outcome_of(findings) is Outcome.REVIEW


def test_a_profile_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(f'version = "1"{RULE}')
    profile = load_profile(path)
    assert profile.name == "mine"
    (rule,) = profile.rules
    assert [rule.broken(value) for value in (-7.5, -7, 7, 7.5)] == [-5, None, None, 5]


def test_extending_replaces_rules_of_the_same_measure_and_severity(tmp_path):
    (tmp_path / "base.toml").write_text(RULE + RULE.replace("HeadPoseYaw", "HeadPoseRoll"))
    child = tmp_path / "child.toml"
    child.write_text('extends = "base"\n' + RULE.replace("max = 5", "max = 9"))
    rules = load_profile(child).rules
    assert [(rule.measure, rule.most) for rule in rules] == [
        ("HeadPoseYaw", 9),
        ("HeadPoseRoll", 5),
    ]


def test_digest_follows_the_base(tmp_path):
    digests = []
    for tolerance in (1, 2):
        folder = tmp_path / str(tolerance)
        folder.mkdir()
        (folder / "base.toml").write_text(RULE.replace("tolerance = 2", f"tolerance = {tolerance}"))
        (folder / "child.toml").write_text('extends = "base"\n')
        digests.append(load_profile(folder / "child.toml").digest)
    assert digests[0] != digests[1]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("rules = [", "Invalid"),
        ('version = "1"', "no [[rules]]"),
        (RULE.replace("HeadPoseYaw", "HeadPoseYawn"), "unknown measure 'HeadPoseYawn'"),
        (RULE.replace('"review"', '"perhaps"'), "severity must be one of"),
        (RULE.replace("min = -5\nmax = 5\n", ""), "neither min nor max"),
        (RULE.replace('clause = "a clause"', ""), "no clause"),
        (RULE.replace("max = 5", 'max = "five"'), "max must be a number"),
        (RULE.replace("max = 5", "max = true"), "max must be a number"),
        (RULE + "maximum = 3\n", "unknown key 'maximum'"),
        (RULE + 'value = "vector"\n', "value must be"),
        (RULE.replace("HeadPoseYaw", "EyeLine") + 'value = "scalar"\n', "value must be"),
        ('by_eye = ["Shoes"]\n' + RULE, "unknown measure 'Shoes'"),
        ('extends = "nobody"\n' + RULE, "cannot be read"),
        ('extends = "faulty"\n' + RULE, "must not extend another"),
    ],
)
def test_a_faulty_profile_is_refused_with_its_fault(tmp_path, text, part):
    path = tmp_path / "faulty.toml"
    path.write_text(text)
    with pytest.raises(PolicyError) as error:
        load_profile(path)
    assert part in error.value.message
    assert error.value.advice
    assert exit_status(error.value) == 7


def test_an_unknown_profile_names_the_known_ones():
    with pytest.raises(PolicyError) as error:
        load_profile("icoa")
    assert error.value.code == "policy.profile_missing"
    assert "icao, indonesia, ofiq" in error.value.advice


@pytest.mark.parametrize(
    ("name", "code"), [("HeadPoseYaw", "head_pose_yaw"), ("EyeLine", "eye_line")]
)
def test_codes_are_in_snake_case(name, code):
    assert snake(name) == code
