"""Lines of text: decoding, boxes, blanks, and the two engines."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.sample import Sample
from models.errors import EngineMissing
from models.text import tesseract
from models.text._boxes import in_reading_order, text_boxes
from models.text._ctc import Alphabet
from models.text._lines import LineReader, TextLine
from models.text._spaces import word_gaps
from models.text.lines import paddle_lines
from pipeline.documents.rectify import rectify

LETTERS = ["", "A", "B", "1", ":", "：", "中"]


def scores(*steps: dict[str, float]) -> np.ndarray:
    """T x C probabilities; what is not given goes to the blank."""
    table = np.zeros((len(steps), len(LETTERS)), np.float32)
    for row, step in zip(table, steps, strict=True):
        for letter, probability in step.items():
            row[LETTERS.index(letter)] = probability
        row[0] = 1 - row.sum()
    return table


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        pytest.param([{"A": 0.9}, {"A": 0.9}], "A", id="a repeat is one letter"),
        pytest.param([{"A": 0.9}, {}, {"A": 0.9}], "AA", id="a blank divides"),
        pytest.param([{"A": 0.9}, {"B": 0.9}], "AB", id="neighbours"),
        pytest.param([{}, {}], "", id="nothing"),
        pytest.param([{"：": 0.8}], ":", id="full width is the same sign"),
        pytest.param([{"中": 0.8, "B": 0.15}], "B", id="other scripts are left out"),
    ],
)
def test_best_path(steps: list[dict[str, float]], text: str) -> None:
    letters = Alphabet(LETTERS, frozenset("AB1:")).decode(scores(*steps))
    assert "".join(letter for letter, _, _ in letters) == text


def test_where_another_script_was_seen_the_letter_is_unsure() -> None:
    [(_, sure, _)] = Alphabet(LETTERS, frozenset("AB")).decode(scores({"中": 0.8, "B": 0.15}))
    assert sure < 0.2


def test_an_alphabet_alone_shares_among_its_letters() -> None:
    [(letter, sure, _)] = Alphabet(LETTERS, frozenset("1"), alone=True).decode(
        scores({"A": 0.6, "1": 0.35})
    )
    assert (letter, sure) == ("1", pytest.approx(1.0))


def test_a_letter_that_was_nearly_there_makes_its_neighbour_unsure() -> None:
    latin = Alphabet(LETTERS, frozenset("AB1"))
    [(_, sure, _)] = latin.decode(scores({"A": 0.95}, {}, {"B": 0.4}, {}))
    assert sure == pytest.approx(0.6, abs=0.01)
    [(_, sure, _)] = latin.decode(scores({"A": 0.95}, {"A": 0.4}, {}))
    assert sure > 0.9  # its own tail is no other letter


@given(st.lists(st.lists(st.floats(0, 1), min_size=7, max_size=7), max_size=12))
def test_decoding_never_fails_and_confidence_is_a_share(rows: list[list[float]]) -> None:
    table = np.array(rows, np.float32).reshape(-1, 7)
    table /= np.maximum(table.sum(axis=1, keepdims=True), 1e-6)
    for letter, sure, step in Alphabet(LETTERS, frozenset("AB1:")).decode(table):
        assert letter in "AB1:"
        assert 0 <= sure <= 1
        assert 0 <= step < len(table)


def test_boxes_grow_around_their_text() -> None:
    probability = np.zeros((100, 200), np.float32)
    probability[40:50, 30:130] = 0.9
    [box] = text_boxes(probability)
    assert box[0, 0] < 30 < 129 < box[2, 0]
    assert box[0, 1] < 40 < 49 < box[2, 1]
    assert np.array_equal(in_reading_order(box[[2, 0, 3, 1]]), box)


@pytest.mark.parametrize(
    ("low", "high", "level"),
    [
        pytest.param(40, 42, 0.9, id="too thin"),
        pytest.param(40, 50, 0.35, id="too faint"),
        pytest.param(40, 50, 0.1, id="background"),
    ],
)
def test_what_is_no_text_has_no_box(low: int, high: int, level: float) -> None:
    probability = np.zeros((100, 200), np.float32)
    probability[low:high, 30:130] = level
    assert text_boxes(probability) == []


def test_gaps_between_words_are_seen() -> None:
    crop = np.full((48, 300, 3), 230, np.uint8)
    for x in (20, 34, 48, 90, 104, 118):  # two words of three strokes
        crop[12:36, x : x + 8] = 30
    gaps = word_gaps(crop, 1.0)
    assert len(gaps) == 1
    assert 56 < gaps[0] < 90
    assert word_gaps(np.full((48, 300, 3), 128, np.uint8), 1.0) == []


def test_a_line_is_as_certain_as_its_worst_letter() -> None:
    quad = np.array([[0, 0], [10, 0], [10, 4], [0, 4]], float)
    line = TextLine(quad, "AB", (0.9, 0.4))
    assert line.confidence == 0.4
    assert TextLine(quad, "", ()).confidence == 0.0
    assert (line.left, line.right, line.height, line.centre) == (0, 10, 4, (5, 2))


def card(applications: Path) -> np.ndarray:
    return rectify(Sample.from_file(applications / "pass" / "ktp.jpg").image).image


def engines() -> list[LineReader]:
    return [paddle_lines(), tesseract.tesseract_lines()]


@pytest.mark.parametrize("index", [0, 1], ids=["pp-ocr", "tesseract"])
def test_both_engines_read_the_sample_card(applications: Path, index: int) -> None:
    lines = engines()[index].lines(card(applications))
    text = " ".join(line.text.upper() for line in lines)
    for word in ("PROVINSI", "BIMA", "KARYAWAN", "SUKAMAJU"):
        assert word in text
    assert all(len(line.text) == len(line.char_confidence) for line in lines)
    assert all(0 <= c <= 1 for line in lines for c in line.char_confidence)
    assert [line.centre[1] for line in lines] == sorted(line.centre[1] for line in lines)


@pytest.mark.parametrize("index", [0, 1], ids=["pp-ocr", "tesseract"])
def test_a_blank_picture_has_no_lines(index: int) -> None:
    engine = engines()[index]
    blank = np.full((300, 400, 3), 255, np.uint8)
    assert engine.lines(blank) == ()
    quad = np.array([[10, 10], [200, 10], [200, 40], [10, 40]], float)
    assert engine.read_line(blank, quad, alphabet="0123456789").text == ""


@pytest.mark.parametrize(
    ("which", "said"),
    [
        pytest.param(None, "not on the PATH", id="program missing"),
        pytest.param("/bin/false", "does not start", id="program that fails"),
    ],
)
def test_a_missing_engine_names_its_remedy(
    monkeypatch: pytest.MonkeyPatch, which: str | None, said: str
) -> None:
    import pytesseract

    monkeypatch.setattr(shutil, "which", lambda _name: which)
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", which or "absent")
    tesseract.probe.cache_clear()
    try:
        found = tesseract.probe()
        assert not found.suitable
        with pytest.raises(EngineMissing) as caught:
            tesseract.TesseractLines()
    finally:
        tesseract.probe.cache_clear()
    assert said in caught.value.message
    assert "apt-get install tesseract-ocr" in caught.value.advice
