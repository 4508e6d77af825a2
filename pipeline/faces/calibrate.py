"""Making a calibration of collected faces: all comparisons, or those that a list names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ExitStatus, PipelineError
from pipeline.faces.calibration import Calibration, Regime
from pipeline.faces.calibration_file import Measured, written
from pipeline.faces.collect import Collection
from pipeline.faces.comparisons import AllPairs, Comparisons, ListedPairs
from pipeline.faces.normalise import Cohort
from pipeline.faces.strata import Limits, measure_strata
from pipeline.faces.tally import histogram, likelihood_ratios, tabulate

LEAST_PERSONS = 20  # with fewer, how much rates vary from person to person is unknown
LEAST_IMPOSTORS = 300  # carry a rate of 1 % at the most


class TooFewPictures(PipelineError):
    """The pictures are too few for any statement."""

    exit_status = ExitStatus.INPUT


@dataclass(frozen=True)
class Material:
    """What is compared: every probe with every reference (or with every other probe), or pairs."""

    probes: Collection
    references: Collection | None = None
    pairs: NDArray[np.int64] | None = None  # (n, 2), numbers of probes
    cohort: Cohort | None = None

    def comparisons(self) -> Comparisons:
        """The comparisons, ready to be counted."""
        if self.pairs is not None:
            return ListedPairs(self.probes.faces, self.pairs, self.cohort)
        return self._all_pairs()

    def _all_pairs(self) -> AllPairs:
        references = None if self.references is None else self.references.faces
        return AllPairs(self.probes.faces, references, self.cohort)

    def strata(self, limits: Limits) -> dict[str, Any]:
        """Poor quality is only told apart where all pairs are compared."""
        if self.pairs is not None:
            return {}
        other = self.references or self.probes
        return measure_strata(self._all_pairs(), (self.probes.qualities, other.qualities), limits)


def calibrate(
    material: Material,
    data: str,
    *,
    regime: Regime = "live",
    limits: Limits | None = None,
    models: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The table of a calibration file, with the strata of ``limits`` that the data can tell.

    Raises TooFewPictures.
    """
    comparisons = material.comparisons()
    counted = histogram(comparisons)
    persons = len(np.unique(material.probes.faces.persons))
    impostors, genuine = int(counted.impostor.sum()), int(counted.genuine.sum())
    if persons < LEAST_PERSONS or impostors < LEAST_IMPOSTORS:
        raise TooFewPictures(
            "calibrate.too_few",
            f"{persons} persons with {impostors:,} comparisons between persons and {genuine:,} "
            "within carry no error rate",
            f"Take pictures of at least {LEAST_PERSONS} persons, better several hundred, with two "
            "pictures of each.",
        )
    table = tabulate(comparisons, counted)
    sides = [material.probes, *([material.references] if material.references else [])]
    measured = Measured(
        data=data,
        pictures=sum(len(side.names) for side in sides),
        persons=persons,
        without_face=sum(len(side.without_face) for side in sides),
        unreadable=sum(len(side.unreadable) for side in sides),
    )
    return written(
        measured,
        table,
        likelihood_ratios(counted, table),
        regime=regime,
        strata=material.strata(limits or {}),
        cohort=None if material.cohort is None else material.cohort.digest,
        models=models,
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """What a calibration says of one target: a threshold with its rates, or why there is none."""

    target: float
    score: float | None
    fmr_interval: tuple[float, float] | None
    fnmr: tuple[float, float, float] | None  # value, low, high
    refusal: str | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "target_fmr": self.target,
            "score": None if self.score is None else round(self.score, 6),
            "fmr_interval": self.fmr_interval and _rounded(self.fmr_interval),
            "fnmr": self.fnmr and _rounded(self.fnmr),
            "refusal": self.refusal,
        }


def promise(calibration: Calibration, target: float) -> Promise:
    """The threshold for a false match rate, or the refusal to name one."""
    if target < calibration.least_fmr:
        needed = f"{calibration.least_fmr:.2g}" if calibration.least_fmr < 1 else "no rate at all"
        refusal = (
            f"{calibration.impostors:,} comparisons of {calibration.persons} persons carry "
            f"{needed}, not {target:g} (30 errors, interval within a factor of three)"
        )
        return Promise(target, None, None, None, refusal)
    score = calibration.threshold(target)
    rate, missed = calibration.rate(score), calibration.fnmr(score)
    fnmr = None if missed is None else (missed.value, missed.low, missed.high)
    return Promise(target, score, (rate.low, rate.high), fnmr, None)


def _rounded(values: tuple[float, ...]) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
