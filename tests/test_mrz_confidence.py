"""How sure a character is: field class, check digits, and what neither settles."""

import numpy as np
import pytest

from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.confidence import confidence_of
from pipeline.documents.mrz.decode import allowed
from pipeline.documents.mrz.formats import TD3

GOOD = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10")  # fmt: skip
WRONG_DIGIT = (GOOD[0], GOOD[1][:9] + "7" + GOOD[1][10:43] + "3")


def confidence(lines, doubts):
    """``doubts``: (row, column, other character, its probability)."""
    seen = np.full((2, 44, 37), 1e-3)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            seen[row, column, ALPHABET.index(character)] = 0.963
    for row, column, other, share in doubts:
        seen[row, column] *= 1 - share
        seen[row, column, ALPHABET.index(other)] = share
    return confidence_of(TD3, np.log(seen), allowed(TD3), lines)


def test_what_is_seen_clearly_is_sure():
    assert confidence(GOOD, []).min() > 0.95


@pytest.mark.parametrize(
    ("lines", "doubt", "low", "high", "reason"),
    [
        (GOOD, (1, 5, "O", 0.4), 0.9, 1.0, "the check digit of the number speaks against O"),
        (WRONG_DIGIT, (1, 5, "O", 0.4), 0.4, 0.7, "a digit that does not fit settles nothing"),
        (GOOD, (0, 9, "1", 0.4), 0.9, 1.0, "a name holds no digits"),
        (GOOD, (0, 9, "L", 0.4), 0.4, 0.7, "no digit covers a name"),
        (GOOD, (1, 2, "J", 0.4), 0.4, 0.7, "9 and J (19) are equal modulo 10"),
    ],
)
def test_doubt_counts_where_nothing_settles_it(lines, doubt, low, high, reason):
    value = confidence(lines, [doubt])[doubt[0], doubt[1]]
    assert low < value < high, reason


def test_nothing_seen_is_not_sure():
    seen = np.full((2, 44, 37), 1e-3)
    assert confidence_of(TD3, np.log(seen), allowed(TD3), GOOD).max() < 0.01
