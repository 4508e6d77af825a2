"""The measurement itself: runs continue, ratios are right, readers answer through their pipe."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks import _mutations, fuzz_mrz_pictures
from benchmarks._pictures import Known, generated
from benchmarks._rates import spread
from benchmarks._resume import OtherReader, Row, resumed
from benchmarks.mrz import Shot, ratio, summary
from benchmarks.peers._process import FOLDER, PEERS, ROOT, Answer, Reader
from capture.errors import CaptureError
from capture.sample import Sample

sys.path.insert(0, str(FOLDER))  # where the adapters stand when they run
from _zone_text import rows, zone_lines

CALLS: list[int] = []
LINES = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


def judged(seed: int) -> Row:
    CALLS.append(seed)
    return {"seed": seed, "square": seed * seed}


@pytest.mark.parametrize("tail", ["", '{"seed": 9, "squ'], ids=["whole", "last line cut off"])
def test_a_stopped_run_continues(tmp_path: Path, tail: str) -> None:
    file = tmp_path / "rows.jsonl"
    resumed(file, "one", range(3), judged, 1)
    file.write_text(file.read_text() + tail)
    CALLS.clear()
    rows_ = resumed(file, "one", range(5), judged, 1)
    assert CALLS == [3, 4]
    assert [row["square"] for row in rows_] == [0, 1, 4, 9, 16]
    assert len(file.read_text().splitlines()) == 6


def test_rows_of_another_reader_are_refused(tmp_path: Path) -> None:
    resumed(tmp_path / "rows.jsonl", "one", range(2), judged, 1)
    with pytest.raises(OtherReader, match="other code or weights"):
        resumed(tmp_path / "rows.jsonl", "another", range(2), judged, 1)


def test_costs_are_ordered() -> None:
    costs = spread([float(value) for value in range(1, 101)])
    assert costs == {"median": 50.5, "mean": 50.5, "p95": 95.0, "max": 100.0}


def shot(
    lines: tuple[str, ...], *, valid: bool, cost: float, truth: tuple[str, ...] = LINES
) -> Shot:
    return Shot(Known(Path("x.png"), "TD3", truth), Answer(lines, valid, cost))


def test_what_is_wrong_and_called_right_is_counted() -> None:
    wrong = (LINES[0].replace("ANNA", "ANMA"), LINES[1])  # no check digit covers a name
    counted = summary([
        shot(LINES, valid=True, cost=10), shot(wrong, valid=True, cost=20),
        shot((), valid=False, cost=30), shot(LINES, valid=False, cost=5, truth=()),
    ])  # fmt: skip
    assert (counted["zones"], counted["exact"], counted["not_found"]) == (3, 1, 1)
    assert (counted["valid"], counted["valid_wrong"]) == (2, 1)
    assert (counted["passes"], counted["passes_wrong"]) == (2, 1)
    assert (counted["no_zone"], counted["false_zones"]) == (1, 1)
    assert counted["cpu_ms"]["median"] == 20


def test_a_ratio_has_an_interval_around_it() -> None:
    ours = [shot(LINES, valid=True, cost=10 + n % 3) for n in range(30)]
    theirs = [shot(LINES, valid=True, cost=700 + 40 * (n % 5)) for n in range(30)]
    for value, low, high in ratio(ours, theirs).values():
        assert 60 < low <= value <= high < 90


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        pytest.param(["NAMA", *LINES], list(LINES), id="a passport"),
        pytest.param(
            ["I<UTOD231458907«<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
             "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
            ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
             "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
            id="a card, two fillers read as one sign",
        ),
        pytest.param(["SURAT KETERANGAN DOMISILI KELURAHAN"] * 3, [], id="prose"),
    ],
)  # fmt: skip
def test_zone_lines_are_taken_from_text(texts: list[str], lines: list[str]) -> None:
    assert zone_lines(texts) == lines


def test_boxes_of_one_height_make_a_line() -> None:
    boxes = [(90.0, 11.0, 10.0, "B"), (5.0, 10.0, 10.0, "A"), (5.0, 40.0, 10.0, "C")]
    assert rows(boxes) == ["AB", "C"]


def test_where_o_and_zero_cannot_be_told_apart_they_are_equal() -> None:
    truth = ("V" * 44, "1" * 28 + "ABC0000000000000")
    known = Known(Path("x.png"), "MRVA", truth, lenient=True)
    assert known.same((truth[0], truth[1][:-1] + "O"))
    assert not known.same((truth[0].replace("V", "W"), truth[1]))


def test_our_own_reader_answers_through_the_pipe(tmp_path: Path) -> None:
    (known,) = generated(tmp_path, 1, 0)
    with Reader("periksa") as reader:
        answer = reader.read(known.path)
        missing = reader.read(tmp_path / "missing.png")
        assert reader.read(known.path).lines == answer.lines  # it lives on
    assert known.same(answer.lines)
    assert answer.cpu_ms > 0
    assert missing.error
    assert "missing.png" in missing.error


def test_every_peer_has_its_adapter() -> None:
    assert all((FOLDER / f"{peer.adapter}.py").is_file() for peer in PEERS.values())


@pytest.mark.parametrize("kind", _mutations.MUTATIONS)
def test_a_mutation_is_the_same_again_and_ends_as_a_picture_or_our_error(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_mutations, "SCENES", 3)  # drawing more of them is not the question
    seed = list(_mutations.MUTATIONS).index(kind)
    name, data = _mutations.mutated(seed)
    assert name == kind
    assert _mutations.mutated(seed) == (name, data)
    with suppress(CaptureError):
        assert Sample.from_bytes(data, name="x").image.ndim == 3


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The fuzz run over one tiny file that is no picture."""
    monkeypatch.setattr(fuzz_mrz_pictures, "mutated", lambda seed: ("toy", b"nothing"))
    monkeypatch.setattr(fuzz_mrz_pictures, "warm", lambda: None)
    return monkeypatch


def test_our_own_error_is_no_fault_but_any_other_is(
    fuzz: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    assert fuzz_mrz_pictures.judge(begun, 5)["end"] == "image.not_a_picture"

    def broken(data: bytes) -> None:
        raise ZeroDivisionError("by nought")

    fuzz.setattr(fuzz_mrz_pictures, "read_mrz", broken)
    assert fuzz_mrz_pictures.judge(begun, 5)["end"] == "FAULT ZeroDivisionError: by nought"


@pytest.mark.usefixtures("fuzz")
def test_a_file_that_killed_the_process_is_named_and_skipped(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    begun.write_text("5")
    assert fuzz_mrz_pictures.judge(begun, 5)["end"] == "died"
    assert fuzz_mrz_pictures.judge(begun, 5)["end"] == "image.not_a_picture"


def test_the_watchdog_ends_a_hang(tmp_path: Path) -> None:
    script = "from benchmarks.fuzz_mrz_pictures import _watch\n_watch(0.2)\nwhile True: pass"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert done.returncode < 0
    assert 'File "<string>", line 3' in done.stderr
