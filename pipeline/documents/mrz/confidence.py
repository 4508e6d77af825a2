"""How sure each character is: what the net saw, the field's class, and the check digits.

A character competes with those that its field allows. One that a fitting check digit speaks
against counts a tenth: a wrong text fits by chance one time in ten (Doc 9303-3, 4.9; the weights
have no factor in common with 10, so one change keeps the digit only if the values are equal
modulo 10).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.check_digits import ALPHABET, value_of
from pipeline.documents.mrz.formats import Format
from pipeline.documents.mrz.rules import check_results

FLOOR = 1e-3
"""Least probability that decoding reckons with; here it counts as nothing seen."""
BY_CHANCE = 0.1
_VALUES = np.array([value_of(character) % 10 for character in ALPHABET])


def confidence_of(
    layout: Format, logs: NDArray[np.float64], permitted: NDArray[np.bool_], lines: tuple[str, ...]
) -> NDArray[np.float64]:
    """Lines x columns, 0..1. ``logs``, ``permitted``: lines x columns x 37."""
    seen = np.exp(logs)
    seen[seen <= 1.001 * FLOOR] = 0.0
    nothing = np.clip(1 - seen.sum(axis=2), 0, 1)
    index = np.array([[ALPHABET.index(character) for character in line] for line in lines])
    own = np.take_along_axis(seen, index[..., None], axis=2)[..., 0]
    others = np.where(permitted, seen, 0.0)
    refuted = (_VALUES[index][..., None] != _VALUES) & _covered(layout, lines)[..., None]
    others = np.where(refuted, BY_CHANCE * others, others)
    np.put_along_axis(others, index[..., None], 0.0, axis=2)
    result: NDArray[np.float64] = own / (own + others.sum(axis=2) + nothing)
    return result


def _covered(layout: Format, lines: tuple[str, ...]) -> NDArray[np.bool_]:
    """Lines x columns: whether a check digit that fits covers the place."""
    covered = np.zeros((layout.rows, layout.columns), np.bool_)
    for check, result in zip(layout.checks, check_results(layout, lines), strict=True):
        if result.ok:
            covered[check.row, check.column] = True
            for row, first, last in check.spans:
                covered[row, first:last] = True
    return covered
