"""Decoding of connectionist temporal classification, held to an alphabet, with honest confidence.

Source: Graves et al., Connectionist Temporal Classification (ICML 2006), best path decoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

Letter = tuple[str, float, int]
"""A character, its confidence, and the step of the network at which it began."""

FULL_WIDTH = {"：": ":", "，": ",", "（": "(", "）": ")", "；": ";"}  # what CJK fonts made of them
DOUBT = 0.2  # probability of a letter beside a winning blank from which it is worth a remark


class Alphabet:
    """Some of a network's letters. ``alone``: nothing but them can stand in the picture."""

    def __init__(
        self, all_letters: Sequence[str], kept: AbstractSet[str], *, alone: bool = False
    ) -> None:
        self._columns = [i for i, letter in enumerate(all_letters) if i == 0 or letter in kept]
        self._letters = [all_letters[column] for column in self._columns]
        self._alone = alone
        self._alphanumeric = np.array([letter.isalnum() for letter in self._letters], np.float32)
        self._twins = [
            (self._letters.index(FULL_WIDTH[letter]), column)
            for column, letter in enumerate(all_letters)
            if FULL_WIDTH.get(letter) in kept
        ]

    def decode(self, scores: NDArray[np.float32]) -> list[Letter]:
        """Best path through T x C probabilities (column 0 blank): repeats are one, blanks divide.

        A letter's confidence is its share of what is not blank: which letter, given that there
        is one. Other scripts keep their share: where the network saw a Chinese character, the
        Latin letter that remains is rightly unsure - unless the alphabet stands ``alone``.
        """
        kept = scores[:, self._columns]
        for column, twin in self._twins:
            kept[:, column] += scores[:, twin]
        best = kept.argmax(axis=1)
        rest = kept[:, 1:].sum(axis=1) if self._alone else 1 - kept[:, 0]
        sure = np.minimum(kept.max(axis=1) / np.maximum(rest, 1e-6), 1.0)
        letters: list[Letter] = []
        for step, column in enumerate(best):
            repeated = step > 0 and column == best[step - 1]
            if column and repeated:
                letter, confidence, start = letters[-1]
                letters[-1] = (letter, max(confidence, float(sure[step])), start)
            elif column:
                letters.append((self._letters[column], float(sure[step]), step))
        return self._with_doubt(letters, kept, best)

    def _with_doubt(
        self, letters: list[Letter], kept: NDArray[np.float32], best: NDArray[np.intp]
    ) -> list[Letter]:
        """The letters, the nearest less certain wherever the network nearly saw one more.

        A letter that is left out leaves no character to be unsure of; its neighbour has to be.
        """
        steps = np.array([step for _, _, step in letters])
        rivals = kept * self._alphanumeric
        for step in np.flatnonzero((best == 0) & (rivals.max(axis=1) > DOUBT)):
            rival = int(rivals[step].argmax())
            if letters and rival not in best[max(step - 1, 0) : step + 2]:
                nearest = int(np.abs(steps - step).argmin())
                letter, confidence, start = letters[nearest]
                chance = 1 - float(rivals[step, rival])
                letters[nearest] = (letter, min(confidence, chance), start)
        return letters
