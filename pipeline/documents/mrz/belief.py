"""How likely each character is, before and after what the check digits say: sums over all texts.

A check digit binds the characters that it covers: their weighted sum has one remainder modulo 10.
The probability that the others of a chain make the remainder that a character needs is a circular
convolution of ten numbers a place, a product after Fourier's transform; that is one pass of belief
propagation (Pearl, 1988), exact for one digit, and a good estimate where the composite digit
covers the same places again.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.chains import COMPOSITE, WEIGHTS, Place, covered, scheme_of
from pipeline.documents.mrz.check_digits import ALPHABET, FILLER, value_of
from pipeline.documents.mrz.formats import Check, Format
from pipeline.documents.mrz.rules import long_number
from pipeline.documents.mrz.runs import in_runs

Floats = NDArray[np.float64]

PRINTED_WRONG = 0.02
"""Share of the digits that are taken to be wrong as printed: specimens have them, seldom others."""
FAINT = 1e-6
"""Probability left to every character, whatever the net says."""
_VALUES = np.array([value_of(character) for character in ALPHABET])


def beliefs(layout: Format, seen: Floats, permitted: NDArray[np.bool_]) -> Floats:
    """Lines x columns x 37: probabilities by print, field and neighbours, without check digits.

    ``seen``, ``permitted``: lines x columns x 37, as in ``Decoding``.
    """
    nothing = np.clip(1 - seen.sum(axis=2, keepdims=True), 0, 1)
    values = np.where(permitted, seen, 0.0) + nothing / len(ALPHABET) + FAINT
    values /= values.sum(axis=2, keepdims=True)
    return np.stack([in_runs(row, mask) for row, mask in zip(values, layout.masks, strict=True)])


def with_digits(layout: Format, beliefs: Floats, lines: tuple[str, ...]) -> Floats:
    """The beliefs after every check digit that ``lines`` print, the composite last."""
    result = beliefs.copy()
    for check in layout.checks:
        places, weights = _bound(layout, check, lines)
        if places and lines[places[-1][0]][places[-1][1]] != FILLER:
            rows, columns = (np.array(part) for part in zip(*places, strict=True))
            result[rows, columns] = _weighed(result[rows, columns], weights)
    return result


def _bound(
    layout: Format, check: Check, lines: tuple[str, ...]
) -> tuple[tuple[Place, ...], tuple[int, ...]]:
    rest = 0
    if check is layout.checks[0] and (whole := long_number(layout, lines)):
        rest = len(whole[0]) - (check.spans[0][2] - check.spans[0][1])
    return _places(layout.name, check, rest)


@lru_cache(maxsize=256)
def _places(name: str, check: Check, rest: int) -> tuple[tuple[Place, ...], tuple[int, ...]]:
    """What ``check`` binds, its digit last, with weights that make the sum 0 modulo 10."""
    if check.name == COMPOSITE or not rest:
        places = tuple(covered(check))
        digit = (check.row, check.column)
    else:
        chain = scheme_of(name, rest).chains[0]
        places, digit = chain.places, chain.digit or (check.row, check.column)
    return (*places, digit), (*(WEIGHTS[i % 3] for i in range(len(places))), 9)


def _weighed(beliefs: Floats, weights: tuple[int, ...]) -> Floats:
    """Places x 37: ``beliefs`` times how well the others make the remainder that is needed."""
    remainders = np.array(weights)[:, None] * _VALUES % 10  # places x 37
    spread = np.zeros((len(weights), 10))
    np.add.at(spread, (np.arange(len(weights))[:, None], remainders), beliefs)
    waves = np.fft.rfft(spread, axis=1)
    before, after = np.ones_like(waves), np.ones_like(waves)
    np.cumprod(waves[:-1], axis=0, out=before[1:])
    after[:-1] = np.cumprod(waves[:0:-1], axis=0)[::-1]
    others = np.clip(np.fft.irfft(before * after, 10, axis=1), 0, 1)
    fits = np.take_along_axis(others, -remainders % 10, axis=1)
    evidence = (1 - PRINTED_WRONG) * fits + PRINTED_WRONG * (1 - fits) / 9
    result = beliefs * evidence
    return np.asarray(result / result.sum(axis=1, keepdims=True))
