"""Calibrations: scores to false match rates, and refusal to claim what was not measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from pipeline.errors import PolicyError
from pipeline.faces.calibration import (
    Calibration,
    Stratum,
    load_calibration,
    model_digests,
    preparation_digest,
)
from pipeline.faces.interval import clustered_interval, interval
from pipeline.faces.quality import FaceQuality
from pipeline.faces.rates import ErrorTable

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


def test_few_persons_carry_no_small_rate() -> None:
    """The same counts with a design effect of 100: 30 errors are no longer 30 persons' worth."""
    dependent = replace(TABLE, error_design=(100.0,) * 4)
    assert TABLE.least_fmr == pytest.approx(3e-5)
    assert dependent.least_fmr == pytest.approx(1e-3)
    assert dependent.floor == pytest.approx(100 * TABLE.floor)
    with pytest.raises(PolicyError):
        dependent.threshold(1e-4)


@given(st.integers(0, 200), st.floats(1, 50))
@settings(deadline=None)
def test_dependent_comparisons_say_less(errors: int, design: float) -> None:
    low, high = interval(errors, 1000)
    wider_low, wider_high = clustered_interval(errors, 1000, design)
    assert wider_low <= low + 1e-9
    assert wider_high >= high - 1e-9


def test_a_calibration_of_another_preparation_is_refused(tmp_path: Path) -> None:
    path = _written(tmp_path, preparation="0" * 64)
    with pytest.raises(PolicyError) as caught:
        load_calibration(path)
    assert caught.value.code == "policy.calibration_preparation"


def test_genuine_comparisons_give_misses_and_likelihood_ratios(tmp_path: Path) -> None:
    knots = [[0.2, -2.0], [0.8, 3.0]]
    calibration = load_calibration(_written(tmp_path, log_likelihood_ratios=knots))
    missed = calibration.fnmr(0.5)
    assert missed is not None
    assert missed.value == pytest.approx(0.2)
    assert missed.low < 0.2 < missed.high
    assert [calibration.llr(score) for score in (0.0, 0.5, 0.9)] == [-2.0, pytest.approx(0.5), 3.0]
    assert TABLE.llr(0.5) is None
    assert TABLE.fnmr(0.5) is None


def test_poor_quality_widens_the_zone_both_ways() -> None:
    table = ErrorTable(
        10_000, (0.1, 0.5, 0.95), (10_000, 1_000, 40), 100, (0, 30, 90), (1.0,) * 3, (1.0,) * 3
    )
    good = replace(TABLE, genuine=100, misses=(0, 1, 10, 50))
    poor = replace(good, strata={"blurred": Stratum("sharpness", 0.02, "below", table)})
    match, review = poor.grey_zone(1e-3, 1e-2)
    wider = poor.grey_zone(1e-3, 1e-2, ("blurred",))
    assert wider[0] > match
    assert wider[1] < review
    assert poor.rate_in(0.7, ("blurred",)).value > poor.rate(0.7).value
    quality = FaceQuality(60, 0.01, 100, 120, 40, 0, 0)
    assert poor.strata_of(quality, None) == ("blurred",)
    assert poor.strata_of(replace(quality, sharpness=0.05)) == ()


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
        "genuine": 10,
        "models": model_digests(),
        "preparation": preparation_digest(),
        "rows": [[0.1, 100, 1.0, 0, 1.0], [0.9, 1, 1.0, 4, 1.0]],
    } | changes
    path = folder / "office.json"
    path.write_text(json.dumps(table))
    return path


def test_an_office_can_bring_its_own(tmp_path: Path) -> None:
    calibration = load_calibration(_written(tmp_path))
    assert (calibration.name, calibration.fmr(0.9)) == ("office", 0.03)


@pytest.mark.parametrize("model", ["face_mesh", "dlib_resnet_int8", "mesh_to_dlib"])
def test_a_calibration_of_other_models_is_refused(tmp_path: Path, model: str) -> None:
    path = _written(tmp_path, models=model_digests() | {model: "0" * 64})
    with pytest.raises(PolicyError, match=model) as caught:
        load_calibration(path)
    assert caught.value.code == "policy.calibration_models"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"rows": []}, id="no rows"),
        pytest.param({"rows": [[0.1, 100, 1.0, 0], [0.9, 1, 1.0, 4]]}, id="rows of four"),
        pytest.param({"regime": "holiday"}, id="a regime that is none"),
        pytest.param(
            {"rows": [[0.1, 100, 0.5, 0, 1.0], [0.9, 1, 1.0, 4, 1.0]]}, id="a design effect below 1"
        ),
        pytest.param(
            {"rows": [[0.1, 100, 1.0, 4, 1.0], [0.9, 1, 1.0, 0, 1.0]]}, id="misses that fall"
        ),
        pytest.param(
            {"rows": [[0.1, 101, 1.0, 0, 1.0], [0.9, 1, 1.0, 4, 1.0]]}, id="more errors than trials"
        ),
        pytest.param({"impostors": "many"}, id="a count that is none"),
        pytest.param({"models": None}, id="no models"),
        pytest.param(
            {"rows": [[0.1, 1, 1.0, 0, 1.0], [0.9, 2, 1.0, 4, 1.0]]}, id="errors that rise"
        ),
        pytest.param(
            {"rows": [[0.9, 2, 1.0, 0, 1.0], [0.1, 1, 1.0, 4, 1.0]]}, id="scores that fall"
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
