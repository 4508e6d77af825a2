"""Least squares in closed form: the few small fits of a zone cost microseconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mean(values: Floats, weight: Floats) -> float:
    """The weighted mean."""
    return float(values @ weight) / float(weight.sum())


def line(x: Floats, y: Floats, weight: Floats) -> tuple[float, float]:
    """Slope and offset of y over x; slope 0 where all ``x`` are equal."""
    at, level = mean(x, weight), mean(y, weight)
    away = x - at
    moment = away * weight
    spread = float(moment @ away)
    slope = float(moment @ (y - level)) / spread if spread > 0 else 0.0
    return slope, level - slope * at


def parabola(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Bend, slope and offset of y over x; needs three different ``x``."""
    at, half = float(x[0] + x[-1]) / 2, max(float(np.ptp(x)) / 2, 1e-9)
    u = (x - at) / half  # about -1..1: the normal equations are well conditioned
    powers = np.stack([u * u, u, np.ones(len(u))])
    bend, slope, offset = np.linalg.solve(powers @ powers.T, powers @ y).tolist()
    bend, slope = bend / half**2, slope / half
    return bend, slope - 2 * bend * at, offset - slope * at + bend * at * at
