"""Fields to the lines of a machine-readable zone, with every check digit."""

from __future__ import annotations

from datetime import date

from pipeline.documents.mrz.check_digits import ALPHABET, FILLER, check_digit
from pipeline.documents.mrz.formats import FIELDS, FORMATS, Check, Format
from pipeline.documents.mrz.names import joined_name
from pipeline.documents.mrz.rules import NUMBER_LENGTH
from pipeline.documents.mrz.transliteration import transliterate

_DATES = ("birth_date", "expiry_date")
_KNOWN = frozenset(FIELDS)
_FIRST = {"FRID": "ID"}  # the code of a document that is not told; else the format's last letter
_ALPHABET = frozenset(ALPHABET)
_LEAP = 2000


def format_mrz(
    format: str,  # noqa: A002 - public name
    *,
    language: str | None = None,
    **fields: str | None,
) -> tuple[str, ...]:
    """Valid lines of ``format`` (TD1, TD2, TD3, MRVA, MRVB, FRID). Raises ValueError.

    Dates are ISO (``1974-08-12``, ``?`` for unknown digits). Names may be Latin, Cyrillic (as
    ``language`` writes it: rus, bel, bul, mkd, srp, ukr) or Arabic; what is too long is cut by
    Doc 9303-4 to -7, 4.2.3. A document number of more than nine characters continues in the
    optional data of TD1 and TD2, and is cut in visas.
    """
    if format not in FORMATS:
        raise ValueError(f"no format {format}; there are {', '.join(FORMATS)}")
    unknown = sorted(set(fields) - _KNOWN)
    if unknown:
        raise ValueError(f"no field {', '.join(unknown)}; there are {', '.join(sorted(_KNOWN))}")
    layout = FORMATS[format]
    given = {name: value or "" for name, value in fields.items()}
    rows = [[FILLER] * layout.columns for _ in range(layout.rows)]
    for name, text in _zones(layout, given, language).items():
        row, first, last = layout.fields[name]
        if len(text) > last - first:
            raise ValueError(f"{name} has {len(text)} characters, {format} has {last - first}")
        rows[row][first : first + len(text)] = text
    long = layout.checks[0].blank and len(_text(given, "document_number")) > NUMBER_LENGTH
    for check in layout.checks:
        lines = tuple("".join(row) for row in rows)
        rows[check.row][check.column] = _digit(check, lines, long)
    return tuple("".join(row) for row in rows)


def _zones(layout: Format, given: dict[str, str], language: str | None) -> dict[str, str]:
    """The text of each field of ``layout``, without padding."""
    zones = {}
    for name, (_, first, last) in layout.fields.items():
        if name == "name":
            surname, names = given.get("surname", ""), given.get("given_names", "")
            zones[name] = joined_name(surname, names, last - first, language)
        elif name in ("surname", "given_names"):
            zones[name] = _french_name(given.get(name, ""), name, last - first)
        else:
            zones[name] = _field(layout, given, name)
    return zones | _number(layout, zones)


def _number(layout: Format, zones: dict[str, str]) -> dict[str, str]:
    """A number of more than nine characters by note j of Doc 9303-5 to -7, 4.2.2."""
    number = zones["document_number"]
    _, first, last = layout.fields["document_number"]
    if len(number) <= last - first:
        return {}
    if layout.first == "V":
        return {"document_number": number[: last - first]}
    if not layout.checks[0].blank:
        return {}
    rest = number[NUMBER_LENGTH:] + check_digit(number) + FILLER + zones["optional_data"]
    return {"document_number": number[:NUMBER_LENGTH], "optional_data": rest}


def _french_name(name: str, field: str, columns: int) -> str:
    """Cut to its field; the given names of the French card have two fillers between them."""
    text = transliterate(name)
    return (text.replace(FILLER, FILLER * 2) if field == "given_names" else text)[:columns]


def _field(layout: Format, given: dict[str, str], name: str) -> str:
    value = given.get(name, "")
    if name in _DATES:
        return _date(name, value)
    if name == "sex":
        return {"M": "M", "F": "F"}.get(value.upper(), FILLER)
    text = _text(given, name)
    if name == "document_code":
        text = text or _FIRST.get(layout.name, layout.first[-1])
        if text[0] not in layout.first:
            raise ValueError(f"document_code of {layout.name} begins with {layout.first}")
    return text


def _text(given: dict[str, str], name: str) -> str:
    """A field in capitals, with fillers for blanks and hyphens. Raises ValueError."""
    value = given.get(name, "")
    text = value.upper().replace(" ", FILLER).replace("-", FILLER)
    if not _ALPHABET.issuperset(text):
        raise ValueError(f"{name} may hold letters, digits and fillers, not {value!r}")
    return text


def _date(name: str, value: str) -> str:
    if not value:
        return FILLER * 6
    parts = value.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(map(_digits_or_unknown, parts)):
        raise ValueError(f"{name} must be like 1974-08-12 or 1974-??-??, not {value!r}")
    year, month, day = (0 if part.startswith("?") else int(part) for part in parts)
    try:
        date(year or _LEAP, month or 1, day or 1)
    except ValueError as error:
        raise ValueError(f"{name} {value} is no day of the calendar") from error
    return "".join(parts)[2:].replace("?", FILLER)


def _digits_or_unknown(part: str) -> bool:
    return part == "?" * len(part) or (part.isascii() and part.isdecimal())


def _digit(check: Check, lines: tuple[str, ...], long: bool) -> str:
    data = check.data(lines)
    empty = check.name == "personal_number" and not data.strip(FILLER)
    if empty or (long and check.name == "document_number"):
        return FILLER
    return check_digit(data)
