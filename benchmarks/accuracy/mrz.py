"""How well are machine-readable zones read, beside PassportEye?

    ./dev bench accuracy.mrz --data FOLDER [--peer] [--all]

FOLDER holds pictures and truth.csv (file, format, line1, line2, line3, note ...); pictures of
format NONE have no zone. A reading is exact if every line equals the truth; where the note says
that O and 0 are not decidable, they count as equal in the optional data of an MRV-A. ``verified``
is what the reader itself calls proven.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._cpu import cpu_ms
from benchmarks._history import append
from pipeline import read_mrz
from pipeline.documents.distance import edit_distance
from pipeline.documents.mrz.engines import mrz_engine
from pipeline.evidence import rgb_of
from pipeline.policy import load_policy

OPTIONAL = 28  # column where the optional data of an MRV-A begins
Entry = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says of one picture; no lines: it found no zone."""

    lines: tuple[str, ...]
    verified: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One picture: truth, answer and cost."""

    file: str
    truth: tuple[str, ...]  # empty: a picture without a zone
    answer: Answer
    errors: int
    cpu_ms: float

    @property
    def exact(self) -> bool:
        return bool(self.truth) and self.errors == 0


def periksa(path: Path) -> Answer:
    """Our own reader."""
    reading = read_mrz(path)
    return Answer(reading.lines if reading.found else (), reading.verified)


def passporteye(path: Path) -> Answer:
    """PassportEye: its lines as it corrects them; valid is a score of 100 by its check digits."""
    from benchmarks.peers.passporteye_peer import answer

    told = answer(path)
    return Answer(tuple(told["lines"]), told["valid"])


def second_reader(path: Path) -> Answer:
    """What ``periksa mrz --engine passporteye`` gives: PassportEye's text, never verified."""
    reading = mrz_engine("passporteye").read(rgb_of(path), load_policy(), None)
    return Answer(reading.lines if reading.found else (), reading.verified)


READERS: dict[str, Callable[[Path], Answer]] = {
    "periksa": periksa,
    "passporteye": passporteye,
    "periksa --engine passporteye": second_reader,
}


def measure(folder: Path, reader: Callable[[Path], Answer]) -> list[Row]:
    """A row for each picture of ``folder/truth.csv``."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    reader(folder / entries[0]["file"])  # loading the weights is not reading
    return [_row(folder, entry, reader) for entry in entries]


def _row(folder: Path, entry: Entry, reader: Callable[[Path], Answer]) -> Row:
    answers: list[Answer] = []
    cost = cpu_ms(lambda: answers.append(reader(folder / entry["file"])))
    truth = tuple(line for line in (entry[f"line{n}"] for n in (1, 2, 3)) if line)
    lenient = entry["format"] == "MRVA" and "O/0" in entry.get("note", "")
    wanted, got = _comparable(truth, lenient), _comparable(answers[0].lines, lenient)
    errors = edit_distance("\n".join(wanted), "\n".join(got))
    return Row(entry["file"], truth, answers[0], errors, cost)


def _comparable(lines: tuple[str, ...], lenient: bool) -> tuple[str, ...]:
    if not lenient or len(lines) < 2:
        return lines
    return (lines[0], lines[1][:OPTIONAL] + lines[1][OPTIONAL:].replace("O", "0"))


def summary(rows: list[Row]) -> dict[str, Any]:
    """The figures that the documentation quotes."""
    zones = [row for row in rows if row.truth]
    empty = [row for row in rows if not row.truth]
    verified = [row for row in zones if row.answer.verified]
    characters = sum(len(line) for row in zones for line in row.truth)
    times = [row.cpu_ms for row in rows]
    return {
        "zones": len(zones),
        "exact": sum(row.exact for row in zones),
        "verified": len(verified),
        "verified_wrong": sum(not row.exact for row in verified),
        "not_found": sum(not row.answer.lines for row in zones),
        "character_error": round(sum(row.errors for row in zones) / max(1, characters), 5),
        "negatives": len(empty),
        "false_zones": sum(bool(row.answer.lines) for row in empty),
        "cpu_ms_median": round(statistics.median(times), 1),
        "cpu_ms_mean": round(statistics.fmean(times), 1),
        "cpu_ms_max": round(max(times), 1),
    }


def main() -> None:
    """Print each picture that was not read exactly, then the figures; keep them in the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--peer", action="store_true", help="measure PassportEye as well, and as our second reader"
    )
    parser.add_argument("--all", action="store_true", help="show exact readings too")
    options = parser.parse_args()
    figures = {}
    for name in READERS if options.peer else ("periksa",):
        rows = measure(options.data, READERS[name])
        if name == "periksa":
            _show(rows, everything=options.all)
        figures[name] = summary(rows)
        print(name, json.dumps(figures[name], indent=1))
    append("mrz", figures)


def _show(rows: list[Row], *, everything: bool) -> None:
    for row in rows:
        good = row.exact or not (row.truth or row.answer.lines)
        if everything or not good:
            proven = ", verified" if row.answer.verified else ""
            print(f"{'exact' if good else 'WRONG'}{proven}: {row.file}, {row.cpu_ms:.0f} ms")
        if not good:
            print("   " + "\n   ".join(row.answer.lines))


if __name__ == "__main__":
    main()
