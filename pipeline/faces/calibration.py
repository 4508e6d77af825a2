"""What a comparison score means: the error rates and the likelihood ratio measured at it.

A calibration names its regime (live, document or chip portraits), the data, and the digests of the
models, of the preparation of faces and of the cohort that made its scores. Faces of poor quality
have tables of their own in it (strata).
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, get_args

from models.catalogue import digest_of
from models.faces.embedders import DEFAULT, embedder
from pipeline.errors import PolicyError
from pipeline.faces.quality import FaceQuality
from pipeline.faces.rates import ErrorTable, Rate

FOLDER = Path(__file__).parent.parent / "policies" / "calibrations"
FINDERS = ("blazeface_short", "face_mesh", "iris")
AGAIN = "Calibrate again: periksa calibrate --images DIR --out FILE.json"
PREPARATION = {
    # How a face is found and cut beyond what the weights say. Raise the number with every change
    # that moves scores (a test holds them to what they were); calibrations are then made again.
    "version": 1,
    "detector": "one look at the whole picture, second look at small and doubtful faces",
    "print": "softened by 1.3 px of the chip; without colour grey against grey",
    "chip": "150 px, padding 0.25, five points foretold from the mesh, similarity, block means",
    "template": "mean of the face and its mirror image, length 1",
}

Regime = Literal["live", "document", "document-grey", "chip"]
REGIMES: tuple[Regime, ...] = get_args(Regime)


@dataclass(frozen=True)
class Stratum:
    """Faces beyond a limit of one measure, with the errors of comparisons that involve one."""

    measure: str  # of FaceQuality
    limit: float
    poor_is: Literal["below", "above"]
    table: ErrorTable

    def holds(self, quality: FaceQuality) -> bool:
        """Whether a face of this quality belongs here."""
        value = float(getattr(quality, self.measure))
        return value < self.limit if self.poor_is == "below" else value > self.limit


@dataclass(frozen=True)
class Calibration:
    """Score to error rates. ``scores`` rise; ``errors[i]`` impostors reach ``scores[i]``."""

    name: str
    data: str
    impostors: int
    scores: tuple[float, ...]
    errors: tuple[int, ...]
    models: Mapping[str, str]
    genuine: int = 0
    misses: tuple[int, ...] = ()
    error_design: tuple[float, ...] = ()
    miss_design: tuple[float, ...] = ()
    llr_knots: tuple[tuple[float, float], ...] = ()
    regime: Regime = "live"
    strata: Mapping[str, Stratum] = field(default_factory=dict)
    persons: int = 0
    cohort: str | None = None  # sha256; its scores are normalised by that cohort

    @cached_property
    def table(self) -> ErrorTable:
        """The counts as a table of error rates."""
        return ErrorTable(
            self.impostors,
            self.scores,
            self.errors,
            self.genuine,
            self.misses,
            self.error_design,
            self.miss_design,
        )

    @property
    def least_fmr(self) -> float:
        """The smallest false match rate that these data can claim."""
        return self.table.least_fmr

    @property
    def floor(self) -> float:
        """The smallest rate that is ever stated."""
        return self.table.floor

    def fmr(self, score: float) -> float:
        """The false match rate of a threshold at ``score``; never below ``floor``."""
        return self.table.fmr(score)

    def rate(self, score: float) -> Rate:
        """``fmr`` with its 95 % interval over persons."""
        return self.table.rate(score)

    def fnmr(self, score: float) -> Rate | None:
        """The share of genuine comparisons that scored less; None where none were measured."""
        return self.table.fnmr(score)

    def llr(self, score: float) -> float | None:
        """Natural logarithm of how many times likelier the score is of one person than of two.

        Bounded by what the data carry; None where no genuine comparisons were measured.
        """
        if not self.llr_knots:
            return None
        place = bisect_left(self.llr_knots, (score,))
        if place in (0, len(self.llr_knots)):
            return self.llr_knots[min(place, len(self.llr_knots) - 1)][1]
        (low, less), (high, more) = self.llr_knots[place - 1 : place + 1]
        return less + (more - less) * (score - low) / (high - low)

    def threshold(self, fmr: float) -> float:
        """The score at which the false match rate has fallen to ``fmr``.

        Raises PolicyError for a rate that the data are too few to claim.
        """
        if not self.least_fmr <= fmr <= 1:
            raise PolicyError(
                "policy.fmr_not_measured",
                f"calibration {self.name} cannot tell a false match rate of {fmr:g}: "
                f"{self.impostors:,} comparisons of {self.persons or 'an unknown number of'} "
                f"persons carry {self.least_fmr:.1e} at best",
                "Choose a higher rate under [faces], or calibrate on more persons.",
            )
        return self.table.threshold(fmr)

    @property
    def limits(self) -> dict[str, tuple[str, float, Literal["below", "above"]]]:
        """Where its strata begin: measure, limit and which side of it is poor."""
        return {
            name: (stratum.measure, stratum.limit, stratum.poor_is)
            for name, stratum in self.strata.items()
        }

    def strata_of(self, *qualities: FaceQuality | None) -> tuple[str, ...]:
        """The names of the strata that any of these faces belongs to."""
        known = [quality for quality in qualities if quality is not None]
        return tuple(
            name
            for name, stratum in self.strata.items()
            if any(stratum.holds(quality) for quality in known)
        )

    def rate_in(self, score: float, strata: tuple[str, ...]) -> Rate:
        """``rate``, or the higher one that comparisons of these strata have."""
        rates = [self.rate(score), *(self.strata[name].table.rate(score) for name in strata)]
        return max(rates, key=lambda rate: rate.value)

    def grey_zone(
        self, match_fmr: float, review_fmr: float, strata: tuple[str, ...] = ()
    ) -> tuple[float, float]:
        """The scores for match and for review.

        In a stratum the zone is wider: up to where its own false match rate is ``match_fmr`` (or
        as low as its data can tell), down to where it loses no more of the genuine pairs than the
        review threshold otherwise does. Raises PolicyError for rates that cannot be claimed.
        """
        match, review = self.threshold(match_fmr), self.threshold(review_fmr)
        lost = self.fnmr(review)
        for name in strata:
            table = self.strata[name].table
            match = max(match, table.threshold(max(match_fmr, table.least_fmr)))
            if lost is not None and table.genuine:
                review = min(review, table.score_of_fnmr(lost.value))
        return match, review


def load_calibration(name: str | Path, embedders: tuple[str, ...] = (DEFAULT,)) -> Calibration:
    """A calibration by name or by the path of a JSON file, for the embedders of these names.

    Raises PolicyError if it is missing, malformed, or was made with other models.
    """
    calibration, preparation = _load(_path(name))
    _refuse_other_making(calibration, preparation, embedders)
    return calibration


def calibration_digest(name: str | Path) -> str:
    """The sha256 of a calibration that was loaded before: part of what made a decision."""
    return hashlib.sha256(_path(name).read_bytes()).hexdigest()


def _path(name: str | Path) -> Path:
    return Path(name) if str(name).endswith(".json") else FOLDER / f"{name}.json"


def model_digests(embedders: tuple[str, ...] = (DEFAULT,)) -> dict[str, str]:
    """The sha256 of everything that a score of these embedders hangs on."""
    return {**{name: digest_of(name) for name in FINDERS}, **embedder(embedders).digests}


def preparation_digest() -> str:
    """The sha256 of how faces are found and cut, as PREPARATION tells it."""
    return hashlib.sha256(json.dumps(PREPARATION, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=16)
def _load(path: Path) -> tuple[Calibration, str]:
    """The calibration and the digest of the preparation that made it."""
    from pipeline.faces.calibration_file import parsed

    try:
        table = json.loads(path.read_text("utf-8"))
        return parsed(path.stem, table), str(table["preparation"])
    except OSError as error:
        raise PolicyError(
            "policy.calibration_missing",
            f"calibration {path} cannot be read: {error.strerror}",
            f"Known: {', '.join(sorted(file.stem for file in FOLDER.glob('*.json')))}.",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PolicyError(
            "policy.calibration_malformed", f"calibration {path}: {error!r}", AGAIN
        ) from error


def _refuse_other_making(
    calibration: Calibration, preparation: str, embedders: tuple[str, ...]
) -> None:
    """PolicyError if other models or another preparation made the calibration's scores."""
    now = model_digests(embedders)
    names = sorted(now.keys() | calibration.models.keys())
    differing = [name for name in names if calibration.models.get(name) != now.get(name)]
    if differing:
        raise PolicyError(
            "policy.calibration_models",
            f"calibration {calibration.name} was made with other models: {', '.join(differing)}",
            AGAIN,
        )
    if preparation != preparation_digest():
        raise PolicyError(
            "policy.calibration_preparation",
            f"calibration {calibration.name} was made when faces were found or cut in another way",
            AGAIN,
        )
