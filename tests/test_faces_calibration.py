"""Calibrations: scores to false match rates, and refusal to claim what was not measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from pipeline.errors import PolicyError
from pipeline.faces.calibration import Calibration, load_calibration, model_digests
from pipeline.faces.interval import interval

TABLE = Calibration(
    "toy", "made up", 1_000_000, (0.0, 0.5, 0.7, 0.9), (1_000_000, 10_000, 1_000, 1), {}
)


@pytest.mark.parametrize(
    ("score", "fmr", "why"),
    [
        (-1.0, 1.0, "below everything that was seen"),
        (0.0, 1.0, "the first row"),
        (0.5, 1e-2, "a row"),
        (0.6, 10**-2.5, "halfway between two rows in the logarithm"),
        (0.7, 1e-3, "a row"),
        (0.9, 3e-6, "the last row: one error of a million bounds no smaller rate (rule of 3)"),
        (0.95, 3e-6, "above everything that was seen: rule of 3"),
    ],
)
def test_fmr_of_a_score(score: float, fmr: float, why: str) -> None:
    assert TABLE.fmr(score) == pytest.approx(fmr), why


@settings(deadline=None)  # a busy machine is no fault
@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_higher_score_never_has_a_higher_fmr(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert TABLE.fmr(high) <= TABLE.fmr(low)


@settings(deadline=None)  # a busy machine is no fault
@given(st.floats(3e-5, 0.999))
def test_threshold_and_fmr_undo_each_other(fmr: float) -> None:
    threshold = TABLE.threshold(fmr)
    assert TABLE.fmr(threshold) <= fmr
    assert TABLE.fmr(threshold - 1e-4) >= fmr * 0.999


@pytest.mark.parametrize("fmr", [1e-6, 2.9e-5, 0.0, -1.0, 1.5])
def test_a_rate_that_the_data_cannot_carry_is_refused(fmr: float) -> None:
    """ISO/IEC 19795-1's rule of 30: a million comparisons carry 3e-5, not 1e-6."""
    with pytest.raises(PolicyError) as caught:
        TABLE.threshold(fmr)
    assert caught.value.code == "policy.fmr_not_measured"


def test_a_rate_has_its_interval() -> None:
    rate = TABLE.rate(0.7)
    assert rate.low < rate.value < rate.high
    assert TABLE.rate(0.99).low == 0


@pytest.mark.parametrize(
    ("errors", "trials"), [(0, 10), (0, 1_250_180), (1, 50), (3, 100), (125, 1_250_180), (7, 7)]
)
def test_the_interval_equals_the_beta_quantiles(errors: int, trials: int) -> None:
    low, high = interval(errors, trials)
    assert low == pytest.approx(beta.ppf(0.025, errors, trials - errors + 1) if errors else 0)
    assert high == pytest.approx(
        beta.ppf(0.975, errors + 1, trials - errors) if errors < trials else 1
    )


def test_no_error_in_n_is_the_rule_of_three() -> None:
    assert interval(0, 1000, confidence=0.90)[1] == pytest.approx(3 / 1000, rel=0.01)


@pytest.mark.parametrize(("errors", "trials"), [(-1, 10), (11, 10), (0, 0)])
def test_impossible_counts_are_refused(errors: int, trials: int) -> None:
    with pytest.raises(ValueError, match="errors in"):
        interval(errors, trials)


def test_the_shipped_calibration_fits_the_shipped_models() -> None:
    calibration = load_calibration("dlib-resnet-mesh-lfw")
    assert calibration.impostors > 1_000_000
    assert calibration.least_fmr < 1e-4
    assert 0.8 < calibration.threshold(1e-2) < calibration.threshold(1e-4) < 1


def _written(folder: Path, **changes: Any) -> Path:
    table = {
        "data": "made up",
        "impostors": 100,
        "models": model_digests(),
        "table": [
            {"score": 0.1, "impostors_at_or_above": 100},
            {"score": 0.9, "impostors_at_or_above": 1},
        ],
    } | changes
    path = folder / "office.json"
    path.write_text(json.dumps(table))
    return path


def test_an_office_can_bring_its_own(tmp_path: Path) -> None:
    calibration = load_calibration(_written(tmp_path))
    assert (calibration.name, calibration.fmr(0.9)) == ("office", 0.03)


@pytest.mark.parametrize("model", ["face_mesh", "dlib_resnet", "mesh_to_dlib"])
def test_a_calibration_of_other_models_is_refused(tmp_path: Path, model: str) -> None:
    path = _written(tmp_path, models=model_digests() | {model: "0" * 64})
    with pytest.raises(PolicyError, match=model) as caught:
        load_calibration(path)
    assert caught.value.code == "policy.calibration_models"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"table": []}, id="no rows"),
        pytest.param({"impostors": "many"}, id="a count that is none"),
        pytest.param({"models": None}, id="no models"),
        pytest.param(
            {
                "table": [
                    {"score": 0.1, "impostors_at_or_above": 1},
                    {"score": 0.9, "impostors_at_or_above": 2},
                ]
            },
            id="errors that rise with the score",
        ),
        pytest.param(
            {
                "table": [
                    {"score": 0.9, "impostors_at_or_above": 2},
                    {"score": 0.1, "impostors_at_or_above": 1},
                ]
            },
            id="scores that fall",
        ),
    ],
)
def test_a_malformed_calibration_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(PolicyError) as caught:
        load_calibration(_written(tmp_path, **changes))
    assert caught.value.code == "policy.calibration_malformed"


def test_a_missing_calibration_lists_the_known_ones() -> None:
    with pytest.raises(PolicyError) as caught:
        load_calibration("none-such")
    assert caught.value.code == "policy.calibration_missing"
    assert "dlib-resnet-mesh-lfw" in caught.value.advice
