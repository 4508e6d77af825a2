"""Text of machine-readable lines: as documents print them, at random, and of look-alikes."""

from __future__ import annotations

import random

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
"""Class ``i + 1`` of the net is ``ALPHABET[i]``; class 0 is blank."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
STRESS = ("O0DQCGU", "1ILTJ7", "2Z7", "5S6G9", "8B3E", "MNWHK", "VYXU", "<KCV", "PRFEB", "4AH")
_CODE_LIST = (
    "USA GBR IDN D<< FRA ESP ITA CHN IND MYS SGP AUS NLD BEL POL CZE UTO RUS JPN KOR THA VNM PHL"
    " BRA MEX CAN TUR EGY SAU ARE QAT KWT IRN IRQ PAK BGD LKA NPL MMR KHM LAO BRN TLS PNG NZL FJI"
    " ZAF NGA KEN ETH GHA SWE NOR DNK FIN ISL IRL PRT CHE AUT HUN ROU BGR GRC UKR BLR LTU LVA EST"
    " SVK SVN HRV SRB BIH MKD ALB CYP MLT LUX TWN HKG MAC AZE GEO ARM KAZ UZB MDA MNE MCO LIE SMR"
    " AND VAT ISR JOR LBN SYR YEM OMN BHR AFG MNG PRK DZA MAR TUN LBY SDN SOM DJI UGA TZA RWA COD"
    " CMR CIV SEN MLI GIN AGO MOZ ZWE ZMB BWA NAM MDG MUS ARG CHL PER BOL COL VEN ECU PRY URY CUB"
    " DOM HTI JAM TTO GTM HND SLV NIC CRI PAN XOM EUE UNO XXA XXB GBD RKS"
)
CODES = _CODE_LIST.split()
_WEIGHTS = (7, 3, 1)
_NAME_LETTERS = (
    LETTERS,
    "AEIOU" * 3 + LETTERS,
    "AEIONRSTLD" * 2 + LETTERS,
    "AEIONRSTLD" * 2 + LETTERS,
    "OQGCDU" * 3 + LETTERS,
)


def check_digit(data: str) -> str:
    """The check digit of ICAO Doc 9303-3, 4.9."""
    values = (0 if c == "<" else int(c, 36) for c in data)
    return str(sum(v * _WEIGHTS[i % 3] for i, v in enumerate(values)) % 10)


def line(rng: random.Random) -> str:
    """One line of 30, 36 or 44 characters; lines of numbers may be up to two longer."""
    kind = rng.random()
    length = rng.choice((30, 36, 44))
    if kind < 0.17:
        return "".join(rng.choices(ALPHABET, k=length))
    if kind < 0.29:
        return _stress(rng, length)
    if kind < 0.35:
        return _runs(rng, length)
    if kind < 0.41:
        return _sparse(rng, length)
    return rng.choice((_names, _names, _numbers, _numbers, _td1_first, _td1_second))(rng)


def _word(rng: random.Random, length: int, letters: str) -> str:
    return "".join(rng.choices(letters, k=length))


def _stress(rng: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += _word(rng, rng.randint(3, 12), rng.choice(STRESS))
    return text[:length]


def _runs(rng: random.Random, length: int) -> str:
    """Repeated characters; every other line of zeros, O and fillers, long and interrupted."""
    letters = rng.choice((ALPHABET, "00O<" + rng.choice(ALPHABET)))
    text = ""
    while len(text) < length:
        text += rng.choice(letters) * rng.randint(1, rng.choice((4, 6, 14)))
    return text[:length]


def _sparse(rng: random.Random, length: int) -> str:
    """Fillers with little between them, or digits without a filler."""
    if rng.random() < 0.4:
        return _word(rng, length, rng.choice((DIGITS, DIGITS + "0000", DIGITS + "OQD")))
    text = list("<" * length)
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(length)
        word = _word(rng, rng.randint(1, 7), rng.choice((LETTERS, DIGITS, "KCXLS", ALPHABET)))
        text[at : at + len(word)] = word
    return "".join(text[:length])


def _name(rng: random.Random, length: int) -> str:
    def word() -> str:
        letters = rng.choice(_NAME_LETTERS)
        return _word(rng, rng.randint(1, 11), letters)

    primary = "<".join(word() for _ in range(rng.randint(1, 2)))
    text = primary + "<<" + "<".join(word() for _ in range(rng.randint(0, 3)))
    return text.ljust(length, "<")[:length]


def _date(rng: random.Random) -> str:
    if rng.random() < 0.15:
        return _word(rng, 6, DIGITS)
    return f"{rng.randint(0, 99):02}{rng.randint(1, 12):02}{rng.randint(1, 31):02}"


def _number(rng: random.Random, length: int) -> str:
    """A document number: digits, letters before digits, mixed, and with runs of zeros."""
    zeros = "0" * rng.randint(2, 6)
    text = rng.choice(
        (
            _word(rng, 2, LETTERS) + _word(rng, 7, DIGITS),
            _word(rng, 1, LETTERS) + _word(rng, 7, DIGITS),
            _word(rng, 9, DIGITS),
            _word(rng, 9, DIGITS),
            _word(rng, 9, LETTERS + DIGITS),
            _word(rng, 9, LETTERS + DIGITS),
            _word(rng, 9, "O0DQCG8B" + DIGITS),
            (_word(rng, rng.randint(0, 3), LETTERS) + zeros + _word(rng, 7, DIGITS))[:9],
            _word(rng, 2, "OQGCD" + LETTERS) + zeros,
        )
    )
    return text.ljust(length, "<")[:length]


def _optional(rng: random.Random, length: int) -> str:
    draw = rng.random()
    if draw < 0.35:
        return "<" * length
    if draw < 0.42:
        return "0" * length
    letters = rng.choice(
        (DIGITS, DIGITS + "0000", DIGITS + LETTERS, DIGITS + LETTERS + "<<<<", LETTERS + "<<")
    )
    return _word(rng, rng.randint(1, length), letters).ljust(length, "<")


def _code(rng: random.Random) -> str:
    return rng.choice(CODES) if rng.random() < 0.8 else _word(rng, 3, LETTERS)


def _names(rng: random.Random) -> str:
    shape = rng.random()
    if shape < 0.25:
        return _name(rng, 30)
    if shape < 0.3:
        return "IDFRA" + _name(rng, 25).replace("<<", "<", 1) + _word(rng, 6, DIGITS)
    kinds = ("P<", "P<", "PA", "PP", "PM", "PD", "V<", "VB", "VN", "VC", "I<", "ID", "AC")
    return rng.choice(kinds) + _code(rng) + _name(rng, rng.choice((31, 39, 39)))


def _numbers(rng: random.Random) -> str:
    number, birth, expiry = _number(rng, 9), _date(rng), _date(rng)
    head = number + check_digit(number) + _code(rng) + birth + check_digit(birth)
    head += rng.choice("MF<") + expiry + check_digit(expiry)
    return head + _optional(rng, rng.choice((8, 16, 14))) + _word(rng, 2, DIGITS + "<")


def _td1_first(rng: random.Random) -> str:
    kind = rng.choice(("I<", "ID", "IR", "AR", "C1", "IT", "IP", "AC"))
    number = _number(rng, 9)
    return kind + _code(rng) + number + check_digit(number) + _optional(rng, 15)


def _td1_second(rng: random.Random) -> str:
    birth, expiry = _date(rng), _date(rng)
    head = birth + check_digit(birth) + rng.choice("MF<") + expiry + check_digit(expiry)
    return head + _code(rng) + _optional(rng, 11) + rng.choice(DIGITS)
