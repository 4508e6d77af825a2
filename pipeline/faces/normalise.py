"""Scores in units of what strangers reach: adaptive symmetric normalisation with a cohort.

A face that resembles many people gets high scores with strangers; measured against a cohort of
people who are neither probe nor reference, it is judged by its own standard. Matejka et al.,
Analysis of score normalization in multilingual speaker recognition, Interspeech 2017 (AS-norm1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PolicyError
from pipeline.faces.calibration import model_digests

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
LEAST_COHORT = 50  # people: the spread of fewer nearest strangers is a guess
NEAREST = 200  # of the cohort; all of a smaller one


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of each face's scores with its nearest strangers, (N,)."""

    mean: Floats
    deviation: Floats

    def part(self, rows: slice) -> Spread:
        return Spread(self.mean[rows], self.deviation[rows])

    def of_pairs(self, scores: Floats, one: Numbers, other: Numbers) -> Floats:
        """``scores`` (n,) of the pairs one[i], other[i], normalised."""
        sides = [(scores - self.mean[side]) / self.deviation[side] for side in (one, other)]
        return ((sides[0] + sides[1]) / 2).astype(np.float32)


@dataclass(frozen=True)
class Cohort:
    """Templates (N, D) of people who are not compared, without their names."""

    templates: Floats
    models: Mapping[str, str]  # sha256 of what made them
    digest: str

    def fitting(self, embedders: tuple[str, ...]) -> Cohort:
        """The cohort itself. Raises PolicyError if other models made it."""
        now = model_digests(embedders)
        if dict(self.models) != now:
            raise PolicyError(
                "policy.cohort_models",
                "the cohort's templates were made with other models",
                "Make it again: periksa calibrate --make-cohort DIR --out FILE.npz",
            )
        return self

    def spread(self, templates: Floats) -> Spread:
        """How near the nearest strangers come to each of ``templates`` (M, D)."""
        nearest = min(NEAREST, len(self.templates))
        scores = templates @ self.templates.T
        top = np.partition(scores, -nearest, axis=1)[:, -nearest:]
        return Spread(top.mean(1), np.maximum(top.std(1), 1e-6))

    def score(self, one: Floats, other: Floats) -> float:
        """The normalised score of two templates (D,)."""
        spread = self.spread(np.stack([one, other]))
        plain = np.array([one @ other], np.float32)
        return float(spread.of_pairs(plain, np.array([0]), np.array([1]))[0])


def normalised(scores: Floats, probes: Spread, references: Spread) -> Floats:
    """``scores`` (N, M) in standard deviations of the strangers of both sides."""
    forth = (scores - probes.mean[:, None]) / probes.deviation[:, None]
    back = (scores - references.mean[None]) / references.deviation[None]
    return ((forth + back) / 2).astype(np.float32)


def write_cohort(path: Path, templates: Floats, models: Mapping[str, str]) -> None:
    """Keep a cohort: half-precision templates in random order and the digests of the models.

    Raises PolicyError for fewer than LEAST_COHORT people, OSError if it cannot be written.
    """
    if len(templates) < LEAST_COHORT:
        raise PolicyError(
            "policy.cohort_small",
            f"{len(templates)} people make no cohort; at least {LEAST_COHORT} are needed",
            "Take pictures of more people, none of whom is to be compared with it.",
        )
    shuffled = np.random.default_rng().permutation(templates).astype(np.float16)
    note = np.array(json.dumps(dict(models)))
    with path.open("wb") as file:
        np.savez(file, templates=shuffled, models=note)


@lru_cache(maxsize=4)
def load_cohort(path: Path) -> Cohort:
    """A cohort's file. Raises PolicyError if it is missing or none."""
    try:
        data = path.read_bytes()
        with np.load(path, allow_pickle=False) as file:
            templates = np.asarray(file["templates"], np.float32)
            models = json.loads(str(file["models"]))
        lengths = np.linalg.norm(templates, axis=1, keepdims=True)
        if templates.ndim != 2 or len(templates) < LEAST_COHORT or not lengths.all():
            raise ValueError(f"templates of shape {templates.shape}")
    except OSError as error:
        raise PolicyError(
            "policy.cohort_missing",
            f"cohort {path} cannot be read: {error}",
            "Make one: periksa calibrate --make-cohort DIR --out FILE.npz",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PolicyError(
            "policy.cohort_malformed",
            f"cohort {path}: {error}",
            "Make it again: periksa calibrate --make-cohort DIR --out FILE.npz",
        ) from error
    return Cohort(templates / lengths, models, hashlib.sha256(data).hexdigest())
