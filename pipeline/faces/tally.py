"""Counting comparisons: the error table and the likelihood ratios of a set of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.comparisons import Block, Comparisons
from pipeline.faces.rates import RULE_OF_3, RULE_OF_30, ErrorTable

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
_BINS = 1 << 16  # over the span of scores: 3e-5 of a cosine
_PER_DECADE = 10  # rows of the table for each decade of the false match rate
_GENUINE_ROWS = 40


@dataclass(frozen=True)
class Histogram:
    """Counts of scores in ``_BINS`` equal bins, genuine and impostor; ``edges`` has one more."""

    edges: Floats
    genuine: Numbers
    impostor: Numbers


def histogram(comparisons: Comparisons) -> Histogram:
    """All comparisons by score; those beyond the span are counted in its last bins."""
    low, high = comparisons.span
    counts = np.zeros((2, _BINS), np.int64)
    for block in comparisons.blocks():
        place = ((block.scores.astype(np.float64) - low) * (_BINS / (high - low))).astype(np.int64)
        place = np.clip(place, 0, _BINS - 1)
        same = block.one == block.other
        counts[0] += np.bincount(place[same], minlength=_BINS)
        counts[1] += np.bincount(place[~same], minlength=_BINS)
    return Histogram(np.linspace(low, high, _BINS + 1), counts[0], counts[1])


def tabulate(comparisons: Comparisons, counted: Histogram | None = None) -> ErrorTable:
    """The error table of ``comparisons``, with design effects over persons.

    ValueError if there are no impostor comparisons.
    """
    counted = counted or histogram(comparisons)
    if not counted.impostor.any():
        raise ValueError("no comparison of two persons")
    scores = _rows(counted)
    tally = _Tally(scores, comparisons.blocks())
    return ErrorTable(
        impostors=int(tally.trials[1].sum() // 2),
        scores=tuple(round(float(score), 6) for score in scores),
        errors=tuple(int(count) for count in tally.errors),
        genuine=int(tally.trials[0].sum()),
        misses=tuple(int(count) for count in tally.misses),
        error_design=tuple(round(float(value), 3) for value in tally.error_design()),
        miss_design=tuple(round(float(value), 3) for value in tally.miss_design()),
    )


def _rows(counted: Histogram) -> Floats:
    """Scores for a table: ten a decade of the false match rate, and quantiles of the genuine."""
    above = counted.impostor[::-1].cumsum()[::-1]
    total = int(above[0])
    steps = np.arange(int(_PER_DECADE * np.log10(total)) + 1)
    wanted = np.unique(np.rint(total / 10 ** (steps / _PER_DECADE)).astype(np.int64))
    places = {int(np.flatnonzero(above >= count)[-1]) for count in wanted}
    places |= {int(np.flatnonzero(above)[-1]), int(np.flatnonzero(above == total)[-1])}
    if counted.genuine.any():
        below = counted.genuine.cumsum()
        shares = np.linspace(0.5 / _GENUINE_ROWS, 1, _GENUINE_ROWS) * below[-1]
        places |= {int(place) for place in np.searchsorted(below, shares)}
    top = int(np.flatnonzero(above)[-1])
    return counted.edges[sorted(place for place in places if place <= top)]


class _Tally:
    """Counts at each row and person: ``hits[kind]`` (rows, persons), ``trials[kind]`` (persons,).

    Kind 0 counts genuine comparisons below a row, kind 1 impostors at or above it; an impostor
    comparison counts for both its persons.
    """

    def __init__(self, scores: Floats, blocks: Iterator[Block]) -> None:
        counts = [np.zeros((0, len(scores) + 1), np.int64) for _ in range(2)]
        for block in blocks:
            # How many rows a score reaches; as in `score >= row`.
            reached = np.searchsorted(np.round(scores, 6), block.scores, side="right")
            same = block.one == block.other
            counts[0] = _added(counts[0], block.one[same], reached[same])
            for persons in (block.one, block.other):
                counts[1] = _added(counts[1], persons[~same], reached[~same])
        self.trials = [count.sum(1) for count in counts]
        at_least = [count[:, ::-1].cumsum(1)[:, ::-1][:, 1:] for count in counts]
        self._missed = (self.trials[0][:, None] - at_least[0]).T
        self._matched = at_least[1].T
        self.misses: Numbers = self._missed.sum(1)
        self.errors: Numbers = self._matched.sum(1) // 2

    def miss_design(self) -> Floats:
        return _designs(self._missed, self.trials[0], 1)

    def error_design(self) -> Floats:
        return _designs(self._matched, self.trials[1], 2)


def _added(counts: Numbers, persons: Numbers, reached: Numbers) -> Numbers:
    """``counts`` (persons, rows + 1) and one more for each pair of a person and a number."""
    width = counts.shape[1]
    people = max(len(counts), int(persons.max(initial=-1)) + 1)
    grown = np.zeros((people, width), np.int64)
    grown[: len(counts)] = counts
    grown += np.bincount(persons * width + reached, minlength=people * width).reshape(-1, width)
    return grown


def _designs(hits: Numbers, trials: Numbers, sides: int) -> Floats:
    """Design effect of each row: the variance over persons by that of independent comparisons.

    The infinitesimal jackknife: what the rate loses when a person is weighted down
    (Efron and Stein, The jackknife estimate of variance, Annals of Statistics 9, 1981). Rows of
    fewer than 30 errors know too little and keep the effect of their neighbour.
    """
    total, people = trials.sum() / sides, np.count_nonzero(trials)
    designs: Floats = np.ones(len(hits))
    if not total or people < 2:
        return designs
    rates: Floats = hits.sum(1) / sides / total
    pulls = (hits - rates[:, None] * trials[None]) / total
    independent = np.maximum(rates * (1 - rates) / total, 1e-300)
    designs = np.maximum((pulls**2).sum(1) * people / (people - 1) / independent, 1.0)
    known = np.minimum(hits.sum(1), trials.sum()[None] - hits.sum(1)) / sides >= RULE_OF_30
    if not known.any():
        return designs
    rows = np.arange(len(hits))
    nearest = np.abs(rows[:, None] - rows[known][None]).argmin(1)
    kept: Floats = np.where(known, designs, designs[known][nearest])
    return kept


def likelihood_ratios(counted: Histogram, table: ErrorTable) -> tuple[tuple[float, float], ...]:
    """Rising (score, natural logarithm of the likelihood ratio), between the table's scores.

    Pool-adjacent-violators on the bins between the scores (Zadrozny and Elkan, KDD 2002; for
    likelihood ratios Brümmer and du Preez, Computer Speech and Language 20, 2006). Where one kind
    is missing, as much as the comparisons can bound (rule of 3, by the design effect). Empty
    without genuine pairs.
    """
    if not table.genuine:
        return ()
    place = np.searchsorted(np.round(counted.edges, 6), table.scores)
    parts = [np.add.reduceat(counts, place) for counts in (counted.genuine, counted.impostor)]
    same, different = _pooled(*(part / part.sum() for part in parts))
    least_same = min(1.0, RULE_OF_3 * table.miss_design[0] / table.genuine)
    least_different = min(1.0, RULE_OF_3 * table.error_design[-1] / table.impostors)
    ratios = np.log(np.maximum(same, least_same) / np.maximum(different, least_different))
    middles = [*(np.array(table.scores[:-1]) + np.array(table.scores[1:])) / 2, table.scores[-1]]
    return tuple(
        (round(float(score), 6), round(float(ratio), 4))
        for score, ratio in zip(middles, np.maximum.accumulate(ratios), strict=True)
    )


def _pooled(genuine: Floats, impostor: Floats) -> tuple[Floats, Floats]:
    """Neighbouring groups are merged until genuine / impostor never falls; each group's sums."""
    merged: list[list[float]] = []
    for same, different in zip(genuine, impostor, strict=True):
        merged.append([same, different, 1])
        while len(merged) > 1 and merged[-2][0] * merged[-1][1] >= merged[-1][0] * merged[-2][1]:
            last = merged.pop()
            merged[-1] = [one + other for one, other in zip(merged[-1], last, strict=True)]
    table = np.array(merged)
    sizes = table[:, 2].astype(np.int64)
    return np.repeat(table[:, 0], sizes), np.repeat(table[:, 1], sizes)
