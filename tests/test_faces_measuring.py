"""How the error rates and the alignment were measured: the code behind the published figures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.accuracy._face_conditions import Condition, on_chip, printed, worsened
from benchmarks.accuracy._face_data import Pair, folds
from benchmarks.accuracy.faces import (
    eer_interval,
    equal_error_rate,
    official_pairs,
    threshold_at,
    within,
)
from capture.sample import Sample
from models.faces import chips
from models.faces.alignment import MeshMap, load_map, mean_shape, similarity
from models.training.alignment.__main__ import _error, _fit
from pipeline.faces.collect import Collection, subset
from pipeline.faces.comparisons import AllPairs, Faces
from pipeline.faces.quality import FaceQuality
from pipeline.faces.tally import tabulate
from pipeline.portrait.locate import locate_face

PEOPLE = Path(__file__).parent.parent / "fixtures" / "gold" / "people"


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


def _toy(people: int = 40, pictures: int = 3) -> Collection:
    """Persons with pictures each, drawn round a centre of their own."""
    chance = np.random.default_rng(2)
    centres = np.repeat(chance.normal(size=(people, 16)), pictures, axis=0)
    raw = centres + 0.3 * chance.normal(size=centres.shape)
    templates = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    names = tuple(f"p{n // pictures}/{n % pictures}.jpg" for n in range(len(raw)))
    quality = FaceQuality(60, 0.04, 120, 120, 60, 0, 0)
    persons = np.repeat(np.arange(people), pictures)
    faces = Faces(templates, persons, np.arange(len(raw)))
    return Collection(faces, names, (quality,) * len(raw), (), ())


def _pairs(people: int = 40) -> list[Pair]:
    pairs = [Pair(f"p{n}/0.jpg", f"p{n}/1.jpg", True, 1 + n % 2) for n in range(people)]
    return pairs + [
        Pair(f"p{n}/2.jpg", f"p{(n + 2) % people}/2.jpg", False, 1 + n % 2) for n in range(people)
    ]


def test_all_pairs_are_counted_once() -> None:
    row = within(_toy())[0]
    assert (row["genuine"], row["impostors"]) == (40 * 3, 120 * 119 // 2 - 40 * 3)
    for rate in ("fmr", "fnmr"):
        low, high = row[f"{rate}_interval_persons"]
        assert low <= row[rate] <= high


def test_pictures_without_a_face_leave_pairs_without_a_score() -> None:
    toy = _toy()
    official = official_pairs(subset(toy, np.arange(120) != 0), _pairs())
    assert official.without_score == 1
    assert len(official.scores) == 79
    low, high = eer_interval(official)
    assert low <= official.eer <= high


def test_the_design_effect_agrees_with_the_bootstrap_over_persons() -> None:
    """Two ways to know how much rates vary from person to person."""
    toy = _toy(people=150)
    row = within(toy)[0]
    table = tabulate(AllPairs(toy.faces))
    rate = table.rate(row["threshold"])
    low, high = row["fmr_interval_persons"]
    assert (rate.high - rate.low) / (high - low) == pytest.approx(1, abs=0.35)
    assert rate.value == pytest.approx(row["fmr"], rel=0.05)


def test_folds_are_told_by_their_persons() -> None:
    assert set(folds(_toy(), _pairs())[:3]) == {1}
    assert set(folds(_toy(), _pairs())[3:6]) == {2}


@pytest.mark.parametrize("change", [printed, on_chip, worsened])
def test_conditions_change_a_picture_and_leave_a_face(change: Condition) -> None:
    portrait = Sample.from_file(PEOPLE / "214_studio.jpg").image
    small = cv2.resize(portrait, (250, 322), interpolation=cv2.INTER_AREA).astype(np.uint8)
    one, again = (change(small, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, again), "the same chance gives the same picture"
    assert one.dtype == np.uint8
    assert locate_face(one) is not None


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
