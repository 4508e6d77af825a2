"""Numbers change seldom between digits and letters: that decides where the net is in two minds.

In a field that may hold both, an O between zeros is a zero unless the net is quite sure of it.
The likeliest text is found by Viterbi's algorithm over digit, letter and filler.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.check_digits import ALPHABET, FILLER

SWITCH = -1.0
"""Log-probability of a change between digits and letters, against none."""
PLAIN = 0.99
"""Share of a kind from which its neighbours have nothing to add."""
MIXED = "A"  # the class of places that may hold both

KINDS = np.array([0 if c.isdigit() else 2 if c == FILLER else 1 for c in ALPHABET])
CHANGE = np.array([[0.0, SWITCH, 0.0], [SWITCH, 0.0, 0.0], [0.0, 0.0, 0.0]])


def likely_text(logs: NDArray[np.float64], mask: str) -> str:
    """The likeliest characters. ``logs``: columns x 37, -inf where a character may not stand."""
    indices = logs.argmax(axis=1)
    for kind, group in itertools.groupby(range(len(mask)), key=mask.__getitem__):
        columns = list(group)
        if kind == MIXED and len(columns) > 1:
            first, last = columns[0], columns[-1] + 1
            kinds = KINDS[indices[first:last]]
            if CHANGE[kinds[:-1], kinds[1:]].any():
                indices[first:last] = _likely_run(logs[first:last])
    return "".join(ALPHABET[index] for index in indices)


def _likely_run(logs: NDArray[np.float64]) -> NDArray[np.intp]:
    by_kind = np.stack([np.where(kind == KINDS, logs, -np.inf) for kind in range(3)])
    best, value = by_kind.argmax(axis=2), by_kind.max(axis=2)  # kinds x columns
    came_from = np.zeros(value.shape, np.intp)
    score = value[:, 0]
    for column in range(1, len(logs)):
        paths = score[:, None] + CHANGE
        came_from[:, column] = paths.argmax(axis=0)
        score = paths.max(axis=0) + value[:, column]
    kind = int(score.argmax())
    chosen = np.empty(len(logs), np.intp)
    for column in range(len(logs) - 1, -1, -1):
        chosen[column] = best[kind, column]
        kind = int(came_from[kind, column])
    return chosen


def in_runs(beliefs: NDArray[np.float64], mask: str) -> NDArray[np.float64]:
    """``beliefs`` (columns x 37, each summing to 1) after what neighbours say of digit or letter.

    The same chances of a change as in ``likely_text``, summed over all texts instead of the best
    one (forward and backward).
    """
    result = beliefs.copy()
    for kind, group in itertools.groupby(range(len(mask)), key=mask.__getitem__):
        columns = list(group)
        if kind == MIXED and len(columns) > 1:
            here = slice(columns[0], columns[-1] + 1)
            shares = beliefs[here] @ _BY_KIND
            if shares.max(axis=1).min() < PLAIN:
                result[here] *= _kind_odds(shares)[:, KINDS]
    return np.asarray(result / result.sum(axis=1, keepdims=True))


_BY_KIND = np.stack([kind == KINDS for kind in range(3)], axis=1).astype(np.float64)
_CHANCE = np.exp(CHANGE)


def _kind_odds(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns x 3: what the other columns say of each kind. ``shares``: columns x 3."""
    before, after = np.ones_like(shares), np.ones_like(shares)
    for column in range(1, len(shares)):
        step = (before[column - 1] * shares[column - 1]) @ _CHANCE
        before[column] = step / step.max()
        step = _CHANCE @ (after[-column] * shares[-column])
        after[-column - 1] = step / step.max()
    return np.asarray(before * after)
