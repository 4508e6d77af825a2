"""The equal error rate of a list of comparisons."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def equal_error_rate(genuine: Sequence[float], impostor: Sequence[float]) -> tuple[float, float]:
    """The rate at which false matches and false non-matches are equally frequent, and its score.

    Where no threshold makes them equal, the mean of both at the threshold that brings them
    closest (ISO/IEC 19795-1 leaves this open). Both lists have at least one score.
    """
    genuine, impostor = sorted(genuine), sorted(impostor)

    def rates(threshold: float) -> tuple[float, float]:
        missed = bisect_left(genuine, threshold) / len(genuine)
        passed = 1 - bisect_left(impostor, threshold) / len(impostor)
        return missed, passed

    best = min(
        sorted({*genuine, *impostor}), key=lambda score: abs(rates(score)[0] - rates(score)[1])
    )
    missed, passed = rates(best)
    return (missed + passed) / 2, best
