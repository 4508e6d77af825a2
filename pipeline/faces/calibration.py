"""What a comparison score means: the false match rate that was measured at it.

A calibration is a table of scores with the number of impostor comparisons that reached them, the
data that it was measured on and the digests of the models that made the scores.
"""

from __future__ import annotations

import hashlib
import json
import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.catalogue import digest_of
from models.faces.alignment import COEFFICIENTS
from pipeline.errors import PolicyError
from pipeline.faces.interval import interval

FOLDER = Path(__file__).parent.parent / "policies" / "calibrations"
ALIGNMENT = "mesh_to_dlib"  # the coefficients count as a model: scores hang on them
MODELS = ("blazeface_short", "face_mesh", "iris", "dlib_resnet", ALIGNMENT)
RULE_OF_3 = 3  # no error in N trials bounds the rate by 3 / N at 95 %: ISO/IEC 19795-1, annex B
RULE_OF_30 = 30  # errors that a claimed rate must rest on: ISO/IEC 19795-1, annex B


@dataclass(frozen=True, slots=True)
class Rate:
    """An error rate with its interval; the interval takes comparisons as independent."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """Score to false match rate. ``scores`` rise; ``errors[i]`` impostors reach ``scores[i]``."""

    name: str
    data: str
    impostors: int
    scores: tuple[float, ...]
    errors: tuple[int, ...]
    models: Mapping[str, str]

    @property
    def least_fmr(self) -> float:
        """The smallest false match rate that these data can claim."""
        return RULE_OF_30 / self.impostors

    @property
    def floor(self) -> float:
        """The smallest rate that is ever stated."""
        return min(1.0, RULE_OF_3 / self.impostors)

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
        low, high = self.scores[place - 1], self.scores[place]
        share = (score - low) / (high - low)
        logs = [math.log(max(self.errors[row], 1)) for row in (place - 1, place)]
        rate = math.exp(logs[0] + share * (logs[1] - logs[0])) / self.impostors
        return min(1.0, max(rate, self.floor))

    def rate(self, score: float) -> Rate:
        """``fmr`` with its 95 % interval."""
        value = self.fmr(score)
        errors = round(value * self.impostors) if score <= self.scores[-1] else 0
        low, high = interval(errors, self.impostors)
        return Rate(value, low, high)

    def threshold(self, fmr: float) -> float:
        """The score at which the false match rate has fallen to ``fmr``.

        Raises PolicyError for a rate that the data are too few to claim.
        """
        if not self.least_fmr <= fmr <= 1:
            raise PolicyError(
                "policy.fmr_not_measured",
                f"calibration {self.name} cannot tell a false match rate of {fmr:g}: "
                f"{self.impostors:,} comparisons carry {self.least_fmr:.1e} at best",
                "Choose a higher rate under [faces], or calibrate on more pictures.",
            )
        low, high = self.scores[0], self.scores[-1]
        while high - low > 1e-7:
            middle = (low + high) / 2
            low, high = (middle, high) if self.fmr(middle) > fmr else (low, middle)
        return high


def load_calibration(name: str | Path) -> Calibration:
    """A calibration by name or by the path of a JSON file.

    Raises PolicyError if it is missing, malformed, or was made with other models.
    """
    return _load(_path(name))


def calibration_digest(name: str | Path) -> str:
    """The sha256 of a calibration that was loaded before: part of what made a decision."""
    return hashlib.sha256(_path(name).read_bytes()).hexdigest()


def _path(name: str | Path) -> Path:
    return Path(name) if str(name).endswith(".json") else FOLDER / f"{name}.json"


def model_digests() -> dict[str, str]:
    """The sha256 of everything that a score hangs on."""
    catalogued = {name: digest_of(name) for name in MODELS if name != ALIGNMENT}
    return {**catalogued, ALIGNMENT: hashlib.sha256(COEFFICIENTS.read_bytes()).hexdigest()}


@lru_cache(maxsize=16)
def _load(path: Path) -> Calibration:
    try:
        calibration = _parse(path.stem, json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise PolicyError(
            "policy.calibration_missing",
            f"calibration {path} cannot be read: {error.strerror}",
            f"Known: {', '.join(sorted(file.stem for file in FOLDER.glob('*.json')))}.",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PolicyError(
            "policy.calibration_malformed",
            f"calibration {path}: {error!r}",
            "Write it again with: python -m benchmarks.accuracy.faces --write-calibration FILE",
        ) from error
    differing = [
        model
        for model, digest in model_digests().items()
        if calibration.models.get(model) != digest
    ]
    if differing:
        raise PolicyError(
            "policy.calibration_models",
            f"calibration {calibration.name} was made with other models: {', '.join(differing)}",
            "Calibrate again: python -m benchmarks.accuracy.faces --write-calibration FILE",
        )
    return calibration


def _parse(name: str, table: Mapping[str, Any]) -> Calibration:
    scores = tuple(float(row["score"]) for row in table["table"])
    errors = tuple(int(row["impostors_at_or_above"]) for row in table["table"])
    if len(scores) < 2 or list(scores) != sorted(set(scores)):
        raise ValueError("scores must rise")
    if list(errors) != sorted(errors, reverse=True) or errors[-1] < 0:
        raise ValueError("errors must fall as scores rise")
    return Calibration(
        name, str(table["data"]), int(table["impostors"]), scores, errors, dict(table["models"])
    )
