"""What do several frames and several references of one person add?

    ./dev bench accuracy.faces_several --data FOLDER [--memory FILE]

FOLDER as for accuracy.faces. References: a live picture, a colour print and a chip's portrait of a
person, from other photographs than the probe. Frames: the mean of two or three templates against
one other picture (other photographs, so more different than frames of a camera).
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append, machine
from benchmarks.accuracy._face_data import Floats, arguments, described, read_pairs
from pipeline.faces.collect import Collection, subset
from pipeline.faces.comparisons import AllPairs, Faces
from pipeline.faces.tally import tabulate
from pipeline.policy import load_policy

RATES = (1e-2, 1e-3, 1e-4)
DRAWN = 2  # sets of references of each person
FRAMES = (1, 2, 3)
Numbers = NDArray[np.int64]


def main() -> None:
    """Describe, fuse, print, append to the history."""
    chosen = arguments(__doc__).parse_args()
    pairs = read_pairs(chosen.data)
    live, prints, chips = (
        described(chosen.data, pairs, chosen.memory, kind) for kind in ("live", "document", "chip")
    )
    limit = load_policy().number("faces", "grey_chroma")
    prints = subset(prints, np.array([quality.colour >= limit for quality in prints.qualities]))
    figures = {"references": references([live, prints, chips]), "frames": frames(live.faces)}
    for name, rows in figures.items():
        print(name)
        for row in rows:
            print("  ", row)
    print(json.dumps(figures, allow_nan=False))
    print(f"{machine()}; appended to {append('faces_several', figures)}")


def references(kinds: list[Collection]) -> list[dict[str, Any]]:
    """FNMR at the false match rates of each way to fuse, on the same comparisons."""
    probes = kinds[0].faces
    chance = np.random.default_rng(1)
    common = set.intersection(*(set(kind.faces.persons.tolist()) for kind in kinds))
    people = np.repeat(sorted(common), DRAWN)
    sets = [_drawn(kind.faces, people, chance) for kind in kinds]
    same = probes.persons[:, None] == people[None]
    own = np.zeros_like(same)
    scores = []
    for kind, rows in zip(kinds, sets, strict=True):
        scores.append(probes.templates.astype(np.float64) @ kind.faces.templates[rows].T)
        own |= probes.pictures[:, None] == kind.faces.pictures[rows][None]
    genuine, impostor = same & ~own, ~same
    scaled = [(table - table[impostor].mean()) / table[impostor].std() for table in scores]
    live, printed, chip = scaled
    ways = {
        "live": live,
        "print": printed,
        "chip": chip,
        "print and chip, mean": (printed + chip) / 2,
        "print and chip, best": np.maximum(printed, chip),
        "all three, mean": (live + printed + chip) / 3,
        "all three, best": np.maximum(np.maximum(live, printed), chip),
    }
    return [
        {"fused": name, "genuine": int(genuine.sum()), **_missed(table[genuine], table[impostor])}
        for name, table in ways.items()
    ]


def frames(faces: Faces) -> list[dict[str, Any]]:
    """What averaged frames do to both rates at the thresholds of single pictures."""
    thresholds = [tabulate(AllPairs(faces)).threshold(rate) for rate in RATES]
    chance = np.random.default_rng(1)
    rows = []
    for count in FRAMES:
        genuine, impostor = _against_means(faces, count, chance)
        rows.append(
            {
                "frames": count,
                "genuine": len(genuine),
                "fmr": [float(f"{(impostor >= limit).mean():.3g}") for limit in thresholds],
                "fnmr": [float(f"{(genuine < limit).mean():.3g}") for limit in thresholds],
                "factor": [
                    float(f"{(impostor >= limit).mean() / rate:.3g}")
                    for limit, rate in zip(thresholds, RATES, strict=True)
                ],
                **_missed(genuine, impostor),
            }
        )
    return rows


def _against_means(faces: Faces, count: int, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """Scores of every other picture with means of ``count`` pictures of one person."""
    genuine, impostor = [], []
    for person in np.unique(faces.persons):
        rows = np.flatnonzero(faces.persons == person)
        if len(rows) <= max(FRAMES):  # the same persons for every count
            continue
        for _ in range(4):
            used = chance.choice(rows, count, replace=False)
            mean = faces.templates[used].astype(np.float64).mean(0)
            scores = faces.templates @ (mean / np.linalg.norm(mean))
            genuine.append(scores[np.setdiff1d(rows, used)])
            impostor.append(scores[faces.persons != person])
    return np.concatenate(genuine), np.concatenate(impostor)


def _drawn(faces: Faces, people: Numbers, chance: np.random.Generator) -> Numbers:
    """One picture of each of ``people``."""
    by_person = {person: np.flatnonzero(faces.persons == person) for person in np.unique(people)}
    return np.array([chance.choice(by_person[person]) for person in people])


def _missed(genuine: Floats, impostor: Floats) -> dict[str, float]:
    """FNMR at each false match rate."""
    limits = np.quantile(impostor, [1 - rate for rate in RATES])
    return {
        f"fnmr_at_{rate:.0e}": float(f"{(genuine < limit).mean():.4g}")
        for rate, limit in zip(RATES, limits, strict=True)
    }


if __name__ == "__main__":
    main()
