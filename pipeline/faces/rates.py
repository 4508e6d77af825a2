"""Error rates of a table of scores, with intervals that know that people appear more than once."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.faces.interval import clustered_interval

RULE_OF_3 = 3  # no error in N trials bounds the rate by 3 / N at 95 %: ISO/IEC 19795-1, annex B
RULE_OF_30 = 30  # errors that a claimed rate must rest on: ISO/IEC 19795-1, annex B
WIDEST = 3.0  # how far the 95 % interval of a claimed rate may reach, times the rate


@dataclass(frozen=True, slots=True)
class Rate:
    """An error rate with its 95 % interval."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        return {key: float(f"{getattr(self, key):.4g}") for key in ("value", "low", "high")}


@dataclass(frozen=True)
class ErrorTable:
    """Counts at rising ``scores``: impostors at or above each, genuine pairs below each.

    The design effects say how many times more a rate varies than with independent comparisons.
    """

    impostors: int
    scores: tuple[float, ...]
    errors: tuple[int, ...]
    genuine: int = 0
    misses: tuple[int, ...] = ()
    error_design: tuple[float, ...] = ()
    miss_design: tuple[float, ...] = ()

    @property
    def floor(self) -> float:
        """The smallest false match rate that is ever stated: rule of 3 on what persons bear."""
        return min(1.0, RULE_OF_3 * _filled(self.error_design, self.scores)[-1] / self.impostors)

    @cached_property
    def least_fmr(self) -> float:
        """The smallest false match rate that these data can claim; 1 if none can be.

        It rests on 30 errors, and its interval over persons reaches at most to three times the
        rate: a million comparisons of twenty people say little about others.
        """
        least = 1.0
        designs = _filled(self.error_design, self.errors)
        for errors, design in zip(self.errors, designs, strict=True):
            if errors < RULE_OF_30 or self._reach(errors, design) > WIDEST:
                break
            least = errors / self.impostors
        if self._reach(RULE_OF_30, designs[-1]) <= WIDEST:
            return RULE_OF_30 / self.impostors
        return least

    def _reach(self, errors: int, design: float) -> float:
        return clustered_interval(errors, self.impostors, design)[1] * self.impostors / errors

    def fmr(self, score: float) -> float:
        """The false match rate of a threshold at ``score``, between table rows in its logarithm.

        Never below what the number of comparisons can bound (rule of 3): where no impostor was
        seen, the rate is not claimed to be smaller.
        """
        place = bisect_left(self.scores, score)
        if place == 0:
            return 1.0
        if place == len(self.scores):
            return self.floor
        logs = [math.log(max(self.errors[row], 1)) for row in (place - 1, place)]
        rate = math.exp(_between(logs, self._share(place, score))) / self.impostors
        return min(1.0, max(rate, self.floor))

    def rate(self, score: float) -> Rate:
        """``fmr`` with its 95 % interval over persons."""
        value = self.fmr(score)
        errors = value * self.impostors if score <= self.scores[-1] else 0.0
        design = self._at(_filled(self.error_design, self.scores), score)
        low, high = clustered_interval(errors, self.impostors, design)
        return Rate(value, low, max(high, value))

    def fnmr(self, score: float) -> Rate | None:
        """The share of genuine comparisons below ``score``; None where none were measured."""
        if not self.genuine or not self.misses:
            return None
        missed = self._at(self.misses, score)
        design = self._at(_filled(self.miss_design, self.scores), score)
        return Rate(missed / self.genuine, *clustered_interval(missed, self.genuine, design))

    def threshold(self, fmr: float) -> float:
        """The score at which the false match rate has fallen to ``fmr``."""
        low, high = self.scores[0], self.scores[-1]
        while high - low > 1e-7:
            middle = (low + high) / 2
            low, high = (middle, high) if self.fmr(middle) > fmr else (low, middle)
        return high

    def score_of_fnmr(self, fnmr: float) -> float:
        """The highest score below which at most the share ``fnmr`` of genuine pairs lies."""
        allowed = fnmr * self.genuine
        low, high = self.scores[0], self.scores[-1]
        while high - low > 1e-7:
            middle = (low + high) / 2
            low, high = (low, middle) if self._at(self.misses, middle) > allowed else (middle, high)
        return low

    def _share(self, place: int, score: float) -> float:
        low, high = self.scores[place - 1], self.scores[place]
        return (score - low) / (high - low)

    def _at(self, values: Sequence[float], score: float) -> float:
        """``values`` of the rows, straight between them and flat beyond."""
        place = bisect_left(self.scores, score)
        if place == 0 or place == len(self.scores):
            return float(values[min(place, len(values) - 1)])
        return _between(values[place - 1 : place + 1], self._share(place, score))


def _between(ends: Sequence[float], share: float) -> float:
    return ends[0] + share * (ends[1] - ends[0])


def _filled(designs: tuple[float, ...], rows: Sequence[object]) -> tuple[float, ...]:
    """Design effects; 1, as of independent comparisons, where none were measured."""
    return designs or (1.0,) * len(rows)
