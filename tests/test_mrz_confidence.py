"""How sure a character is: print, field class, check digits; for which recogniser that holds."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import models
from pipeline.documents.mrz.belief import PRINTED_WRONG, beliefs, with_digits
from pipeline.documents.mrz.check_digits import ALPHABET, check_digit
from pipeline.documents.mrz.confidence import evidence_of, model
from pipeline.documents.mrz.decode import allowed
from pipeline.documents.mrz.formats import TD3

GOOD = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10")  # fmt: skip
WRONG_DIGIT = (GOOD[0], GOOD[1][:9] + "7" + GOOD[1][10:43] + "3")


def seen_as(lines, doubts=(), sure=0.999):
    """Lines x columns x 37; ``doubts``: (row, column, other character, its probability)."""
    seen = np.full((2, 44, 37), (1 - sure) / 37)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            seen[row, column, ALPHABET.index(character)] = sure
    for row, column, other, share in doubts:
        seen[row, column] *= 1 - share
        seen[row, column, ALPHABET.index(other)] += share
    return seen


def confidence(lines, doubts=(), read=None):
    evidence = evidence_of(TD3, seen_as(lines, doubts), allowed(TD3), lines, read or lines)
    return model().confidence(evidence)


def test_what_is_seen_clearly_is_sure():
    clear = confidence(GOOD)
    assert clear.characters.min() > 0.95
    assert clear.zone > 0.9


def test_a_zone_is_no_surer_than_its_least_sure_character():
    doubtful = confidence(GOOD, [(0, 9, "L", 0.4)])
    assert doubtful.zone <= doubtful.characters.min()


@pytest.mark.parametrize(
    ("lines", "doubt", "rather", "reason"),
    [
        (GOOD, (1, 5, "O", 0.4), (0, 9, "L", 0.4), "a digit speaks against O, none against L"),
        (GOOD, (1, 0, "C", 0.4), (1, 0, "B", 0.4), "L (21) and B (11) are equal modulo 10"),
        (GOOD, (0, 9, "1", 0.4), (0, 9, "L", 0.4), "a name holds no digits"),
    ],
)  # fmt: skip
def test_doubt_counts_where_nothing_settles_it(lines, doubt, rather, reason):
    settled = confidence(lines, [doubt]).characters[doubt[:2]]
    open_ = confidence(lines, [rather]).characters[rather[:2]]
    assert 1 - open_ > 5 * (1 - settled), reason


def test_a_digit_that_does_not_fit_makes_its_characters_doubtful():
    doubt = (1, 5, "O", 0.4)
    fits = confidence(GOOD, [doubt]).characters[1, 5]
    assert 1 - confidence(WRONG_DIGIT, [doubt]).characters[1, 5] > 100 * (1 - fits)


def test_nothing_seen_is_not_sure():
    evidence = evidence_of(TD3, np.zeros((2, 44, 37)), allowed(TD3), GOOD, GOOD)
    nothing = model().confidence(evidence)
    assert nothing.characters.max() < 0.5
    assert nothing.zone < 1e-3


def test_the_sums_over_all_texts_are_exact_for_one_digit():
    """Birth date and its digit: compared with the enumeration of every doubtful text."""
    rng = np.random.default_rng(5)
    doubts = {
        14: "17",
        15: "03689",
        18: "012",
        19: "45678",
    }  # columns of line 2 and what they may be
    seen = seen_as(GOOD, sure=1 - 1e-9)
    for column, characters in doubts.items():
        seen[1, column] = 0.0
        shares = rng.dirichlet(np.ones(len(characters)))
        for character, share in zip(characters, shares, strict=True):
            seen[1, column, ALPHABET.index(character)] = share
    birth = replace(TD3, checks=(TD3.checks[1],))
    alone = beliefs(TD3, seen, allowed(TD3))
    result = with_digits(birth, alone, GOOD)
    wanted = {column: np.zeros(37) for column in doubts}
    for text in itertools.product(*doubts.values()):
        line = list(GOOD[1])
        for column, character in zip(doubts, text, strict=True):
            line[column] = character
        fits = check_digit("".join(line[13:19])) == line[19]
        weight = 1 - PRINTED_WRONG if fits else PRINTED_WRONG / 9
        for column, character in zip(doubts, text, strict=True):
            weight *= alone[1, column, ALPHABET.index(character)]
        for column, character in zip(doubts, text, strict=True):
            wanted[column][ALPHABET.index(character)] += weight
    for column, weights in wanted.items():
        assert result[1, column] == pytest.approx(weights / weights.sum(), abs=1e-3)


def test_the_fit_holds_for_the_shipped_recogniser():
    """After new weights: python -m benchmarks.accuracy.mrz_confidence --write FILE."""
    sums = (Path(models.__file__).parent / "weights" / "SHA256SUMS").read_text("utf-8")
    shipped = {name: digest for digest, name in (line.split() for line in sums.splitlines())}
    assert model().net == shipped["mrz_net.onnx"]
