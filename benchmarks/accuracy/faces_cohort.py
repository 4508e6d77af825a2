"""What does normalising scores by a cohort of strangers gain, and what a second network?

    ./dev bench accuracy.faces_cohort --data FOLDER [--memory FILE] [--second NAME]

FOLDER as for accuracy.faces. All pairs of all folds; a pair's cohort is one picture of each person
of a fold that neither of the two is from. --second names an added embedder (``periksa models add``)
whose scores are fused with the default's. Thresholds are set on the same comparisons, except where
it says unseen: there the thresholds come from the comparisons within the two other folds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append, machine
from benchmarks.accuracy._face_data import (
    Pair,
    arguments,
    folds,
    pictures,
    read_pairs,
)
from models.faces.embedders import DEFAULT
from pipeline.faces.collect import Collection, Memory, collect
from pipeline.faces.comparisons import AllPairs, Faces
from pipeline.faces.match import describe_face
from pipeline.faces.normalise import Cohort
from pipeline.faces.tally import tabulate
from pipeline.policy import Policy, load_policy

RATES = (1e-2, 1e-3, 1e-4)
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Together:
    """Comparisons of several kinds, counted as one; persons are numbered alike in all."""

    parts: tuple[AllPairs, ...]

    @property
    def span(self) -> tuple[float, float]:
        return self.parts[0].span

    def blocks(self) -> Iterator[Any]:
        for part in self.parts:
            yield from part.blocks()

    def of_group(self, mask: Mask) -> Together:
        return replace(self, parts=tuple(part.of_group(mask) for part in self.parts))


def main() -> None:
    """Describe, count, print, append to the history."""
    parser = arguments(__doc__)
    parser.add_argument("--second", metavar="NAME")
    chosen = parser.parse_args()
    pairs = read_pairs(chosen.data)
    figures: dict[str, Any] = {}
    networks: dict[str, tuple[str, ...]] = {"default": (DEFAULT,)}
    if chosen.second:
        networks |= {"second": (chosen.second,), "fused": (DEFAULT, chosen.second)}
    for name, embedders in networks.items():
        faces = _described(chosen.data, pairs, chosen.memory, embedders)
        of_fold = folds(faces, pairs)
        for kind, cohort in (("plain", False), ("normalised", True)):
            figures[f"{name}, {kind}"] = found = _figures(faces.faces, of_fold, cohort=cohort)
            _show(f"{name}, {kind}", found)
    print(json.dumps(figures, allow_nan=False))
    print(f"{machine()}; appended to {append('faces_cohort', figures)}")


def _described(
    data: Path, pairs: list[Pair], memory: Path | None, embedders: tuple[str, ...]
) -> Collection:
    policy = _policy(embedders)
    describe = partial(describe_face, policy=policy)
    if memory is None:
        return collect(pictures(data, pairs), describe=describe)
    with Memory(memory, "live", embedders) as known:
        return collect(pictures(data, pairs), known, describe=describe)


def _policy(embedders: tuple[str, ...]) -> Policy:
    policy = load_policy()
    faces = {**policy.section("faces"), "embedder": list(embedders)}
    return replace(policy, sections={**policy.sections, "faces": faces})


def _figures(faces: Faces, of_fold: NDArray[np.int64], *, cohort: bool) -> dict[str, Any]:
    """Rates on all pairs, and of each fold by thresholds of pairs within the others."""
    known = np.unique(of_fold)
    within = {
        int(fold): AllPairs(
            faces.chosen(of_fold == fold), cohort=_cohort(faces, of_fold != fold, cohort)
        )
        for fold in known
    }
    between = [
        AllPairs(
            faces.chosen(of_fold == one),
            faces.chosen(of_fold == other),
            cohort=_cohort(faces, (of_fold != one) & (of_fold != other), cohort),
        )
        for one in known
        for other in known
        if one < other
    ]
    everything = tabulate(Together((*within.values(), *between)))
    rows = []
    for rate in RATES:
        threshold = everything.threshold(rate)
        interval, missed = everything.rate(threshold), everything.fnmr(threshold)
        rows.append(
            {
                "target_fmr": rate,
                "threshold": round(threshold, 4),
                "fmr_interval": [interval.low, interval.high],
                "fnmr": missed and missed.to_dict(),
            }
        )
    return {
        "impostors": everything.impostors,
        "genuine": everything.genuine,
        "all": rows,
        "unseen": list(_unseen(within)),
    }


def _unseen(within: dict[int, AllPairs]) -> Iterator[dict[str, Any]]:
    for fold, seen in within.items():
        learned = tabulate(Together(tuple(part for key, part in within.items() if key != fold)))
        table = tabulate(seen)
        for rate in (1e-2, 1e-3):
            threshold = learned.threshold(rate)
            missed = table.fnmr(threshold)
            yield {
                "fold": fold,
                "target_fmr": rate,
                "fmr": table.fmr(threshold),
                "fnmr": missed and missed.value,
            }


def _cohort(faces: Faces, mask: Mask, wanted: bool) -> Cohort | None:
    """One template of each person of ``mask``."""
    if not wanted:
        return None
    strangers = faces.chosen(mask)
    _, first = np.unique(strangers.persons, return_index=True)
    return Cohort(strangers.templates[first], {}, "in between")


def _show(name: str, figures: dict[str, Any]) -> None:
    print(f"\n{name}: {figures['genuine']:,} genuine, {figures['impostors']:,} impostors")
    for row in figures["all"]:
        fnmr = row["fnmr"]
        print(
            f"  FMR {row['target_fmr']:.0e} at {row['threshold']:.4f}: FNMR "
            f"{100 * fnmr['value']:.2f} % ({100 * fnmr['low']:.2f} .. {100 * fnmr['high']:.2f})"
        )
    for row in figures["unseen"]:
        print(
            f"  fold {row['fold']} by the others, target {row['target_fmr']:.0e}: "
            f"FMR {row['fmr']:.2e}, FNMR {100 * row['fnmr']:.2f} %"
        )


if __name__ == "__main__":
    main()
