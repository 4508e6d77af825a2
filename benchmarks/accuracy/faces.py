"""How often are two faces confused, and how often is one person not recognised?

    python -m benchmarks.accuracy.faces --data FOLDER [--calibrate 1,2] [--report 3]
                                        [--write-calibration FILE]

FOLDER holds pairs.csv (a, b, same, fold) and images/PERSON/FILE. The official pairs give the EER;
every pair of pictures of different persons is an impostor, every pair of one person's is genuine.
Thresholds are set on the folds --calibrate and judged on the folds --report. (The alignment was
fitted on fold 1, so fold 1 is not quite unseen for it.)
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append, machine
from capture.sample import Sample
from models.faces.dlib_resnet import DlibResNet
from pipeline.faces.calibration import model_digests
from pipeline.faces.interval import interval
from pipeline.portrait.locate import locate_face

Floats = NDArray[np.float64]
RATES = (1e-2, 1e-3, 1e-4)
DRAWS = 200  # of persons, for intervals that know that a person's pictures depend on each other


@dataclass(frozen=True)
class Pair:
    """An official pair of the data set."""

    a: str
    b: str
    same: bool
    fold: int


@dataclass(frozen=True)
class Scores:
    """All comparisons within some folds; ``official`` only those of pairs.csv."""

    genuine: Floats
    impostor: Floats  # rising
    official_genuine: Floats
    official_impostor: Floats
    matrix: Floats  # pictures x pictures
    persons: NDArray[np.int64]  # of each picture


def main() -> None:
    """Embed, compare, print, append to the history; write a calibration if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--calibrate", type=_folds, default=(1, 2))
    parser.add_argument("--report", type=_folds, default=(3,))
    parser.add_argument("--write-calibration", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    pairs = read_pairs(chosen.data)
    templates, failures, cpu_ms = embed_all(chosen.data, pairs)
    known, unseen = (
        compare([pair for pair in pairs if pair.fold in folds], templates)
        for folds in (chosen.calibrate, chosen.report)
    )
    figures = {
        "pictures": len(templates),
        "without_face": failures,
        "cpu_ms_per_picture": round(cpu_ms, 1),
        f"folds_{_name(chosen.calibrate)}": within(known),
        f"folds_{_name(chosen.report)}": within(unseen),
        f"thresholds_of_{_name(chosen.calibrate)}_on_{_name(chosen.report)}": across(known, unseen),
    }
    show(figures)
    print(json.dumps(figures, allow_nan=False))
    print(f"appended to {append('faces', figures)}")
    if chosen.write_calibration:
        write_calibration(chosen.write_calibration, known, chosen.calibrate)
        print(f"wrote {chosen.write_calibration}")


def read_pairs(data: Path) -> list[Pair]:
    """The official pairs."""
    with (data / "pairs.csv").open(encoding="utf-8", newline="") as file:
        return [
            Pair(row["a"], row["b"], row["same"] == "1", int(row["fold"]))
            for row in csv.DictReader(file)
        ]


def embed_all(data: Path, pairs: Sequence[Pair]) -> tuple[dict[str, Floats], int, float]:
    """A template of every picture, how many had no face, and CPU ms a picture."""
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    embedder, templates = DlibResNet(), {}
    started = time.process_time()
    for number, name in enumerate(names):
        image = Sample.from_file(data / "images" / name).image
        face = locate_face(image)
        if face is not None:
            templates[name] = embedder.embed(image, face.landmarks).astype(np.float64)
        if sys.stderr.isatty() and number % 50 == 0:
            sys.stderr.write(f"\r{number} of {len(names)}")
    spent = (time.process_time() - started) * 1e3
    return templates, len(names) - len(templates), spent / len(names)


def compare(pairs: Sequence[Pair], templates: dict[str, Floats]) -> Scores:
    """Every comparison among the pictures of ``pairs``."""
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)} & templates.keys())
    place = {name: row for row, name in enumerate(names)}
    stack = np.stack([templates[name] for name in names])
    matrix = stack @ stack.T
    persons = np.unique([name.split("/")[0] for name in names], return_inverse=True)[1]
    above = np.triu_indices(len(names), 1)
    same = (persons[:, None] == persons[None])[above]
    usable = [pair for pair in pairs if pair.a in place and pair.b in place]
    official = np.array([matrix[place[pair.a], place[pair.b]] for pair in usable])
    truth = np.array([pair.same for pair in usable])
    return Scores(
        genuine=np.sort(matrix[above][same]),
        impostor=np.sort(matrix[above][~same]),
        official_genuine=np.sort(official[truth]),
        official_impostor=np.sort(official[~truth]),
        matrix=matrix,
        persons=persons,
    )


def equal_error_rate(genuine: Floats, impostor: Floats) -> float:
    """Where misses and false matches are equally frequent; both arrays rise."""
    thresholds = np.concatenate([genuine, impostor])
    misses = np.searchsorted(genuine, thresholds) / len(genuine)
    matches = 1 - np.searchsorted(impostor, thresholds) / len(impostor)
    best = int(np.argmin(np.abs(misses - matches)))
    return float(misses[best] + matches[best]) / 2


def threshold_at(impostor: Floats, rate: float) -> float:
    """The lowest score that at most ``rate`` of the impostors reach."""
    allowed = int(rate * len(impostor))
    return float(np.nextafter(impostor[len(impostor) - 1 - allowed], 2))


def within(scores: Scores) -> dict[str, Any]:
    """Figures of some folds with thresholds set on themselves."""
    rows = []
    for rate in RATES:
        threshold = threshold_at(scores.impostor, rate)
        rows.append(_row(scores, threshold) | {"target_fmr": rate})
    return {
        "official_pairs": len(scores.official_genuine) + len(scores.official_impostor),
        "eer_official": equal_error_rate(scores.official_genuine, scores.official_impostor),
        "eer_all": equal_error_rate(scores.genuine, scores.impostor),
        "genuine": len(scores.genuine),
        "impostors": len(scores.impostor),
        "persons": int(scores.persons.max()) + 1,
        "operating_points": rows,
    }


def across(known: Scores, unseen: Scores) -> list[dict[str, Any]]:
    """Figures on ``unseen`` of thresholds that were set on ``known``."""
    return [
        _row(unseen, threshold_at(known.impostor, rate)) | {"target_fmr": rate} for rate in RATES
    ]


def _row(scores: Scores, threshold: float) -> dict[str, Any]:
    matches = int((scores.impostor >= threshold).sum())
    misses = int((scores.genuine < threshold).sum())
    low, high = interval(misses, len(scores.genuine))
    return {
        "threshold": round(threshold, 4),
        "fmr": matches / len(scores.impostor),
        "fmr_interval_persons": _by_persons(scores, threshold),
        "fnmr": misses / len(scores.genuine),
        "fnmr_interval": [low, high],
        "fnmr_official": float((scores.official_genuine < threshold).mean()),
    }


def _by_persons(scores: Scores, threshold: float) -> list[float]:
    """95 % interval of the FMR over persons drawn with replacement (bootstrap)."""
    count = int(scores.persons.max()) + 1
    member = np.zeros((count, len(scores.persons)))
    member[scores.persons, np.arange(len(scores.persons))] = 1
    hits = member @ (scores.matrix >= threshold) @ member.T
    sizes = member.sum(1)
    trials = np.outer(sizes, sizes)
    np.fill_diagonal(hits, 0)
    np.fill_diagonal(trials, 0)
    chance = np.random.default_rng(1)
    drawn = [
        (weight @ hits @ weight) / (weight @ trials @ weight)
        for weight in (
            np.bincount(chance.integers(0, count, count), minlength=count) for _ in range(DRAWS)
        )
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return [float(low), float(high)]


def show(figures: dict[str, Any]) -> None:
    """The table for people."""
    print(
        f"{machine()}\n{figures['pictures']} pictures, {figures['without_face']} without a face, "
    )
    print(f"{figures['cpu_ms_per_picture']} CPU ms a picture (decode, locate, embed)\n")
    for name, entry in figures.items():
        if isinstance(entry, dict):
            print(
                f"{name}: EER {100 * entry['eer_official']:.2f} % on {entry['official_pairs']} "
                f"official pairs, {100 * entry['eer_all']:.2f} % on {entry['genuine']:,} genuine "
                f"and {entry['impostors']:,} impostor pairs of {entry['persons']} persons"
            )
        rows = entry["operating_points"] if isinstance(entry, dict) else entry
        if isinstance(rows, list):
            _show_rows(name, rows)


def _show_rows(name: str, rows: list[dict[str, Any]]) -> None:
    print(f"{name}\n  target  threshold  FMR (interval over persons)       FNMR % (interval)")
    for row in rows:
        low, high = row["fmr_interval_persons"]
        least, most = (100 * end for end in row["fnmr_interval"])
        print(
            f"  {row['target_fmr']:<7.0e} {row['threshold']:.4f}    {row['fmr']:.2e} "
            f"({low:.1e} .. {high:.1e})   {100 * row['fnmr']:6.2f} ({least:.2f} .. {most:.2f})"
        )
    print()


def write_calibration(path: Path, scores: Scores, folds: Sequence[int]) -> None:
    """The table that ``pipeline.faces.calibration`` reads: ten rows a decade of the FMR."""
    total = len(scores.impostor)
    counts = {round(total / 10 ** (step / 10)) for step in range(int(10 * np.log10(total)) + 1)}
    counts |= {1, total}
    rows = []
    for count in sorted(counts, reverse=True):
        score = float(scores.impostor[total - count])
        rows.append({"score": round(score, 6), **_counts(scores, round(score, 6))})
    distinct = {row["score"]: row for row in rows if row["impostors_at_or_above"]}
    table = {
        "data": (
            f"Labeled Faces in the Wild (deep-funneled), folds {_name(folds)}, all pairs of its "
            "pictures; press photographs, not documents, not Indonesian applicants"
        ),
        "score": "cosine of mirror-averaged templates",
        "impostors": total,
        "genuine": len(scores.genuine),
        "pictures": len(scores.persons),
        "persons": int(scores.persons.max()) + 1,
        "models": model_digests(),
        "table": [distinct[score] for score in sorted(distinct)],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(table, indent=1) + "\n", "utf-8")


def _counts(scores: Scores, score: float) -> dict[str, int]:
    return {
        "impostors_at_or_above": int((scores.impostor >= score).sum()),
        "genuine_below": int((scores.genuine < score).sum()),
    }


def _folds(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _name(folds: Sequence[int]) -> str:
    return "_".join(str(fold) for fold in folds)


if __name__ == "__main__":
    main()
