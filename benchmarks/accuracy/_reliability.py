"""Whether probabilities mean what they say: stated against observed, in numbers and drawn."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.interval import interval

Floats = NDArray[np.float64]

EDGES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 1.0)
"""Bins of the probability of an error: what matters lies near zero."""
_BINS = 20  # of equal width, for the expected calibration error (Naeini et al., AAAI 2015)


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases of like stated probability of an error."""

    cases: int
    stated: float
    wrong: int
    low: float  # 95 % interval of the true rate
    high: float

    def to_dict(self) -> dict[str, float]:
        return {
            "cases": self.cases,
            "stated": round(self.stated, 6),
            "observed": round(self.wrong / self.cases, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
        }


def bins(stated: Floats, right: NDArray[np.bool_]) -> list[Bin]:
    """``stated``: probabilities of being right; ``right``: whether they were."""
    error = 1 - stated
    found = []
    for low, high in itertools.pairwise(EDGES):
        here = (error >= low) & ((error < high) | (high == EDGES[-1]))
        cases, wrong = int(here.sum()), int((~right[here]).sum())
        if cases:
            found.append(Bin(cases, float(error[here].mean()), wrong, *interval(wrong, cases)))
    return found


def calibration_error(stated: Floats, right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean distance of stated and observed, weighted by cases."""
    place = np.minimum((stated * _BINS).astype(int), _BINS - 1)
    total = 0.0
    for number in range(_BINS):
        here = place == number
        if here.any():
            total += abs(float(stated[here].mean() - right[here].mean())) * float(here.mean())
    return total


def draw(curves: Mapping[str, list[Bin]], path: Path) -> None:
    """Stated against observed rate of errors, both logarithmic, with 95 % intervals."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(5.2, 5.0), dpi=110)
    floor = 1e-5
    axes.plot([floor, 1], [floor, 1], color="0.6", linewidth=1, label="means what it says")
    for name, found in curves.items():
        stated = np.array([max(each.stated, floor) for each in found])
        observed = np.array([max(each.wrong / each.cases, floor) for each in found])
        spread = np.array([[max(each.low, floor), max(each.high, floor)] for each in found]).T
        bars = np.abs(spread - observed)
        axes.errorbar(stated, observed, yerr=bars, marker="o", capsize=3, label=name)
    axes.set(xscale="log", yscale="log", xlim=(floor, 1.1), ylim=(floor, 1.1))
    axes.set(xlabel="stated probability of an error", ylabel="observed share of errors")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left", frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)
