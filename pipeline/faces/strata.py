"""Kinds of poor quality: from which value on, and what errors comparisons of such faces have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.calibration import Stratum
from pipeline.faces.comparisons import AllPairs
from pipeline.faces.quality import FaceQuality
from pipeline.faces.rates import RULE_OF_30
from pipeline.faces.tally import tabulate

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Limits = Mapping[str, tuple[str, float, Literal["below", "above"]]]

KINDS: Mapping[str, tuple[str, Literal["below", "above"]]] = {
    "blurred": ("sharpness", "below"),
    "small": ("inter_eye_distance", "below"),
    "flat": ("contrast", "below"),
    "grey": ("colour", "below"),
    "turned": ("turn", "above"),
}


def poor(
    qualities: Sequence[FaceQuality], measure: str, limit: float, poor_is: Literal["below", "above"]
) -> Mask:
    """Which faces (N,) lie beyond the limit."""
    values = np.array([getattr(quality, measure) for quality in qualities])
    mask: Mask = values < limit if poor_is == "below" else values > limit
    return mask


def measure_strata(
    comparisons: AllPairs,
    qualities: tuple[Sequence[FaceQuality], Sequence[FaceQuality]],
    limits: Limits,
) -> dict[str, Stratum]:
    """The strata of ``comparisons`` (qualities of probes and of references).

    One with fewer than 30 genuine comparisons, or too few impostors to carry a rate of one in a
    hundred, is left out: nothing is known of it.
    """
    strata = {}
    for name, (measure, limit, poor_is) in limits.items():
        masks = tuple(poor(side, measure, limit, poor_is) for side in qualities)
        if not (masks[0].any() or masks[1].any()):
            continue
        table = tabulate(replace(comparisons, poor=(masks[0], masks[1])))
        if table.genuine >= RULE_OF_30 and table.least_fmr <= 0.01:
            strata[name] = Stratum(measure, limit, poor_is, table)
    return strata


def find_limit(
    values: Floats, missed: Mask, poor_is: Literal["below", "above"], *, share: float, parts: int
) -> float | None:
    """From where on a measure foretells misses: the edge of the last of the worst ``parts``.

    ``values`` (n,) are the measure of one genuine comparison each, ``missed`` whether it scored
    below the threshold. Parts of equal size are walked from the poor end as long as each is missed
    more often than ``share`` times the mean; None if the first one already is not.
    """
    order = np.argsort(values if poor_is == "below" else -values, kind="stable")
    limit = None
    for part in np.array_split(order, parts):
        if missed[part].mean() < share * missed.mean():
            break
        limit = float(values[part[-1]])
    return limit
