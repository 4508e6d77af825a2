"""How often are two faces confused, and how often is one person not recognised?

    ./dev bench accuracy.faces --data FOLDER [--memory FILE]

FOLDER holds pairs.csv (a, b, same, fold) and images/PERSON/FILE. The official pairs give the EER;
every pair of pictures of different persons is an impostor, every pair of one person's is genuine.
Intervals are by bootstrap over persons. Thresholds of two folds are judged on the third.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append, machine
from benchmarks.accuracy._face_data import (
    DRAWS,
    Floats,
    Pair,
    arguments,
    by_person,
    described,
    drawn_rates,
    folds,
    read_pairs,
    scores,
)
from pipeline.faces.collect import Collection, subset

RATES = (1e-2, 1e-3, 1e-4)


@dataclass(frozen=True)
class Official:
    """The scores of the official pairs, and the two persons (n, 2) of each."""

    scores: Floats
    same: NDArray[np.bool_]
    persons: NDArray[np.int64]
    without_score: int

    @property
    def eer(self) -> float:
        return equal_error_rate(np.sort(self.scores[self.same]), np.sort(self.scores[~self.same]))


def main() -> None:
    """Describe, compare, print, append to the history."""
    chosen = arguments(__doc__).parse_args()
    pairs = read_pairs(chosen.data)
    started = time.process_time()
    faces = described(chosen.data, pairs, chosen.memory)
    spent = (time.process_time() - started) * 1e3 / len(faces.names)
    official = official_pairs(faces, pairs)
    low, high = eer_interval(official)
    of_fold = folds(faces, pairs)
    figures: dict[str, Any] = {
        "pictures": len(faces.names),
        "without_face": len(faces.without_face),
        "cpu_ms_per_picture": None if chosen.memory else round(spent, 1),
        "official_pairs": len(pairs),
        "pairs_without_score": official.without_score,
        "eer": official.eer,
        "eer_interval_persons": [low, high],
        "all": within(faces),
        "unseen": [
            row
            for fold in np.unique(of_fold)
            for row in across(
                subset(faces, of_fold != fold), subset(faces, of_fold == fold), int(fold)
            )
        ],
    }
    show(figures)
    print(json.dumps(figures, allow_nan=False))
    print(f"{machine()}; appended to {append('faces', figures)}")


def official_pairs(faces: Collection, pairs: list[Pair]) -> Official:
    """The scores of pairs.csv; a pair of which a face was not found has none."""
    place = {name: row for row, name in enumerate(faces.names)}
    usable = [pair for pair in pairs if pair.a in place and pair.b in place]
    sides = [np.array([place[getattr(pair, side)] for pair in usable]) for side in ("a", "b")]
    templates, persons = faces.faces.templates.astype(np.float64), faces.faces.persons
    found = np.einsum("nd,nd->n", templates[sides[0]], templates[sides[1]])
    return Official(
        found,
        np.array([pair.same for pair in usable]),
        np.column_stack([persons[side] for side in sides]),
        len(pairs) - len(usable),
    )


def eer_interval(official: Official) -> tuple[float, float]:
    """95 % interval of the EER over persons drawn with replacement."""
    count = int(official.persons.max()) + 1
    chance = np.random.default_rng(1)
    drawn = []
    for _ in range(DRAWS):
        weight = np.bincount(chance.integers(0, count, count), minlength=count)
        often = weight[official.persons]
        # A genuine pair comes as often as its person, an impostor pair as its two persons meet.
        times = np.where(official.same, often[:, 0], often.prod(1))
        again = np.repeat(np.arange(len(times)), times)
        same, found = official.same[again], official.scores[again]
        drawn.append(equal_error_rate(np.sort(found[same]), np.sort(found[~same])))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def equal_error_rate(genuine: Floats, impostor: Floats) -> float:
    """Where misses and false matches are equally frequent; both arrays rise."""
    thresholds = np.concatenate([genuine, impostor])
    misses = np.searchsorted(genuine, thresholds) / len(genuine)
    matches = 1 - np.searchsorted(impostor, thresholds) / len(impostor)
    best = int(np.argmin(np.abs(misses - matches)))
    return float(misses[best] + matches[best]) / 2


def threshold_at(impostor: Floats, rate: float) -> float:
    """The lowest score that at most ``rate`` of the impostors (rising) reach."""
    allowed = int(rate * len(impostor))
    return float(np.nextafter(impostor[len(impostor) - 1 - allowed], 2))


def within(faces: Collection) -> list[dict[str, Any]]:
    """All pairs with thresholds set on themselves, with intervals over persons."""
    matrix, same, different = scores(faces.faces, faces.faces)
    impostor = np.sort(matrix[different])
    return [
        _row(faces, matrix, same, different, threshold_at(impostor, rate)) | {"target_fmr": rate}
        for rate in RATES
    ]


def across(known: Collection, unseen: Collection, fold: int) -> list[dict[str, Any]]:
    """Figures on ``unseen`` of thresholds that were set on ``known``."""
    matrix, _, different = scores(known.faces, known.faces)
    impostor = np.sort(matrix[different])
    matrix, same, different = scores(unseen.faces, unseen.faces)
    return [
        {
            "fold": fold,
            "target_fmr": rate,
            "fmr": float((matrix[different] >= threshold).mean()),
            "fnmr": float((matrix[same] < threshold).mean()),
        }
        for rate in RATES
        for threshold in [threshold_at(impostor, rate)]
    ]


def _row(
    faces: Collection,
    matrix: Floats,
    same: NDArray[np.bool_],
    different: NDArray[np.bool_],
    threshold: float,
) -> dict[str, Any]:
    _, people = np.unique(faces.faces.persons, return_inverse=True)
    tables = [
        by_person(table.astype(np.float64), people, people)
        for table in (
            different & (matrix >= threshold),
            different,
            same & (matrix < threshold),
            same,
        )
    ]
    return {
        "threshold": round(threshold, 4),
        "fmr": float(tables[0].sum() / tables[1].sum()),
        "fmr_interval_persons": drawn_rates(tables[0], tables[1]),
        "fnmr": float(tables[2].sum() / tables[3].sum()),
        "fnmr_interval_persons": drawn_rates(tables[2], tables[3], within=True),
        "impostors": int(different.sum()) // 2,
        "genuine": int(same.sum()) // 2,
    }


def show(figures: dict[str, Any]) -> None:
    """The table for people."""
    low, high = figures["eer_interval_persons"]
    print(
        f"{figures['pictures']} pictures, {figures['without_face']} without a face; EER "
        f"{100 * figures['eer']:.2f} % ({100 * low:.2f} .. {100 * high:.2f}) on "
        f"{figures['official_pairs']} official pairs, {figures['pairs_without_score']} without "
        "a score"
    )
    for row in figures["all"]:
        least, most = row["fmr_interval_persons"]
        low, high = (100 * end for end in row["fnmr_interval_persons"])
        print(
            f"  FMR {row['target_fmr']:.0e} at {row['threshold']:.4f} ({least:.1e} .. {most:.1e}): "
            f"FNMR {100 * row['fnmr']:.2f} % ({low:.2f} .. {high:.2f})"
        )
    for row in figures["unseen"]:
        print(
            f"  fold {row['fold']} by the others, target {row['target_fmr']:.0e}: FMR "
            f"{row['fmr']:.2e}, FNMR {100 * row['fnmr']:.2f} %"
        )


if __name__ == "__main__":
    main()
