"""The best text of a field for each remainder of its sums: exact, by dynamic programming.

Only a character's value modulo 10 matters to check digits, so Viterbi's algorithm runs over
(kind of character, remainder of the field's own sum, remainder of the composite's sum): at most
3 x 10 x 10 states a place, whatever the number of texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.chains import Chain
from pipeline.documents.mrz.check_digits import ALPHABET, FILLER, value_of
from pipeline.documents.mrz.runs import CHANGE, KINDS

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
FILL = ALPHABET.index(FILLER)


def _groups() -> Ints:
    """3 kinds x 10 remainders x 3: the characters of each, filled up with a 38th."""
    table = np.full((3, 10, 3), len(ALPHABET))
    for index, character in enumerate(ALPHABET):
        row = table[KINDS[index], value_of(character) % 10]
        row[np.flatnonzero(row == len(ALPHABET))[0]] = index
    return table


_GROUPS = _groups()


@dataclass(frozen=True, slots=True)
class Table:
    """Best log-probability of one chain by the composite's remainder, and the way back.

    ``values``: 2 x 10, row 0 with the chain's own digit wrong, row 1 with it right (or none).
    ``hows``: 2 x 2 x 10, the own remainder and the digit's character behind each value.
    """

    chain: Chain
    values: Floats
    hows: Ints
    walk: Walk

    def characters(self, remainder: int, *, right: bool) -> list[int]:
        """Indices in the alphabet of the chain's places, then of its digit."""
        own, digit = (int(part) for part in self.hows[int(right), :, remainder])
        if self.chain.digit is None:
            return self.walk.back(0, remainder)
        if right and digit == FILL:
            return [FILL] * (len(self.chain.places) + 1)
        before = (remainder - self.chain.joint_digit * _value(digit)) % 10
        return [*self.walk.back(own, before), digit]


def table_of(chain: Chain, logs: Floats, digit_logs: Floats, coupled: NDArray[np.bool_]) -> Table:
    """The table of ``chain``. ``logs``: places x 37, -inf where a character may not stand.

    ``coupled``: places, whether it and the one before belong to one field of digits and letters;
    ``digit_logs``: 37, what stands in the digit's place.
    """
    walk = Walk(chain, logs, coupled)
    values, hows = np.full((2, 10), -np.inf), np.zeros((2, 2, 10), np.intp)
    if chain.digit is None:
        values[1] = walk.ends.max(axis=0)
        return Table(chain, values, hows, walk)
    shown = [*range(10), FILL]
    ends = np.full((10, 10), -np.inf)  # own x composite remainder
    ends[:, : walk.ends.shape[1]] = walk.ends
    stated = np.eye(len(shown), 10, dtype=bool)[..., None]
    turned = (np.arange(10) - chain.joint_digit * np.arange(len(shown))[:, None] % 10) % 10
    turned[-1] = np.arange(10)  # a filler counts nothing
    for right in (False, True):
        # Digit x own x composite remainder before it, then digit x remainder after it.
        fitting = np.where(stated == right, ends, -np.inf)
        after = np.take_along_axis(fitting.max(axis=1) + digit_logs[shown, None], turned, axis=1)
        best = after.argmax(axis=0)
        owns = fitting.argmax(axis=1)[best, turned[best, np.arange(10)]]
        values[int(right)] = after.max(axis=0)
        hows[int(right)] = owns, np.array(shown)[best]
    empty = float(logs[:, FILL].sum() + digit_logs[FILL])
    if chain.blank and empty > values[1, 0]:
        values[1, 0], hows[1, :, 0] = empty, (0, FILL)
    return Table(chain, values, hows, walk)


def _value(index: int) -> int:
    return index if index < 10 else 0  # a digit's place holds digits and fillers only


@lru_cache(maxsize=512)
def _sources(own: int, joint: int, sizes: tuple[int, int]) -> Ints:
    """10 x states: the state before a character of each value, weighted ``own`` and ``joint``."""
    value, state = np.arange(10)[:, None], np.arange(sizes[0] * sizes[1])[None]
    before = (state // sizes[1] - own * value) % sizes[0]
    return np.asarray(before * sizes[1] + (state % sizes[1] - joint * value) % sizes[1], np.intp)


class Walk:
    """Viterbi's algorithm along one chain; ``ends``: own x composite remainders, best sums."""

    def __init__(self, chain: Chain, logs: Floats, coupled: NDArray[np.bool_]) -> None:
        sizes = (10 if any(chain.own) else 1, 10 if any(chain.joint) else 1)
        values, self._characters = _by_value(logs, apart=bool(coupled.any()))
        self._sources = [_sources(*w, sizes) for w in zip(chain.own, chain.joint, strict=True)]
        score = np.full((values.shape[1], sizes[0] * sizes[1]), -np.inf)
        score[:, 0] = 0.0
        self._steps: list[tuple[Ints, Ints]] = []  # kind before; value: kinds x states each
        free = np.zeros_like(CHANGE)
        for value, bound, sources in zip(values, coupled, self._sources, strict=True):
            change = (CHANGE if bound else free)[: len(score), : len(score), None]
            paths = score[:, None] + change
            moved = paths.max(axis=0)[:, sources] + value[:, :, None]
            self._steps.append((paths.argmax(axis=0), moved.argmax(axis=1)))
            score = moved.max(axis=1)
        self._kinds = score.argmax(axis=0)
        self.ends: Floats = score.max(axis=0).reshape(sizes)

    def back(self, own: int, joint: int) -> list[int]:
        """The characters of the best text that ends with these remainders."""
        state = own * self.ends.shape[1] + joint % self.ends.shape[1]
        kind = int(self._kinds[state])
        text = []
        for place in range(len(self._steps) - 1, -1, -1):
            came, picked = self._steps[place]
            value = int(picked[kind, state])
            text.append(int(self._characters[place, kind, value]))
            state = int(self._sources[place][value, state])
            kind = int(came[kind, state])
        return text[::-1]


def _by_value(logs: Floats, *, apart: bool) -> tuple[Floats, Ints]:
    """Places x kinds x 10: the best character of each value and its log-probability.

    Without ``apart`` digits, letters and fillers are one kind.
    """
    padded = np.concatenate([logs, np.full((len(logs), 1), -np.inf)], axis=1)
    groups = _GROUPS if apart else _GROUPS.transpose(1, 0, 2).reshape(1, 10, 9)
    grouped = padded[:, groups]
    best = grouped.argmax(axis=3)[..., None]
    characters = np.take_along_axis(np.broadcast_to(groups, grouped.shape), best, axis=3)
    return grouped.max(axis=3), characters[..., 0]
