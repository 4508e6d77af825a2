"""The check digit of ICAO Doc 9303-3, 4.9: weights 7, 3, 1, modulo 10."""

from __future__ import annotations

from itertools import cycle
from operator import mul

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
"""The 37 characters of a machine-readable zone (Doc 9303-3, 4.3)."""

FILLER = "<"
_WEIGHTS = (7, 3, 1)
_VALUES = {character: int(character, 36) for character in ALPHABET[:-1]} | {FILLER: 0}
_value = _VALUES.__getitem__


def value_of(character: str) -> int:
    """Digits count as themselves, A to Z as 10 to 35, the filler as 0."""
    return _VALUES[character]


def check_digit(data: str) -> str:
    """The digit that belongs to ``data``. Raises KeyError for a character outside the alphabet."""
    return str(sum(map(mul, map(_value, data), cycle(_WEIGHTS))) % 10)
