"""How the error rates and the alignment were measured: the code behind the published figures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.accuracy import faces as measuring
from benchmarks.accuracy.faces import Pair, compare, equal_error_rate, threshold_at, within
from models.faces import chips
from models.faces.alignment import MeshMap, load_map, mean_shape, similarity
from models.training.alignment.__main__ import _error, _fit
from pipeline.faces.calibration import load_calibration


@pytest.mark.parametrize(
    ("genuine", "impostor", "rate"),
    [
        pytest.param([0.8, 0.9], [0.1, 0.2], 0.0, id="apart"),
        pytest.param([0.1, 0.2], [0.8, 0.9], 1.0, id="the wrong way round"),
        pytest.param([0.3, 0.7, 0.8, 0.9], [0.1, 0.2, 0.4, 0.6], 0.25, id="one of four each"),
    ],
)
def test_equal_error_rate(genuine: list[float], impostor: list[float], rate: float) -> None:
    found = equal_error_rate(np.array(genuine), np.array(impostor))
    assert found == pytest.approx(rate, abs=0.13)


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.lists(st.integers(0, 1000), min_size=5, max_size=200), st.sampled_from([0.5, 0.1, 0.01, 0.0])
)
def test_at_most_the_rate_reaches_the_threshold(values: list[int], rate: float) -> None:
    impostor = np.sort(np.array(values) / 1000)
    threshold = threshold_at(impostor, rate)
    assert (impostor >= threshold).mean() <= rate


def _toy_templates() -> tuple[list[Pair], dict[str, np.ndarray]]:
    """Forty persons with three pictures each, drawn round a centre of their own."""
    chance = np.random.default_rng(2)
    templates = {}
    for person in range(40):
        centre = chance.normal(size=16)
        for picture in range(3):
            raw = centre + 0.3 * chance.normal(size=16)
            templates[f"p{person}/{picture}.jpg"] = raw / np.linalg.norm(raw)
    pairs = [Pair(f"p{n}/0.jpg", f"p{n}/1.jpg", True, 1) for n in range(40)]
    pairs += [Pair(f"p{n}/2.jpg", f"p{(n + 1) % 40}/2.jpg", False, 1) for n in range(40)]
    return pairs, templates


def test_all_pairs_are_counted_once() -> None:
    scores = compare(*_toy_templates())
    assert (len(scores.genuine), len(scores.impostor)) == (40 * 3, 120 * 119 // 2 - 40 * 3)
    assert (len(scores.official_genuine), len(scores.official_impostor)) == (40, 40)
    figures = within(scores)
    assert figures["eer_official"] < 0.1
    low, high = figures["operating_points"][0]["fmr_interval_persons"]
    assert low <= figures["operating_points"][0]["fmr"] <= high


def test_pictures_without_a_face_are_left_out() -> None:
    pairs, templates = _toy_templates()
    del templates["p0/0.jpg"]
    assert len(compare(pairs, templates).official_genuine) == 39


def test_a_written_calibration_says_what_was_measured(tmp_path: Path) -> None:
    scores = compare(*_toy_templates())
    measuring.write_calibration(tmp_path / "toy.json", scores, (1,))
    calibration = load_calibration(tmp_path / "toy.json")
    assert calibration.impostors == len(scores.impostor)
    for rate in (0.5, 0.1, 0.01):
        threshold = calibration.threshold(rate)
        assert (scores.impostor >= threshold).mean() == pytest.approx(rate, rel=0.2)
    assert json.loads((tmp_path / "toy.json").read_text())["persons"] == 40


def test_the_fit_finds_a_linear_map() -> None:
    """Meshes whose five points are a known linear function of them, seen at any turn and scale."""
    chance = np.random.default_rng(4)
    truth: MeshMap = load_map()
    meshes, fives = [], []
    for _ in range(1500):
        drawn = truth.template + chance.normal(0, 3, truth.template.shape)
        mesh = chips.apply(similarity(drawn, truth.template), drawn)
        five = truth.mean_five + (mesh.ravel() - truth.mean_mesh) @ truth.weights
        view = chips.square(chance.uniform(100, 900, 2), 400, chance.uniform(-1, 1), 300)
        meshes.append(chips.apply(view, mesh))
        fives.append(chips.apply(view, five.reshape(5, 2)))
    table = _fit(np.array(meshes[:1400]), np.array(fives[:1400]))
    held_out = np.array(meshes[1400:]), np.array(fives[1400:])
    blind = {**table, "weights": np.zeros_like(table["weights"]).tolist()}
    assert _error(table, *held_out) < 0.3 * _error(blind, *held_out)
    assert np.abs(np.array(table["mean_five"]).reshape(5, 2) - mean_shape()).max() < 3
