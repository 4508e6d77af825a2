"""Comparing faces: margins between persons, three answers, and what is said when it cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from capture.sample import Sample
from pipeline import load_policy, match_faces
from pipeline.errors import PolicyError
from pipeline.evidence import portrait_of
from pipeline.faces import match as matching
from pipeline.faces.calibrate import Material, calibrate
from pipeline.faces.calibration import model_digests
from pipeline.faces.calibration_file import save
from pipeline.faces.collect import Collection
from pipeline.faces.comparisons import Faces
from pipeline.faces.match import FaceMatch, describe_face
from pipeline.faces.normalise import load_cohort, write_cohort
from pipeline.faces.quality import FaceQuality
from pipeline.findings import Severity
from pipeline.policy import Policy
from pipeline.portrait.locate import locate_face

FOLDER = Path(__file__).parent.parent / "fixtures" / "applications"
BLANK = np.full((400, 300, 3), 240, np.uint8)


def _with(**limits: Any) -> Policy:
    policy = load_policy()
    faces = {**policy.section("faces"), **limits}
    return replace(policy, sections={**policy.sections, "faces": faces})


def _match(one: str, other: str, policy: Policy | None = None) -> FaceMatch:
    return match_faces(FOLDER / one, FOLDER / other, policy)


@pytest.mark.parametrize("case", ["pass", "review"])
@pytest.mark.parametrize("paper", ["passport.jpg", "ktp.jpg"])
def test_the_holder_of_a_paper_beats_every_stranger(case: str, paper: str) -> None:
    own = _match(f"{case}/portrait.jpg", f"{case}/{paper}")
    strangers = [
        _match(f"{other}/portrait.jpg", f"{case}/{paper}")
        for other in ("pass", "review", "fail")
        if other != case
    ]
    assert own.decision == "match"
    assert own.score is not None
    assert all(own.score > (stranger.score or 0) + 0.02 for stranger in strangers)
    # Equal where both are beyond what the data can bound: rendered people resemble each other.
    assert all((own.fmr or 0) <= (stranger.fmr or 1) for stranger in strangers)


def test_the_case_made_to_fail_fails_for_its_face() -> None:
    comparison = _match("fail/portrait.jpg", "fail/passport.jpg")
    assert comparison.decision == "no_match"
    assert [finding.code for finding in comparison.findings] == ["face.no_match"]
    assert comparison.findings[0].severity is Severity.FAIL


def test_comparing_is_symmetric() -> None:
    there = _match("pass/portrait.jpg", "pass/passport.jpg").score
    back = _match("pass/passport.jpg", "pass/portrait.jpg").score
    assert there == pytest.approx(back, abs=1e-6)


def test_a_picture_equals_itself_and_its_mirror_image() -> None:
    image = Sample.from_file(FOLDER / "pass" / "portrait.jpg").image
    assert match_faces(image, image).score == pytest.approx(1, abs=1e-5)
    mirrored = match_faces(image, np.ascontiguousarray(image[:, ::-1])).score
    assert mirrored is not None
    assert mirrored > 0.99


@pytest.mark.parametrize(
    ("probe", "reference", "missing"),
    [
        (BLANK, FOLDER / "pass" / "portrait.jpg", ["probe"]),
        (FOLDER / "pass" / "portrait.jpg", BLANK, ["reference"]),
        (BLANK, BLANK, ["probe", "reference"]),
    ],
)
def test_a_picture_without_a_face_is_for_review(
    probe: Any, reference: Any, missing: list[str]
) -> None:
    comparison = match_faces(probe, reference)
    assert (comparison.score, comparison.fmr, comparison.decision) == (None, None, "review")
    assert [finding.subject for finding in comparison.findings] == missing
    assert {finding.code for finding in comparison.findings} == {"face.not_found"}
    assert all(finding.severity is Severity.REVIEW for finding in comparison.findings)
    assert comparison.to_dict()["score"] is None


def test_a_small_face_is_no_match_however_alike() -> None:
    image = Sample.from_file(FOLDER / "pass" / "portrait.jpg").image
    small = cv2.resize(image, None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA)
    comparison = match_faces(image, small)
    assert comparison.decision == "review"
    finding = comparison.findings[0]
    assert (finding.code, finding.subject) == ("face.too_small", "reference")
    assert isinstance(finding.value, float)
    assert isinstance(finding.limit, float)
    assert finding.value < finding.limit == load_policy().number("faces", "min_inter_eye_distance")


@pytest.mark.parametrize(
    ("limits", "decision", "codes"),
    [
        ({"match_fmr": 1e-4, "review_fmr": 1e-2}, "no_match", ["face.no_match"]),
        ({"match_fmr": 1e-4, "review_fmr": 0.9}, "review", ["face.uncertain"]),
        ({"match_fmr": 0.9, "review_fmr": 0.9}, "match", []),
    ],
)
def test_the_policy_decides_not_the_code(
    limits: dict[str, float], decision: str, codes: list[str]
) -> None:
    comparison = _match("fail/portrait.jpg", "fail/passport.jpg", _with(**limits))
    assert comparison.decision == decision
    assert [finding.code for finding in comparison.findings] == codes


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"match_fmr": 1e-2, "review_fmr": 1e-4}, "policy.fmr_order"),
        ({"match_fmr": 1e-9}, "policy.fmr_not_measured"),
        ({"calibration": "none-such"}, "policy.calibration_missing"),
        ({"match_fmr": "low"}, "policy.limit_missing"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(limits: dict[str, Any], code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        _match("pass/portrait.jpg", "pass/passport.jpg", _with(**limits))
    assert caught.value.code == code


def test_a_wrong_policy_is_refused_before_any_face_is_looked_for() -> None:
    with pytest.raises(PolicyError):
        match_faces(BLANK, BLANK, _with(match_fmr=1e-9))


def test_faces_that_were_located_before_are_not_located_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = Sample.from_file(FOLDER / "pass" / "portrait.jpg")
    portrait, face = portrait_of(sample), locate_face(sample.image)
    expected = match_faces(portrait, portrait).score
    monkeypatch.setattr(matching, "locate_face", lambda image: pytest.fail("located again"))
    comparison = match_faces(portrait, portrait, probe_face=face, reference_face=face)
    assert comparison.score == pytest.approx(expected, abs=1e-6)
    assert comparison.probe == "portrait.jpg"


def test_names_are_the_files_or_what_the_caller_says() -> None:
    data = (FOLDER / "pass" / "portrait.jpg").read_bytes()
    assert (match_faces(data, data).probe, match_faces(data, data).reference) == (
        "probe",
        "reference",
    )
    assert match_faces(data, data, names=("live", "chip")).reference == "chip"


def test_a_comparison_is_ready_for_json() -> None:
    import json

    entry = _match("pass/portrait.jpg", "pass/passport.jpg").to_dict()
    assert set(entry) == {
        "probe", "reference", "score", "decision", "fmr", "findings", "regime", "fmr_interval",
        "fnmr", "llr", "limits", "strata", "quality", "pad",
    }  # fmt: skip
    assert entry["pad"]["status"] == "not_assessed"
    low, high = entry["fmr_interval"]
    assert low <= entry["fmr"] <= high
    assert entry["limits"]["review"] < entry["limits"]["match"] < entry["score"]
    assert entry["quality"]["probe"]["occlusion"] == "not_assessed"
    assert json.loads(json.dumps(entry)) == entry


def _cohort_policy(folder: Path) -> Policy:
    """The policy with a cohort of strangers and a calibration of scores normalised by it."""
    chance = np.random.default_rng(3)
    mean = describe_face(FOLDER / "review" / "portrait.jpg")
    assert mean is not None
    raw = mean.template + 0.05 * chance.normal(size=(300, 128))
    people = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    write_cohort(folder / "cohort.npz", people[:100], model_digests())
    cohort = load_cohort(folder / "cohort.npz")
    persons = np.repeat(np.arange(100), 2)
    faces = Faces(people[100:], persons, np.arange(200))
    quality = FaceQuality(60, 0.04, 120, 120, 60, 0, 0)
    names = tuple(f"p{person}/{n}.jpg" for n, person in enumerate(persons))
    found = Collection(faces, names, (quality,) * 200, (), ())
    save(folder / "office.json", calibrate(Material(found, cohort=cohort), "made up"))
    office = str(folder / "office.json")
    regimes = {f"calibration_{regime}": office for regime in ("document", "document_grey", "chip")}
    limits = {"match_fmr": 0.05, "review_fmr": 0.5, "calibration": office, **regimes}
    return _with(cohort=str(folder / "cohort.npz"), **limits)


def test_a_cohort_normalises_scores(tmp_path: Path) -> None:
    policy = _cohort_policy(tmp_path)
    own = match_faces(FOLDER / "pass/portrait.jpg", FOLDER / "pass/passport.jpg", policy)
    other = match_faces(FOLDER / "pass/portrait.jpg", FOLDER / "review/passport.jpg", policy)
    assert own.score is not None
    assert other.score is not None
    assert own.score > 1 > other.score - 5, "standard deviations, no cosines"
    assert own.score > other.score


@pytest.mark.parametrize("missing", ["cohort", "calibration"])
def test_a_cohort_without_its_calibration_is_refused(tmp_path: Path, missing: str) -> None:
    policy = _cohort_policy(tmp_path)
    faces = dict(policy.section("faces"))
    faces[missing] = load_policy().section("faces")["calibration"] if missing != "cohort" else None
    policy = replace(policy, sections={**policy.sections, "faces": faces})
    with pytest.raises(PolicyError) as caught:
        match_faces(BLANK, BLANK, policy)
    assert caught.value.code == "policy.cohort_calibration"
