"""The formats of machine-readable zones as data: where each field and check digit stands.

Sources: ICAO Doc 9303 (8th edition) part 4, 4.2.2 (TD3), part 5, 4.2.2 (TD1), part 6, 4.2.2
(TD2), part 7, 4.2 and 5.2 (MRV-A, MRV-B); FRID is the French identity card of 1988 to 2021,
which follows no part of Doc 9303 (2 x 36, own order of fields).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Span = tuple[int, int, int]
"""Row, first column, column after the last; all from 0."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check digit at ``row``, ``column`` over ``spans``. ``blank``: a filler may stand there."""

    name: str
    row: int
    column: int
    spans: tuple[Span, ...]
    blank: bool = False

    def data(self, lines: tuple[str, ...]) -> str:
        """The characters that the digit covers."""
        return "".join(lines[row][first:last] for row, first, last in self.spans)

    def printed(self, lines: tuple[str, ...]) -> str:
        return lines[self.row][self.column]


@dataclass(frozen=True, slots=True)
class Format:
    """One format. ``masks`` says a class of characters for each place (see ``CLASSES``)."""

    name: str
    masks: tuple[str, ...]
    fields: Mapping[str, Span]
    checks: tuple[Check, ...]
    first: str  # letters that the document code may begin with
    clause: str

    @property
    def rows(self) -> int:
        return len(self.masks)

    @property
    def columns(self) -> int:
        return len(self.masks[0])


_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CLASSES = MappingProxyType(
    {
        "L": _LETTERS,
        "C": _LETTERS + "<",  # names, codes of states
        "D": _DIGITS,
        "E": _DIGITS + "<",  # dates with unknown parts, digits that may be left out
        "A": _DIGITS + _LETTERS + "<",
        "S": "MFX<",  # X is not allowed by Doc 9303 but met in print
    }
)


def _common(columns: int) -> dict[str, Span]:
    """The fields that TD2, TD3 and visas share."""
    return {
        "document_code": (0, 0, 2),
        "issuer": (0, 2, 5),
        "name": (0, 5, columns),
        "document_number": (1, 0, 9),
        "nationality": (1, 10, 13),
        "birth_date": (1, 13, 19),
        "sex": (1, 20, 21),
        "expiry_date": (1, 21, 27),
    }


_NUMBER = Check("document_number", 1, 9, ((1, 0, 9),))
_BIRTH = Check("birth_date", 1, 19, ((1, 13, 19),))
_EXPIRY = Check("expiry_date", 1, 27, ((1, 21, 27),))

TD1 = Format(
    "TD1",
    (
        "LA" + "CCC" + "A" * 9 + "E" + "A" * 15,
        "E" * 6 + "D" + "S" + "E" * 6 + "E" + "CCC" + "A" * 11 + "D",
        "C" * 30,
    ),
    {
        "document_code": (0, 0, 2),
        "issuer": (0, 2, 5),
        "document_number": (0, 5, 14),
        "optional_data": (0, 15, 30),
        "birth_date": (1, 0, 6),
        "sex": (1, 7, 8),
        "expiry_date": (1, 8, 14),
        "nationality": (1, 15, 18),
        "optional_data_2": (1, 18, 29),
        "name": (2, 0, 30),
    },
    (
        Check("document_number", 0, 14, ((0, 5, 14),), blank=True),
        Check("birth_date", 1, 6, ((1, 0, 6),)),
        Check("expiry_date", 1, 14, ((1, 8, 14),)),
        Check("composite", 1, 29, ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29))),
    ),
    "ACI",
    "ICAO Doc 9303-5, 4.2.2",
)

TD2 = Format(
    "TD2",
    (
        "LA" + "CCC" + "C" * 31,
        "A" * 9 + "E" + "CCC" + "E" * 6 + "D" + "S" + "E" * 6 + "E" + "A" * 7 + "D",
    ),
    _common(36) | {"optional_data": (1, 28, 35)},
    (
        Check("document_number", 1, 9, ((1, 0, 9),), blank=True),
        _BIRTH,
        _EXPIRY,
        Check("composite", 1, 35, ((1, 0, 10), (1, 13, 20), (1, 21, 35))),
    ),
    "ACI",
    "ICAO Doc 9303-6, 4.2.2",
)

TD3 = Format(
    "TD3",
    (
        "LA" + "CCC" + "C" * 39,
        "A" * 9 + "D" + "CCC" + "E" * 6 + "D" + "S" + "E" * 6 + "E" + "A" * 14 + "ED",
    ),
    _common(44) | {"personal_number": (1, 28, 42)},
    (
        _NUMBER,
        _BIRTH,
        _EXPIRY,
        Check("personal_number", 1, 42, ((1, 28, 42),), blank=True),
        Check("composite", 1, 43, ((1, 0, 10), (1, 13, 20), (1, 21, 43))),
    ),
    "P",
    "ICAO Doc 9303-4, 4.2.2",
)

MRVA = Format(
    "MRVA",
    (
        "LA" + "CCC" + "C" * 39,
        "A" * 9 + "E" + "CCC" + "E" * 6 + "D" + "S" + "E" * 6 + "E" + "A" * 16,
    ),
    _common(44) | {"optional_data": (1, 28, 44)},
    (_NUMBER, _BIRTH, _EXPIRY),
    "V",
    "ICAO Doc 9303-7, 4.2",
)

MRVB = Format(
    "MRVB",
    (
        "LA" + "CCC" + "C" * 31,
        "A" * 9 + "E" + "CCC" + "E" * 6 + "D" + "S" + "E" * 6 + "E" + "A" * 8,
    ),
    _common(36) | {"optional_data": (1, 28, 36)},
    (_NUMBER, _BIRTH, _EXPIRY),
    "V",
    "ICAO Doc 9303-7, 5.2",
)

FRID = Format(
    "FRID",
    (
        "LL" + "LLL" + "C" * 25 + "A" * 6,
        "A" * 12 + "D" + "C" * 14 + "E" * 6 + "D" + "S" + "D",
    ),
    {
        "document_code": (0, 0, 2),
        "issuer": (0, 2, 5),
        "surname": (0, 5, 30),
        "optional_data": (0, 30, 36),
        "document_number": (1, 0, 12),
        "given_names": (1, 13, 27),
        "birth_date": (1, 27, 33),
        "sex": (1, 34, 35),
    },
    (
        Check("document_number", 1, 12, ((1, 0, 12),)),
        Check("birth_date", 1, 33, ((1, 27, 33),)),
        Check("composite", 1, 35, ((0, 0, 36), (1, 0, 35))),
    ),
    "I",
    "French decree 55-1397 as amended (carte nationale d'identite, 1988 to 2021)",
)

FIELDS = (
    "document_code", "issuer", "surname", "given_names", "document_number", "nationality",
    "birth_date", "sex", "expiry_date", "optional_data", "optional_data_2", "personal_number",
)  # fmt: skip
"""What every reading names, whether its format has it or not."""

FORMATS = MappingProxyType({f.name: f for f in (TD1, TD2, TD3, MRVA, MRVB, FRID)})


def formats_of(rows: int) -> tuple[Format, ...]:
    """The formats with that many lines."""
    return tuple(format_ for format_ in FORMATS.values() if format_.rows == rows)
