"""The probability that each character of a zone is right, and that all are: fitted, not felt.

Two things can go wrong. The whole text can stand in the wrong place or format: then all about it
is wrong. Or, well placed, one character was taken for another. Each has a logistic model on what
decoding knows; a third says what their product means for a whole zone. The weights
(``confidence.json``) are fitted on drawn pictures read end to end, by
``benchmarks.accuracy.mrz_confidence``, and hold for the recogniser that the file names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.belief import beliefs, with_digits
from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.formats import Format
from pipeline.documents.mrz.rules import check_results

Floats = NDArray[np.float64]

FILE = Path(__file__).with_name("confidence.json")
CLEAREST = 12.0
"""Log-odds beyond which more clearness says no more."""
_LEAST = 1e-9
SETTLED = 1.0
"""Log-odds added by check digits from which a look-alike is out of the question."""
_LOOK_ALIKE = {"0": "O", "1": "I", "2": "Z", "5": "S", "8": "B"}


def _twin(character: str) -> int:
    """Where in the alphabet the one of the other kind stands that looks like this; else itself."""
    pairs = {**_LOOK_ALIKE, **{letter: digit for digit, letter in _LOOK_ALIKE.items()}}
    return ALPHABET.index(pairs.get(character, character))


_TWINS = np.array([_twin(character) for character in ALPHABET])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the models look at. ``zone``: by name; ``characters``: lines x columns by name."""

    zone: Mapping[str, float]
    characters: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Confidence:
    """``characters``: lines x columns, 0..1; ``zone``: that every one of them is right.

    ``alone``: lines x columns, what print and field alone say, without check digits.
    """

    characters: Floats
    zone: float
    alone: Floats


@dataclass(frozen=True, slots=True)
class Model:
    """One fitted file: ``net`` is the sha256 of the recogniser that it holds for."""

    net: str
    placed: Mapping[str, float]
    right: Mapping[str, float]
    together: Mapping[str, float]
    most: float  # log-odds that the data can speak for, of characters
    most_placed: float  # and of zones

    def confidence(self, evidence: Evidence) -> Confidence:
        """The probabilities of one zone."""
        placed = _probability(_sum(self.placed, evidence.zone), self.most_placed)
        right = _probability(_sum(self.right, evidence.characters), self.most)
        alone = _probability(evidence.characters["own"], CLEAREST)
        product = {"product": _log_odds(placed * right.prod())}
        zone = _probability(_sum(self.together, product), self.most)
        characters = placed * right
        return Confidence(characters, min(float(zone), float(characters.min())), alone)


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights."""
    data: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    weights = (data["placed"], data["right"], data["together"])
    return Model(data["net"], *weights, float(data["most"]), float(data["most_placed"]))


def evidence_of(
    layout: Format,
    seen: Floats,
    permitted: NDArray[np.bool_],
    lines: tuple[str, ...],
    read: tuple[str, ...],
) -> Evidence:
    """What is known about ``lines``, which were ``read`` before any correction.

    ``seen``, ``permitted``: lines x columns x 37, as in ``Decoding``.
    """
    alone = beliefs(layout, seen, permitted)
    index = np.array([[ALPHABET.index(character) for character in line] for line in lines])
    own = _log_odds(_at(alone, index))
    weighed = _log_odds(_at(with_digits(layout, alone, lines), index))
    best = np.maximum(seen.max(axis=2), _LEAST)
    outdone = np.log(np.maximum(_at(seen, index), _LEAST) / best)
    before = np.array([[ALPHABET.index(character) for character in line] for line in read])
    twin = _TWINS[index]
    twins = (twin != index) & np.take_along_axis(permitted, twin[..., None], axis=2)[..., 0]
    zone = _of_zone(layout, lines, own)
    changed = index != before
    troubles = np.log1p(changed.sum() + zone["misfits"])
    characters = {
        "own": own,
        "digits": np.clip(weighed - own, -6, 6),
        "outdone": np.maximum(outdone, -6.0),
        "beside": _beside(own),
        "clear": np.full(own.shape, zone["clear"]),
        "least": np.full(own.shape, zone["least"]),
        "troubles": np.full(own.shape, troubles),
        "changed": changed.astype(np.float64),
        "twin": (twins & (weighed - own < SETTLED)).astype(np.float64),
    }
    return Evidence(zone, characters)


def _of_zone(layout: Format, lines: tuple[str, ...], own: Floats) -> dict[str, float]:
    """What speaks for the place and the format of the whole."""
    ordered = np.sort(own, axis=None)
    results = check_results(layout, lines)
    fits = sum(result.ok for result in results)
    return {
        "clear": float(own.mean()),
        "least": float(ordered[len(ordered) // 20]),
        "fits": float(fits),
        "misfits": float(len(results) - fits),
        "odd": float(lines[0][0] not in layout.first),
    }


def _at(values: Floats, index: NDArray[np.intp]) -> Floats:
    result: Floats = np.take_along_axis(values, index[..., None], axis=2)[..., 0]
    return result


def _log_odds(share: Floats) -> Floats:
    odds = np.maximum(share, _LEAST) / np.maximum(1 - share, _LEAST)
    return np.clip(np.log(odds), -CLEAREST, CLEAREST)


def _beside(own: Floats) -> Floats:
    """The less clear of each character's neighbours."""
    left = np.concatenate([own[:, :1], own[:, :-1]], axis=1)
    right = np.concatenate([own[:, 1:], own[:, -1:]], axis=1)
    return np.asarray(np.minimum(left, right), np.float64)


def _sum(weights: Mapping[str, float], values: Mapping[str, Any]) -> Floats:
    total: Floats = np.asarray(weights["constant"])
    for name, value in values.items():
        total = total + weights[name] * value
    return total


def _probability(log_odds: Floats, most: float) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -most, most))))
