"""Fields to the lines of a machine-readable zone, with every check digit."""

from __future__ import annotations

from pipeline.documents.mrz.check_digits import check_digit
from pipeline.documents.mrz.formats import FIELDS, FORMATS, Check, Format
from pipeline.documents.mrz.names import joined_name, transliterate

_DATES = ("birth_date", "expiry_date")
_KNOWN = frozenset(FIELDS)


def format_mrz(format: str, **fields: str | None) -> tuple[str, ...]:  # noqa: A002 - public name
    """Valid lines of ``format`` (TD1, TD2, TD3, MRVA, MRVB, FRID). Raises ValueError.

    Dates are ISO (``1974-08-12``, ``?`` for unknown digits); names may hold accents. A document
    number of more than nine characters continues in the optional data of TD1 and TD2.
    """
    if format not in FORMATS:
        raise ValueError(f"no format {format}; there are {', '.join(FORMATS)}")
    unknown = sorted(set(fields) - _KNOWN)
    if unknown:
        raise ValueError(f"no field {', '.join(unknown)}; there are {', '.join(sorted(_KNOWN))}")
    layout = FORMATS[format]
    given = {name: value or "" for name, value in fields.items()}
    rows = [["<"] * layout.columns for _ in range(layout.rows)]
    for name, text in _zones(layout, given).items():
        row, first, last = layout.fields[name]
        if len(text) > last - first:
            raise ValueError(f"{name} has {len(text)} characters, {format} has {last - first}")
        rows[row][first : first + len(text)] = text
    for check in layout.checks:
        lines = tuple("".join(row) for row in rows)
        rows[check.row][check.column] = _digit(check, lines, given)
    return tuple("".join(row) for row in rows)


def _zones(layout: Format, given: dict[str, str]) -> dict[str, str]:
    """The text of each field of ``layout``, without padding."""
    zones = {name: _text(name, given.get(name, "")) for name in layout.fields if name != "name"}
    if "name" in layout.fields:
        _, first, last = layout.fields["name"]
        surname, names = given.get("surname", ""), given.get("given_names", "")
        zones["name"] = joined_name(surname, names, last - first)
    number = zones["document_number"]
    if len(number) > 9 and layout.checks[0].blank:
        if zones.get("optional_data"):
            rest = number[9:] + check_digit(number) + "<" + zones["optional_data"]
        else:
            rest = number[9:] + check_digit(number)
        zones |= {"document_number": number[:9], "optional_data": rest}
    return zones


def _text(name: str, value: str) -> str:
    if name in _DATES:
        return _date(name, value)
    if name == "sex":
        return {"M": "M", "F": "F"}.get(value.upper(), "<")
    if name in ("surname", "given_names"):
        return transliterate(value)
    text = value.upper().replace(" ", "<").replace("-", "<")
    if not all(c.isascii() and (c.isalnum() or c == "<") for c in text):
        raise ValueError(f"{name} may hold letters, digits and fillers, not {value!r}")
    return text


def _date(name: str, value: str) -> str:
    if not value:
        return "<" * 6
    digits = value.replace("-", "").replace("?", "<")
    if len(digits) != 8 or not all(c.isdigit() or c == "<" for c in digits):
        raise ValueError(f"{name} must be like 1974-08-12 or 1974-??-??, not {value!r}")
    return digits[2:]


def _digit(check: Check, lines: tuple[str, ...], given: dict[str, str]) -> str:
    if check.name == "document_number" and check.blank:
        long = len(given.get("document_number", "")) > 9
        if long:
            return "<"
    data = check.data(lines)
    empty = check.name == "personal_number" and not data.strip("<")
    return "<" if empty else check_digit(data)
