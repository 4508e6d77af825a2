"""FPIR: how often a search of somebody who is not enrolled returns a candidate all the same.

With N independent comparisons it is 1 - (1 - FMR)**N (ISO/IEC 19795-1). Comparisons with one
gallery are not quite independent, and a calibration speaks for its own data: the figure is an
estimate, and it is refused where the data are too few for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.errors import PolicyError
from pipeline.faces.calibration import Calibration


@dataclass(frozen=True, slots=True)
class Fpir:
    """A false positive identification rate with the 95 % interval of the FMR behind it."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        return {
            "value": _rounded(self.value),
            "low": _rounded(self.low),
            "high": _rounded(self.high),
        }


def fpir_at(
    calibration: Calibration, score: float, entries: int, strata: tuple[str, ...] = ()
) -> Fpir:
    """The FPIR of a threshold at ``score`` in a gallery of so many ``entries``.

    Never smaller than the comparisons can bound (rule of 3); that of the ``strata`` of a poor probe
    where it is higher.
    """
    rate = calibration.rate_in(score, strata)
    value, low, high = (_over(part, entries) for part in (rate.value, rate.low, rate.high))
    return Fpir(value, min(low, value), max(high, value))


def threshold_for(
    calibration: Calibration, fpir: float, entries: int, strata: tuple[str, ...] = ()
) -> float:
    """The score at which the FPIR of a gallery of ``entries`` has fallen to ``fpir``.

    For a poor probe as high as its ``strata`` ask for, as far as their data can tell. Raises
    PolicyError where the calibration rests on too few comparisons to claim it.
    """
    if not 0 < fpir < 1:
        raise PolicyError(
            "policy.fpir", f"an FPIR of {fpir:g} is no rate", "Choose one between 0 and 1."
        )
    needed = -math.expm1(math.log1p(-fpir) / max(entries, 1))
    if needed < calibration.least_fmr:
        raise _too_few(calibration, fpir, entries, needed)
    return calibration.grey_zone(needed, needed, strata)[0]


def _too_few(calibration: Calibration, fpir: float, entries: int, needed: float) -> PolicyError:
    least = fpir_at(calibration, calibration.threshold(calibration.least_fmr), entries)
    return PolicyError(
        "policy.fpir_not_measured",
        f"calibration {calibration.name} cannot tell an FPIR of {fpir:g} among {entries:,} entries:"
        f" that takes a false match rate of {needed:.1e}, its {calibration.impostors:,} comparisons"
        f" carry {calibration.least_fmr:.1e}, which is an FPIR of {least.value:.2g}"
        f" (95 % interval {least.low:.2g} to {least.high:.2g})",
        f"Calibrate on at least {calibration.least_fmr / needed * calibration.impostors:,.0f} "
        "comparisons of different persons, choose a higher --fpir, or list candidates without it.",
    )


def _over(rate: float, entries: int) -> float:
    return -math.expm1(entries * math.log1p(-min(rate, 1 - 1e-12)))


def _rounded(rate: float) -> float:
    return float(f"{rate:.4g}")
