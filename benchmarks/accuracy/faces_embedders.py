"""Which network tells faces apart best: int8, float32, one that was added, several fused?

    python -m benchmarks.accuracy.faces_embedders --data FOLDER [--embedder NAME[,NAME]]...

Every picture is located once and embedded by all. FNMR at false match rates over all pairs of
pictures, thresholds set on the same pairs; intervals, and those of the difference to the first
embedder, by drawing persons (bootstrap).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append, machine
from benchmarks.accuracy._face_data import read_pairs
from capture.sample import Sample
from models.faces._embedder import Embedder
from models.faces.embedders import embedder
from pipeline.portrait.locate import locate_face

Floats = NDArray[np.float64]
RATES = (1e-2, 1e-3, 1e-4)
DRAWS = 1000
USUAL = ["dlib-resnet", "dlib-resnet-int8"]


def main() -> None:
    """Embed, compare, print, append to the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--embedder", action="append", metavar="NAME[,NAME]")
    chosen = parser.parse_args()
    networks = [embedder(names.split(",")) for names in chosen.embedder or USUAL]
    pairs = read_pairs(chosen.data)
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    stacks, used, spent = embed_all([chosen.data / "images" / name for name in names], networks)
    persons = np.unique([names[row].split("/")[0] for row in used], return_inverse=True)[1]
    print(f"{machine()}\n{len(used)} of {len(names)} pictures, {persons.max() + 1} persons\n")
    figures = compared(networks, stacks, persons, spent)
    print(f"\nappended to {append('faces_embedders', figures)}")


def embed_all(
    files: Sequence[Path], networks: Sequence[Embedder]
) -> tuple[list[Floats], list[int], list[float]]:
    """A template of every face and network, which pictures had one, and CPU ms a face."""
    rows: list[list[Floats]] = [[] for _ in networks]
    used, spent = [], [0.0] * len(networks)
    for number, file in enumerate(files):
        image = Sample.from_file(file).image
        face = locate_face(image)
        if face is None:
            continue
        used.append(number)
        for place, network in enumerate(networks):
            started = time.thread_time()
            rows[place].append(network.embed(image, face.landmarks).astype(np.float64))
            spent[place] += 1e3 * (time.thread_time() - started)
    return [np.stack(row) for row in rows], used, [total / len(used) for total in spent]


def compared(
    networks: Sequence[Embedder],
    stacks: Sequence[Floats],
    persons: NDArray[np.int64],
    spent: Sequence[float],
) -> dict[str, Any]:
    """FNMR of each network at each rate, with intervals; printed as a table."""
    upper = np.triu_indices(len(persons), 1)
    same = (persons[:, None] == persons[None])[upper]
    owner = persons[upper[0][same]]
    first: list[NDArray[np.bool_]] = []
    figures: dict[str, Any] = {"pictures": len(persons), "genuine": int(same.sum())}
    print(f"{'embedder':<32}{'CPU ms':>7}{'spread':>8}   FNMR % at " + ", ".join(map(str, RATES)))
    for network, stack, cost in zip(networks, stacks, spent, strict=True):
        scores = (stack @ stack.T)[upper]
        impostors, genuine = np.sort(scores[~same]), scores[same]
        missed = [genuine < _threshold(impostors, rate) for rate in RATES]
        first = first or missed
        rows = [_row(*each, owner) for each in zip(missed, first, strict=True)]
        figures[network.name] = {
            "digest": network.digest,
            "cpu_ms": round(cost, 2),
            "spread": round(float(impostors.std()), 4),
            "fnmr": dict(zip(map(str, RATES), rows, strict=True)),
        }
        told = "  ".join("{value:.2f} ({low:.2f} .. {high:.2f})".format(**row) for row in rows)
        print(f"{network.name:<32}{cost:7.1f}{impostors.std():8.4f}   {told}")
        if network is not networks[0]:
            than = "  ".join("{less:+.2f} .. {more:+.2f}".format(**row) for row in rows)
            print(f"{'':<32}  against {networks[0].name}: {than}")
    return figures


def _threshold(impostors: Floats, rate: float) -> float:
    """The lowest score that at most ``rate`` of the impostors (rising) reach."""
    allowed = int(rate * len(impostors))
    return float(np.nextafter(impostors[len(impostors) - 1 - allowed], 2))


def _row(
    missed: NDArray[np.bool_], first: NDArray[np.bool_], owner: NDArray[np.int64]
) -> dict[str, float]:
    """FNMR % with its interval, and the interval of its difference to the first network's."""
    count = int(owner.max()) + 1
    sums = np.stack(
        [np.bincount(owner, each, count) for each in (missed, first, np.ones(len(owner)))]
    )
    chance = np.random.default_rng(1)
    drawn = np.stack([sums[:, chance.integers(0, count, count)].sum(1) for _ in range(DRAWS)])
    low, high = np.quantile(100 * drawn[:, 0] / drawn[:, 2], [0.025, 0.975])
    less, more = np.quantile(100 * (drawn[:, 0] - drawn[:, 1]) / drawn[:, 2], [0.025, 0.975])
    found = {"value": 100 * missed.mean(), "low": low, "high": high, "less": less, "more": more}
    return {name: round(float(value), 2) for name, value in found.items()}


if __name__ == "__main__":
    main()
