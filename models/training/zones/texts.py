"""What zones and other print say: invented lines, prose, lists, forms; no real person or paper."""

from __future__ import annotations

import random
import string

_LETTERS, _DIGITS = string.ascii_uppercase, string.digits
_CODES = ("UTO", "IDN", "FRA", "D<<", "ESP", "USA", "GBR", "NLD", "CHN", "BRA", "CZE", "SWE", "ZAF")
COLUMNS = {"TD1": 30, "TD2": 36, "TD3": 44, "MRVA": 44, "MRVB": 36}


def zone(rng: random.Random, kind: str) -> list[str]:
    """The two or three lines of a zone; check digits are left to chance."""
    columns = COLUMNS[kind]
    first = {"TD3": "P", "MRVA": "V", "MRVB": "V"}.get(kind) or rng.choice("IAC")
    head = first + rng.choice("<<DNPO") + rng.choice(_CODES)
    number = _mixed(rng, rng.randint(7, 9)).ljust(9, "<") + rng.choice(_DIGITS)
    birth, expiry = _date(rng) + rng.choice("MF<"), _date(rng)
    if kind == "TD1":
        return [
            _filled(rng, head + number, columns, 0.4),
            _filled(rng, birth + expiry + rng.choice(_CODES), columns - 1, 0.3) + "5",
            name(rng, columns),
        ]
    body = number + rng.choice(_CODES) + birth + expiry
    return [head + name(rng, columns - 5), _filled(rng, body, columns - 1, 0.5) + "4"]


def name(rng: random.Random, columns: int) -> str:
    """A holder's name, filled with ``<``."""
    words = ["".join(rng.choices("AEIOU" * 2 + _LETTERS, k=rng.randint(2, 11))) for _ in range(4)]
    text = words[0] + "<<" + "<".join(words[1 : rng.randint(2, 4)])
    return text.ljust(columns, "<")[:columns]


def prose(rng: random.Random, words: int) -> str:
    """Mixed-case words of no meaning with a few numbers."""
    return " ".join(_word(rng) for _ in range(words))


def capitals(rng: random.Random, words: int) -> str:
    """Words in capitals, as forms and names of offices are printed."""
    return " ".join(_word(rng).upper() for _ in range(words))


def listing(rng: random.Random, columns: int) -> str:
    """A line of a program, of a table or of numbers, at most ``columns`` long."""
    kind = rng.random()
    if kind < 0.4:
        text = " " * (4 * rng.randint(0, 3)) + prose(rng, 9).replace(",", "(").replace(".", ");")
    elif kind < 0.75:
        gap = rng.choice(("  ", "    ", " | "))
        text = gap.join(_mixed(rng, rng.randint(3, 9)) for _ in range(9))
    else:
        text = " ".join("".join(rng.choices(_DIGITS, k=rng.choice((2, 4, 6)))) for _ in range(15))
    return text[:columns]


def label(rng: random.Random) -> str:
    """A field of a document: a date, a number, a name or a word."""
    kind = rng.random()
    if kind < 0.25:
        return (
            f"{rng.randint(1, 28):02}{rng.choice('.-/ ')}{rng.randint(1, 12):02}.19{_date(rng)[:2]}"
        )
    if kind < 0.45:
        return _mixed(rng, rng.randint(6, 16))
    return capitals(rng, rng.randint(1, 4)) if kind < 0.75 else prose(rng, rng.randint(1, 5))


def _word(rng: random.Random) -> str:
    word = "".join(rng.choices("aeiou" * 3 + string.ascii_lowercase, k=rng.randint(1, 11)))
    draw = rng.random()
    if draw < 0.2:
        word = word.capitalize()
    elif draw < 0.27:
        word = str(rng.randint(0, 99999))
    return word + rng.choice(("", "", "", "", ",", "."))


def _mixed(rng: random.Random, length: int) -> str:
    letters = rng.choice((_DIGITS, _DIGITS, _DIGITS + _LETTERS))
    return "".join(rng.choices(letters, k=length))


def _date(rng: random.Random) -> str:
    return (
        f"{rng.randint(0, 99):02}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.randint(0, 9)}"
    )


def _filled(rng: random.Random, text: str, columns: int, share: float) -> str:
    """``text`` brought to ``columns`` with optional data in a share of the cases, else ``<``."""
    if rng.random() < share:
        text += _mixed(rng, rng.randint(1, max(1, columns - len(text))))
    return text.ljust(columns, "<")[:columns]
