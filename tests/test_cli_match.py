"""Comparing faces through the command line: pairs, tables of pairs, and the equal error rate."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import SAMPLES, periksa
from PIL import Image

from pipeline.cli.error_rate import equal_error_rate

PAIRS = """a,b,same
pass/portrait.jpg,pass/passport.jpg,1
fail/portrait.jpg,fail/passport.jpg,no
pass/portrait.jpg,pass/ktp.jpg,yes
review/portrait.jpg,fail/portrait.jpg,0
"""
HUNDREDTHS = [score / 100 for score in range(100)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "pairs.csv"


def test_a_table_with_known_pairs_gives_the_equal_error_rate_on_stderr(table: Path) -> None:
    table.write_text("\ufeff" + PAIRS, encoding="utf-8")  # as a spreadsheet saves it
    done = periksa("match", "--json", "--pairs", table, "--root", SAMPLES)
    assert done.status == 0
    decisions = [line["decision"] for line in done.lines]
    assert decisions[::2] == ["match", "match"]
    assert "match" not in decisions[1::2]
    assert done.lines[0]["probe"] == "pass/portrait.jpg"  # as the table has it
    assert "EER 0.00 %" in done.err
    assert "(2 genuine, 2 impostor comparisons)" in done.err


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param("x.jpg,,1", "pairs.row", id="no second file"),
        pytest.param("x.jpg", "pairs.row", id="a row that is too short"),
        pytest.param("x.jpg,y.jpg,maybe", "pairs.row", id="same is no answer"),
        pytest.param("x.jpg,y.jpg,1,2", "pairs.row", id="a row that is too long"),
        pytest.param("pass/gone.jpg,pass/ktp.jpg,1", "image.missing", id="no such file"),
        pytest.param("pass/application.toml,pass/ktp.jpg,1", "image.not_a_picture", id="text"),
    ],
)
def test_a_bad_row_has_its_line_and_the_others_are_compared(
    table: Path, row: str, code: str
) -> None:
    table.write_text(f"a,b,same\n{row}\nfail/portrait.jpg,fail/portrait.jpg,1\n")
    done = periksa("match", "--json", "--pairs", table, "--root", SAMPLES)
    assert done.status == 3
    bad, good = done.lines
    assert set(bad) == {"probe", "reference", "error"}
    assert bad["error"]["code"] == code
    assert good["decision"] == "match"
    assert "EER" not in done.err  # no impostor pair is known


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(b"", "pairs.columns", id="empty"),
        pytest.param(b"left,right\nx,y\n", "pairs.columns", id="other columns"),
        pytest.param(b"a,b,same\n", "pairs.columns", id="no pair"),
        pytest.param(b"a,b\n\xff\xfe,x\n", "pairs.unreadable", id="no UTF-8"),
        pytest.param(None, "pairs.unreadable", id="no file"),
    ],
)
def test_a_table_that_is_none_is_status_3(table: Path, text: bytes | None, code: str) -> None:
    if text is not None:
        table.write_bytes(text)
    done = periksa("match", "--json", "--pairs", table)
    assert done.status == 3
    assert done.only["error"]["code"] == code
    assert str(table) in done.only["error"]["message"]


def test_a_picture_without_a_face_goes_to_a_person(tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("RGB", (600, 800), (90, 120, 90)).save(blank)
    words = ("match", SAMPLES / "pass" / "portrait.jpg", blank)
    line = periksa(*words, "--json").only
    assert (line["decision"], line["score"], line["fmr"]) == ("review", None, None)
    assert [found["code"] for found in line["findings"]] == ["face.not_found"]
    told = periksa(*words)
    assert told.status == 0
    assert "REVIEW" in told.out
    assert "FMR -" in told.out


def test_several_references_are_fused_with_their_parts(tmp_path: Path) -> None:
    page = tmp_path / "evidence.html"
    own = SAMPLES / "pass"
    words = ("match", own / "portrait.jpg", own / "passport.jpg", own / "ktp.jpg")
    line = periksa(*words, "--regime", "document", "--report", page, "--json").only
    assert line["decision"] == "match"
    assert [part["regime"] for part in line["parts"]] == ["document", "document"]
    assert line["probe"] == str(own / "portrait.jpg")
    assert line["fmr"] == pytest.approx(2 * min(part["fmr"] for part in line["parts"]), rel=1e-3)
    text = page.read_text()
    assert text.count("<svg") == 2
    assert "different persons would look this alike" in text
    assert "orang lain tampak semirip ini" in text
    assert "not assessed" in text
    assert "://" not in text


def test_a_further_frame_is_averaged() -> None:
    own = SAMPLES / "pass"
    words = ("match", own / "portrait.jpg", own / "passport.jpg", "--regime", "document")
    line = periksa(*words, "--frame", own / "portrait.jpg", "--json").only
    assert len(line["probes"]) == 2
    assert line["decision"] == "match"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("a.jpg", "b.jpg", "--regime", "moon"), id="no such regime"),
        pytest.param(
            ("a.jpg", "b.jpg", "--regime", "chip", "--regime", "live"), id="too many regimes"
        ),
        pytest.param(("--pairs", "p.csv", "--frame", "c.jpg"), id="frames of which probe"),
    ],
)
def test_options_that_do_not_belong_together_are_status_2(
    words: tuple[str, ...], table: Path
) -> None:
    table.write_text("a,b\nx.jpg,y.jpg\n")
    done = periksa("match", *(str(table) if word == "p.csv" else word for word in words))
    assert done.status == 2


def test_a_page_that_cannot_be_written_is_status_2(tmp_path: Path) -> None:
    own = SAMPLES / "pass"
    words = ("match", own / "portrait.jpg", own / "ktp.jpg", "--report", tmp_path / "no" / "m.html")
    done = periksa(*words, "--json")
    assert done.status == 2
    assert done.only["error"]["code"] == "report.unwritable"


@pytest.mark.parametrize(
    ("genuine", "impostor", "rate", "threshold"),
    [
        pytest.param([0.9, 0.8], [0.1, 0.2], 0.0, 0.8, id="apart: no error"),
        pytest.param([0.9, 0.4], [0.5, 0.1], 0.5, 0.5, id="one of two on the wrong side"),
        pytest.param([0.5], [0.5], 0.5, 0.5, id="the same score on both sides"),
        pytest.param(HUNDREDTHS, HUNDREDTHS, 0.5, 0.5, id="scores that tell nothing"),
        pytest.param([0.1, 0.2], [0.8, 0.9], 1.0, 0.8, id="upside down"),
    ],
)
def test_the_equal_error_rate(
    genuine: list[float], impostor: list[float], rate: float, threshold: float
) -> None:
    found, score = equal_error_rate(genuine, impostor)
    assert found == pytest.approx(rate)
    assert score == pytest.approx(threshold)
