"""From a raw value to ISO/IEC 29794-5's scalar: 0 (useless) to 100 (as good as it gets)."""

from __future__ import annotations

import math


def clamped(value: float) -> int:
    """``value`` rounded half up and held within 0..100."""
    return min(100, max(0, math.floor(value + 0.5)))


def logistic(value: float, middle: float, width: float) -> float:
    """The sigmoid of ISO/IEC 29794-5: 0.5 at ``middle``, rising over ``width``; never overflows."""
    steepness = (middle - value) / width
    return 0.0 if steepness > 700 else 1.0 / (1.0 + math.exp(steepness))


def sigmoid(
    value: float,
    middle: float,
    width: float,
    *,
    top: float = 100,
    base: float = 0,
    slope: float = 1,
) -> int:
    """``top * (base + slope * logistic)``, the mapping that most components of OFIQ share."""
    return clamped(top * (base + slope * logistic(value, middle, width)))


def falling(value: float, middle: float, width: float, *, top: float = 100) -> int:
    """``top * (1 - logistic)``: high raw values are poor."""
    return sigmoid(value, middle, width, top=top, base=1, slope=-1)


def share_free(value: float) -> int:
    """100 for a share of nothing, 0 for a share of everything."""
    return clamped(100 * (1 - value))


def frontal(degrees: float) -> int:
    """Squared cosine of an angle, 0 from a quarter turn on."""
    return clamped(100 * max(0.0, math.cos(math.radians(degrees))) ** 2)
