"""Counting comparisons: tables, design effects and likelihood ratios against plain arithmetic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import PolicyError
from pipeline.faces.calibrate import Material, TooFewPictures, calibrate, promise
from pipeline.faces.calibration_file import parsed, save
from pipeline.faces.collect import Collection
from pipeline.faces.comparisons import AllPairs, Faces, ListedPairs
from pipeline.faces.groups import group_rates
from pipeline.faces.normalise import Cohort, load_cohort, normalised, write_cohort
from pipeline.faces.quality import FaceQuality
from pipeline.faces.strata import find_limit, measure_strata
from pipeline.faces.tally import histogram, likelihood_ratios, tabulate

GOOD = FaceQuality(60, 0.04, 120, 120, 60, 0, 0)


def _faces(people: int = 60, pictures: int = 4, spread: float = 0.5, seed: int = 2) -> Faces:
    chance = np.random.default_rng(seed)
    centres = np.repeat(chance.normal(size=(people, 12)), pictures, axis=0)
    raw = centres + spread * chance.normal(size=centres.shape)
    templates = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    return Faces(templates, np.repeat(np.arange(people), pictures), np.arange(len(raw)))


def _collection(faces: Faces) -> Collection:
    names = tuple(f"p{person}/{n}.jpg" for n, person in enumerate(faces.persons))
    return Collection(faces, names, (GOOD,) * len(names), (), ())


def _plain(faces: Faces) -> tuple[np.ndarray, np.ndarray]:
    """Genuine and impostor scores, by a loop that nobody can misread."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for one in range(len(faces.persons)):
        for other in range(one):
            same = bool(faces.persons[one] == faces.persons[other])
            found[same].append(float(faces.templates[one] @ faces.templates[other]))
    return np.array(found[True]), np.array(found[False])


def test_a_table_counts_every_comparison_once() -> None:
    faces = _faces()
    table, (genuine, impostor) = tabulate(AllPairs(faces)), _plain(faces)
    assert (table.genuine, table.impostors) == (len(genuine), len(impostor))
    for row in range(0, len(table.scores), 7):
        score = table.scores[row]
        assert table.errors[row] == pytest.approx((impostor >= score).sum(), abs=2)
        assert table.misses[row] == pytest.approx((genuine < score).sum(), abs=2)


def test_listed_pairs_are_the_pairs_of_the_list() -> None:
    faces = _faces(people=20)
    pairs = np.array([(n, n + 1) for n in range(79)])
    table = tabulate(ListedPairs(faces, pairs))
    assert table.genuine + table.impostors == 79
    assert table.genuine == 60


def test_two_versions_of_a_photograph_are_never_compared() -> None:
    faces = _faces(people=10)
    crossed = tabulate(AllPairs(faces, faces))
    assert crossed.genuine == 40 * 3
    assert crossed.impostors == 40 * 36


def test_a_person_in_many_pictures_makes_rates_vary_more() -> None:
    """One wolf who resembles everybody: counted as if comparisons were fewer."""
    calm = tabulate(AllPairs(_faces(pictures=2)))
    templates = _faces(pictures=2).templates.copy()
    templates[:40] += 0.8 * templates[0]
    templates /= np.linalg.norm(templates, axis=1, keepdims=True)
    wolves = tabulate(AllPairs(replace(_faces(pictures=2), templates=templates)))
    row = next(n for n, errors in enumerate(wolves.errors) if errors < 0.1 * wolves.impostors)
    assert wolves.error_design[row] > 1.5 * max(
        design
        for design, errors in zip(calm.error_design, calm.errors, strict=True)
        if errors < 0.1 * calm.impostors
    )


def test_likelihood_ratios_rise_and_are_bounded() -> None:
    comparisons = AllPairs(_faces())
    counted = histogram(comparisons)
    table = tabulate(comparisons, counted)
    knots = likelihood_ratios(counted, table)
    values = [ratio for _, ratio in knots]
    assert values == sorted(values)
    assert values[0] < 0 < values[-1]
    assert values[-1] <= np.log(table.impostors / 3) + 1e-3
    assert likelihood_ratios(counted, replace(table, genuine=0)) == ()


def test_normalising_takes_off_what_strangers_reach() -> None:
    """A face that is near to everybody loses its advantage."""
    cohort = Cohort(_faces(people=80, pictures=1, seed=9).templates, {}, "toy")
    faces = _faces(people=30)
    spread = cohort.spread(faces.templates)
    scores = faces.templates @ faces.templates.T
    found = normalised(scores, spread, spread)
    assert found[3, 7] == pytest.approx(cohort.score(faces.templates[3], faces.templates[7]), 1e-4)
    assert np.allclose(found, found.T, atol=1e-4)
    table = tabulate(AllPairs(faces, cohort=cohort))
    assert table.impostors == tabulate(AllPairs(faces)).impostors


def test_a_cohort_is_kept_without_names(tmp_path: Path) -> None:
    templates = _faces(people=60, pictures=1).templates
    write_cohort(tmp_path / "c.npz", templates, {"net": "1"})
    cohort = load_cohort(tmp_path / "c.npz")
    assert sorted(np.round(cohort.templates[:, 0], 2)) == pytest.approx(
        sorted(np.round(templates[:, 0], 2)), abs=0.02
    )
    with pytest.raises(PolicyError) as caught:
        cohort.fitting(("dlib-resnet-int8",))
    assert caught.value.code == "policy.cohort_models"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(None, "policy.cohort_missing", id="no file"),
        pytest.param(b"no archive", "policy.cohort_malformed", id="text"),
    ],
)
def test_a_cohort_that_is_none_is_refused(tmp_path: Path, data: bytes | None, code: str) -> None:
    path = tmp_path / "c.npz"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(PolicyError) as caught:
        load_cohort(path)
    assert caught.value.code == code


def test_few_people_make_no_cohort(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        write_cohort(tmp_path / "c.npz", _faces(people=20, pictures=1).templates, {})
    assert caught.value.code == "policy.cohort_small"


def test_a_calibration_survives_its_file(tmp_path: Path) -> None:
    table = calibrate(Material(_collection(_faces())), "made up")
    save(tmp_path / "toy.json", table)
    text = (tmp_path / "toy.json").read_text()
    assert max(len(line) for line in text.splitlines()) < 200
    import json

    again = parsed("toy", json.loads(text))
    assert again == parsed("toy", table)
    assert again.persons == 60


@pytest.mark.parametrize(
    ("people", "pictures"),
    [pytest.param(19, 10, id="too few persons"), pytest.param(20, 1, id="too few comparisons")],
)
def test_too_little_is_refused(people: int, pictures: int) -> None:
    with pytest.raises(TooFewPictures):
        calibrate(Material(_collection(_faces(people, pictures))), "made up")


def test_nothing_is_promised_that_the_data_cannot_carry() -> None:
    calibration = parsed("toy", calibrate(Material(_collection(_faces())), "made up"))
    kept, refused = promise(calibration, 0.05), promise(calibration, 1e-6)
    assert kept.refusal is None
    assert kept.fmr_interval is not None
    assert kept.fmr_interval[0] < 0.05 < kept.fmr_interval[1]
    assert refused.score is None
    assert "60 persons" in str(refused.refusal)


def test_a_group_that_is_confused_more_often_is_told() -> None:
    """Half the people lie close together."""
    faces = _faces(people=80)
    templates = faces.templates.copy()
    templates[:160] += 0.7
    templates /= np.linalg.norm(templates, axis=1, keepdims=True)
    material = Material(_collection(replace(faces, templates=templates)))
    calibration = parsed("toy", calibrate(material, "made up"))
    groups = {f"p{n}": "near" if n < 40 else "far" for n in range(79)} | {"p79": "alone"}
    rows = {row.group: row for row in group_rates(material, calibration, groups, (0.1,))}
    assert "fmr" in rows["near"].differs
    assert rows["near"].fmr is not None
    assert rows["near"].fmr.value > 0.1
    assert rows["alone"].fmr is None
    assert rows["near"].to_dict()["persons"] == 40


def test_strata_are_measured_only_where_there_is_enough() -> None:
    faces = _faces()
    poor = replace(GOOD, sharpness=0.01)
    qualities = [poor if person < 20 else GOOD for person in faces.persons]
    limits = {
        "blurred": ("sharpness", 0.02, "below"),
        "flat": ("contrast", 10.0, "below"),
    }
    strata = measure_strata(AllPairs(faces), (qualities, qualities), limits)
    assert set(strata) == {"blurred"}
    assert strata["blurred"].table.genuine == 20 * 6


@pytest.mark.parametrize(
    ("poor_is", "missed_below", "limit"),
    [
        pytest.param("below", 0.3, pytest.approx(0.3, abs=0.05), id="the worst three tenths"),
        pytest.param("above", 0.3, None, id="looked for on the wrong side"),
    ],
)
def test_a_limit_is_found_where_misses_begin(
    poor_is: str, missed_below: float, limit: object
) -> None:
    values = np.linspace(0, 1, 1000)
    found = find_limit(values, values < missed_below, poor_is, share=1.2, parts=10)
    assert found == limit
