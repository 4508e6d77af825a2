"""Exact confidence intervals of error rates, without a statistics library."""

from __future__ import annotations

import math
from functools import lru_cache


def interval(errors: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's exact interval (Biometrika 26, 1934) of ``errors`` in ``trials``.

    With no error the upper end is about 3.7 / trials (the rule of three is its one-sided form).
    """
    if not 0 <= errors <= trials or trials < 1:
        raise ValueError(f"{errors} errors in {trials} trials")
    return _interval(errors, trials, confidence)


def clustered_interval(
    errors: float, trials: float, design: float, confidence: float = 0.95
) -> tuple[float, float]:
    """The interval where trials depend on each other: as if there were only trials / ``design``.

    ``design`` (at least 1) is how many times more the rate varies than with independent trials.
    Korn and Graubard, Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data, Survey Methodology 24, 1998.
    """
    if not 0 <= errors <= trials or trials <= 0 or design < 1:
        raise ValueError(f"{errors} errors in {trials} trials, design effect {design}")
    return _interval(errors / design, trials / design, confidence)


@lru_cache(maxsize=1024)
def _interval(errors: float, trials: float, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low = 0.0 if errors == 0 else _beta_quantile(tail, errors, trials - errors + 1)
    high = 1.0 if errors == trials else _beta_quantile(1 - tail, errors + 1, trials - errors)
    return low, high


def _beta_quantile(probability: float, a: float, b: float) -> float:
    """Where the beta distribution's cumulative function reaches ``probability``, by bisection.

    To seven digits: rates are stated with four.
    """
    low, high = 0.0, 1.0
    while high - low > 1e-7 * high:
        middle = (low + high) / 2
        below = _beta_cumulative(middle, a, b) < probability
        low, high = (middle, high) if below else (low, middle)
    return (low + high) / 2


def _beta_cumulative(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function (NIST Digital Library of Functions, 8.17)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_cumulative(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    log_front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / a * _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """The continued fraction 8.17.22 by Lentz's method (Thompson and Barnett, 1986)."""
    tiny = 1e-300
    value, upper, lower = 2.0, 2.0, 1.0  # after the first term, which is 1
    for step in range(1, 50_000):
        half = step // 2
        even = half * (b - half)
        odd = -(a + half) * (a + b + half)
        term = (odd if step % 2 else even) * x / ((a + step - 1) * (a + step))
        lower = 1 / ((1 + term * lower) or tiny)
        upper = (1 + term / upper) or tiny
        value *= lower * upper
        if abs(lower * upper - 1) < 1e-14:
            break
    return value - 1
