"""Logistic regression by Newton's method, with a little shrinkage; enough for a dozen weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHRINKAGE = 1.0
_ROUNDS = 40
_STEEPEST = 30.0


def logistic(values: Floats, right: NDArray[np.bool_], names: Sequence[str]) -> dict[str, float]:
    """Weights by name and ``constant``. ``values``: cases x names; ``right``: cases."""
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    scaled = np.concatenate([np.ones((len(values), 1)), (values - mean) / deviation], axis=1)
    shrink = np.diag([1e-6, *[SHRINKAGE] * len(names)])
    weights = np.zeros(scaled.shape[1])
    for _ in range(_ROUNDS):
        shares = 1 / (1 + np.exp(-np.clip(scaled @ weights, -_STEEPEST, _STEEPEST)))
        slope = scaled.T @ (shares - right) + shrink @ weights
        bend = (scaled * (shares * (1 - shares))[:, None]).T @ scaled + shrink
        weights -= np.linalg.solve(bend, slope)
    plain = weights[1:] / deviation
    constant = weights[0] - float((plain * mean).sum())
    return {"constant": float(constant)} | dict(zip(names, map(float, plain), strict=True))
