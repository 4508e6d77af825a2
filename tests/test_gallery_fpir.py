"""FPIR: the threshold grows with the gallery, and what the data cannot support is refused."""

from __future__ import annotations

import importlib
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gallery_specimens import look, make, quick_disk, templates

from pipeline.errors import PolicyError
from pipeline.faces.calibration import Calibration, Stratum
from pipeline.faces.gallery import Filter, Question, Record, identify
from pipeline.faces.gallery.fpir import fpir_at, threshold_for
from pipeline.faces.match import DescribedFace
from pipeline.faces.rates import ErrorTable
from pipeline.policy import load_policy

identifying = importlib.import_module("pipeline.faces.gallery.identify")


@pytest.fixture
def calibration() -> Calibration:
    """A million impostors: each 0.01 of score from 0.7 to 0.95 leaves 0.65 of them."""
    errors = [round(1e6 * 0.65**step) for step in range(26)]
    scores = [0.7 + 0.01 * step for step in range(26)]
    return Calibration("made", "made", 1_000_000, tuple(scores), tuple(errors), {})


@pytest.fixture(autouse=True)
def _means_that(calibration: Calibration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifying, "gallery_calibration", lambda _policy: calibration)
    quick_disk(monkeypatch)


@pytest.mark.parametrize("entries", [1, 10, 100])
@pytest.mark.parametrize("fpir", [0.05, 0.5])
def test_the_threshold_gives_the_rate(calibration: Calibration, fpir: float, entries: int) -> None:
    score = threshold_for(calibration, fpir, entries)
    assert 1 - (1 - calibration.fmr(score)) ** entries == pytest.approx(fpir, rel=0.02)
    told = fpir_at(calibration, score, entries)
    assert told.value == pytest.approx(fpir, rel=0.02)
    assert 0 <= told.low <= told.value <= told.high <= 1


def test_the_threshold_grows_with_the_gallery(calibration: Calibration) -> None:
    scores = [threshold_for(calibration, 0.1, entries) for entries in (1, 10, 100, 1000)]
    assert scores == sorted(set(scores))


def test_what_the_data_cannot_support_is_refused(calibration: Calibration) -> None:
    with pytest.raises(PolicyError) as caught:
        threshold_for(calibration, 0.01, 1_000_000)
    assert caught.value.code == "policy.fpir_not_measured"
    assert "95 % interval" in caught.value.message
    assert "1,000,000" in caught.value.message
    assert "Calibrate on at least" in caught.value.advice


def test_the_refusal_begins_where_the_data_end(calibration: Calibration) -> None:
    least = calibration.least_fmr
    entries = 50
    possible = 1 - (1 - least * 1.01) ** entries
    threshold_for(calibration, possible, entries)
    with pytest.raises(PolicyError):
        threshold_for(calibration, 1 - (1 - least * 0.99) ** entries, entries)


@pytest.mark.parametrize("fpir", [0.0, 1.0, -0.1, math.nan])
def test_what_is_no_rate_is_refused(calibration: Calibration, fpir: float) -> None:
    with pytest.raises(PolicyError) as caught:
        threshold_for(calibration, fpir, 10)
    assert caught.value.code == "policy.fpir"


def test_no_fpir_below_what_the_comparisons_bound(calibration: Calibration) -> None:
    assert fpir_at(calibration, 1.0, 1).value >= calibration.floor
    assert fpir_at(calibration, 1.0, 10**9).value == pytest.approx(1)


def test_a_poor_probe_needs_a_higher_score(calibration: Calibration) -> None:
    """Twice as many impostors reach each score where a face is blurred."""
    errors = tuple(min(1_000_000, 2 * count) for count in calibration.errors)
    table = ErrorTable(1_000_000, calibration.scores, errors)
    poor = replace(calibration, strata={"blurred": Stratum("sharpness", 1.0, "below", table)})
    higher = threshold_for(poor, 0.1, 100, ("blurred",))
    assert higher > threshold_for(poor, 0.1, 100)
    assert fpir_at(poor, higher, 100, ("blurred",)).value == pytest.approx(0.1, rel=0.02)
    assert fpir_at(poor, 0.85, 10, ("blurred",)).value > fpir_at(poor, 0.85, 10).value


def test_the_answer_says_what_it_rests_on(tmp_path: Path) -> None:
    rows = templates(30, 128)
    with make(tmp_path / "g", 128) as gallery:
        gallery.enrol_many([Record(f"n{n}", None, "F" if n % 2 else "M") for n in range(30)], rows)
    reader = look(tmp_path / "g")
    face = DescribedFace(rows[4], 90.0)
    question = Question(3, 0.05, Filter(sex="F"))
    line = identify(reader, "probe.jpg", face, load_policy(), question).to_dict()
    assert line["searched"] == 30
    assert line["filtered_out"] == 15
    assert line["fpir"] == 0.05
    assert [found["rank"] for found in line["candidates"]] == [1, 2, 3]
    assert line["outside_filter"][0]["id"] == "n4"
    assert line["outside_filter"][0]["hit"] is True
    assert [finding["code"] for finding in line["findings"]] == ["gallery.outside_filter"]
    assert not any(isinstance(value, np.ndarray) for value in line.values())


def test_without_an_fpir_nobody_is_a_hit(tmp_path: Path) -> None:
    rows = templates(5, 128)
    with make(tmp_path / "g", 128) as gallery:
        gallery.enrol_many([Record(f"n{n}") for n in range(5)], rows)
    answer = identify(
        look(tmp_path / "g"), "p", DescribedFace(rows[0], 90.0), load_policy(), Question(2)
    )
    assert answer.threshold is None
    assert [found.hit for found in answer.candidates] == [None, None]
    assert answer.candidates[0].fpir.value > 0


@pytest.mark.parametrize(
    ("face", "code", "candidates"),
    [
        pytest.param(None, "face.not_found", 0, id="no face"),
        pytest.param(DescribedFace(templates(1, 128)[0], 9.0), "face.too_small", 1, id="small"),
    ],
)
def test_poor_probes_are_findings(
    tmp_path: Path,
    face: DescribedFace | None,
    code: str,
    candidates: int,
) -> None:
    with make(tmp_path / "g", 128) as gallery:
        gallery.enrol(Record("a"), templates(1, 128)[0])
    answer = identify(look(tmp_path / "g"), "p", face, load_policy(), Question())
    assert [finding.code for finding in answer.findings] == [code]
    assert len(answer.candidates) == candidates
