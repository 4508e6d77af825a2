"""LFW as the face benchmarks use it: described once for each condition, with folds and pairs."""

from __future__ import annotations

import argparse
import csv
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy._face_conditions import Condition, on_chip, printed, worsened
from pipeline.evidence import Rgb
from pipeline.faces.collect import Collection, Describe, Memory, Picture, collect
from pipeline.faces.comparisons import Faces
from pipeline.faces.match import describe_face, describe_in_grey

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
DRAWS = 500  # of persons, for intervals that know that a person's pictures depend on each other


@dataclass(frozen=True)
class Pair:
    """An official pair of the data set."""

    a: str
    b: str
    same: bool
    fold: int


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """``--data`` and ``--memory``, which every face benchmark takes."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--memory", type=Path, metavar="FILE", help="keep templates there, so that a run goes on"
    )
    return parser


def read_pairs(data: Path) -> list[Pair]:
    """The official pairs of ``data``/pairs.csv (a, b, same, fold)."""
    with (data / "pairs.csv").open(encoding="utf-8", newline="") as file:
        return [
            Pair(row["a"], row["b"], row["same"] == "1", int(row["fold"]))
            for row in csv.DictReader(file)
        ]


def pictures(data: Path, pairs: Sequence[Pair]) -> list[Picture]:
    """Every picture that a pair names, once; its person is its folder."""
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    return [Picture(name, data / "images" / name, name.split("/")[0]) for name in names]


def described(
    data: Path, pairs: Sequence[Pair], memory: Path | None, condition: str = "live"
) -> Collection:
    """Every picture under a condition, described; its chance depends on the picture's name only."""
    change, describe = CONDITIONS[condition]
    altered = None if change is None else partial(_altered, change)
    todo = pictures(data, pairs)
    if memory is None:
        return collect(todo, progress=_told, change=altered, describe=describe)
    with Memory(memory, condition) as known:
        return collect(todo, known, progress=_told, change=altered, describe=describe)


_AS_DOCUMENT = partial(describe_face, regime="document")
CONDITIONS: dict[str, tuple[Condition | None, Describe]] = {
    "live": (None, describe_face),
    "live in grey": (None, describe_in_grey),
    "document": (printed, _AS_DOCUMENT),
    "chip": (on_chip, partial(describe_face, regime="chip")),
    "worse": (worsened, describe_face),
    "worse in grey": (worsened, describe_in_grey),
}


def folds(collection: Collection, pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """The fold (N,) of each face; LFW's folds share no person."""
    of_person = {name.split("/")[0]: pair.fold for pair in pairs for name in (pair.a, pair.b)}
    return np.array([of_person[name.split("/")[0]] for name in collection.names])


def scores(probes: Faces, references: Faces) -> tuple[Floats, Mask, Mask]:
    """All cosines (N, M), which are of one person, and which are of two."""
    matrix = probes.templates.astype(np.float64) @ references.templates.T
    same = probes.persons[:, None] == references.persons[None]
    other_picture = probes.pictures[:, None] != references.pictures[None]
    return matrix, same & other_picture, ~same


def drawn_rates(hits: Floats, trials: Floats, *, within: bool = False) -> tuple[float, float]:
    """95 % interval of hits / trials, both (persons, persons), over persons drawn with replacement.

    ``within`` counts what lies between pictures of one person, otherwise what lies between two; a
    person that is drawn twice is not compared with itself.
    """
    count = len(hits)
    chance = np.random.default_rng(1)
    weights = np.stack(
        [np.bincount(chance.integers(0, count, count), minlength=count) for _ in range(DRAWS)]
    ).astype(np.float64)
    rates = [
        weights @ np.diag(table) if within else np.einsum("dp,dp->d", weights @ table, weights)
        for table in (hits, trials)
    ]
    low, high = np.quantile(rates[0] / rates[1], [0.025, 0.975])
    return float(low), float(high)


def by_person(matrix: Floats, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Floats:
    """Sums of ``matrix`` (pictures) over the persons of its rows and columns."""
    count = int(max(rows.max(), columns.max())) + 1
    one, other = (np.zeros((count, len(side))) for side in (rows, columns))
    one[rows, np.arange(len(rows))] = 1
    other[columns, np.arange(len(columns))] = 1
    sums: Floats = one @ matrix @ other.T
    return sums


def _altered(change: Condition, image: Rgb, name: str) -> Rgb:
    return change(image, np.random.default_rng([zlib.crc32(name.encode()), 0]))


def _told(done: int, whole: int) -> None:
    if sys.stderr.isatty() and done % 20 == 0:
        sys.stderr.write(f"\r{done} of {whole}")
