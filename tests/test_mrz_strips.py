"""The drawn strips that the MRZ recogniser learns from, and the labels that it learns."""

from __future__ import annotations

import random

import numpy as np
import pytest

from models.training.mrz import evaluate as judging
from models.training.mrz.labels import COLUMNS, IGNORE, WIDTH, classes, labels
from models.training.mrz.legible import LEAST, clarity
from models.training.mrz.lines import ALPHABET, check_digit, line
from models.training.mrz.recipe import HELD_OUT_SEED, Phase, stream
from models.training.mrz.render import Renderer


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(11)


def runs(marks: np.ndarray) -> str:
    """The characters that ``marks`` tells apart."""
    starts = (marks > 0) & (marks != np.roll(marks, 1))
    return "".join(ALPHABET[mark - 1] for mark in marks[starts])


@pytest.mark.parametrize("pitch", [10.5, 12.3, 16, 24.9], ids=lambda pitch: f"{pitch} px")
def test_labels_name_every_whole_character_once_even_when_repeated(pitch: float):
    text = "00OOQ<<<<11"
    marks = labels(text, (COLUMNS - 20) / pitch, pitch)
    assert runs(marks) == text


def test_labels_leave_characters_cut_by_the_edge_open():
    marks = labels("A" * 60, (COLUMNS + 7.0) / 14, 14)  # the first character begins outside
    assert marks[0] == IGNORE
    assert set(marks) == {0, IGNORE, *classes("A")}


def test_labels_follow_a_bent_line():
    bend = 3 * np.sin(COLUMNS / 60)
    marks = labels("ABCDEFGHIJ", (COLUMNS - 10 + bend) / 16, 16)
    straight = labels("ABCDEFGHIJ", (COLUMNS - 10) / 16, 16)
    assert runs(marks) == runs(straight) == "ABCDEFGHIJ"
    assert (marks != straight).any()


@pytest.mark.parametrize("seed", range(3))
def test_every_line_has_the_alphabet_and_about_the_length_of_a_format(seed: int):
    rng = random.Random(seed)
    for _ in range(300):
        text = line(rng)
        assert 30 <= len(text) <= 46
        assert set(text) <= set(ALPHABET)


def test_check_digits_of_drawn_lines_follow_doc_9303():
    assert check_digit("L898902C3") == "6"  # the example of part 4
    assert check_digit("740812") == "2"


def test_a_seed_fixes_the_strips():
    first, second = Renderer(3).sample(), Renderer(3).sample()
    assert (first.strip == second.strip).all()
    assert (first.marks == second.marks).all()


def test_samples_are_strips_of_grey_with_a_class_per_frame(renderer: Renderer):
    kinds: set[str] = set()
    for _ in range(150):
        sample = renderer.sample()
        kinds |= sample.kinds
        assert sample.strip.shape == (32, WIDTH)
        assert sample.strip.dtype == np.uint8
        assert sample.marks.max() <= len(ALPHABET)
        assert ("no line" in sample.kinds) == (sample.marks == 0).all()
    assert {"below 8 px", "binarised", "motion", "ink over text", "no line"} <= kinds


def test_clarity_tells_hidden_print_from_shown_print():
    noise = np.random.default_rng(0)
    ink = np.repeat(noise.random((32, 64)) > 0.6, 8, axis=1).astype(np.float32)
    shown = (200 - 120 * ink).astype(np.uint8)
    rows = slice(6, 26)
    assert clarity(shown, ink, rows) > 0.95
    half = shown.copy()
    half[:, 256:] = 200
    assert clarity(half, ink, rows) < LEAST
    faint = (200 - 1.2 * ink).astype(np.uint8)
    assert clarity(faint, ink, rows) < LEAST
    assert clarity(noise.integers(0, 255, (32, 512)).astype(np.uint8), ink, rows) < LEAST


def test_no_training_stream_is_the_held_out_one():
    seeds = {stream(seed, worker, step) for seed in (0, 1, 7, 982_451_653)
             for worker in range(3) for step in range(0, 30_000, 997)}  # fmt: skip
    assert HELD_OUT_SEED not in seeds


def test_the_rate_warms_up_and_falls_to_a_hundredth():
    phase = Phase(minutes=10, peak=1e-3, warm_up=100)
    assert phase.rate(0, 0) == pytest.approx(1e-5)
    assert phase.rate(100, 0) == pytest.approx(1e-3)
    assert phase.rate(5000, 10) == pytest.approx(1e-5)


class Knowing:
    """A reader that answers the labels of the stream, but takes every O for 0."""

    alphabet = ALPHABET

    def __init__(self, seed: int) -> None:
        self.renderer = Renderer(seed)

    def read(self, strips: list[np.ndarray]) -> list[object]:
        return [self._answer(self.renderer.sample().marks) for _ in strips]

    def _answer(self, marks: np.ndarray) -> object:
        told = np.where(marks == classes("O")[0], classes("0")[0], np.maximum(marks, 0))
        logs = np.log(np.full((len(marks), len(ALPHABET) + 1), 1e-3))
        logs[np.arange(len(marks)), told] = np.log(0.963)
        return type("Scores", (), {"log_probabilities": logs})()


def test_evaluation_counts_what_a_reader_confuses():
    result = judging.evaluate(Knowing(5), 60, seed=5)
    whole = result.kinds["all with text"]
    assert set(result.confusions) == {"O>0"}
    assert whole.wrong == result.confusions["O>0"] > 0
    assert 0 < whole.wrong_strips < whole.strips
    assert result.kinds["no line"].wrong_strips == 0
    assert "O>0" in judging.report(result)
