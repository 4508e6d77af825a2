"""Values of Indonesian papers in their normal form: numbers, dates, words of closed lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from pipeline.documents.distance import edit_distance
from pipeline.documents.types._rows import Cell

# Letters that stand for a digit in a number; a corrected digit is never certain.
_DIGITS = str.maketrans("OoDQIl|!iZzSsbGgqB", "000011111225566998")
CORRECTED = 0.5  # trust in a character that had to be corrected
_DATE = re.compile(r"(\d{2})\D?(\d{2})\D?(\d{4})$")
_RT_RW = re.compile(r"(\d{1,3})\D+(\d{1,3})$")

SEXES = {"LAKI-LAKI": "M", "PEREMPUAN": "F"}
RELIGIONS = ("ISLAM", "KRISTEN", "KATHOLIK", "HINDU", "BUDDHA", "BUDHA", "KHONGHUCU",
             "KEPERCAYAAN TERHADAP TUHAN YME")  # fmt: skip
MARITAL = ("BELUM KAWIN", "KAWIN", "CERAI HIDUP", "CERAI MATI", "KAWIN TERCATAT",
           "KAWIN BELUM TERCATAT")  # fmt: skip
NATIONALITIES = ("WNI", "WNA")
BLOOD_TYPES = ("A", "B", "AB", "O", "-", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-")
FOR_LIFE = "SEUMUR HIDUP"


def number(cell: Cell) -> tuple[str, float]:
    """The digits of a number, and the certainty of the worst."""
    digits, certainty = "", cell.trust
    for letter, confidence in zip(cell.text, cell.confidence, strict=True):
        if letter in " .-:":
            continue
        digit = letter.translate(_DIGITS)
        digits += digit
        certainty = min(certainty, confidence * (1.0 if digit == letter else CORRECTED))
    return digits, certainty if digits else 0.0


def day(text: str) -> str | None:
    """ISO date of ``text`` that ends in DD-MM-YYYY, or None where it is no date."""
    found = _DATE.search(text.translate(_DIGITS).replace(" ", ""))
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return None


def place_and_day(cell: Cell) -> tuple[tuple[str, float], tuple[str, float]]:
    """``JAKARTA, 18-02-1986`` as place and ISO date, each with its certainty."""
    comma = cell.text.rfind(",")
    # Without a comma the date is what begins with the first digit of the last ten characters.
    digit = re.search(r"\d[\d\s./-]*$", cell.text)
    cut = comma if comma >= 0 else (digit.start() if digit else len(cell.text))
    place = _part(cell, 0, cut)
    when = _part(cell, cut + (comma >= 0), len(cell.text))
    iso = day(when.text)
    certainty = when.certainty if iso else 0.0
    clean = sum(letter.isdigit() for letter in when.text) >= 8
    return (tidy(place.text).rstrip("."), place.certainty), (
        iso or tidy(when.text),
        certainty if clean else certainty * CORRECTED,
    )


def one_of(cell: Cell, words: Sequence[str]) -> tuple[str, float]:
    """The nearest word of a closed list; what is near to none stays as read, uncertain.

    A word that was mended by the list is as certain as the share of it that was read right.
    """
    text = tidy(cell.text)
    joined = text.replace(" ", "")
    nearest = min(words, key=lambda word: edit_distance(joined, word.replace(" ", "")))
    away = edit_distance(joined, nearest.replace(" ", ""))
    if away == 0:
        return nearest, cell.certainty
    if away > max(1, len(nearest) // 5) or len(nearest) < 3:
        return text, cell.certainty * CORRECTED
    return nearest, (1 - away / len(nearest)) * cell.trust


def sex(cell: Cell) -> tuple[str, float]:
    """M or F as in a machine-readable zone."""
    word, certainty = one_of(cell, tuple(SEXES))
    return SEXES.get(word, word), certainty


def nationality(cell: Cell) -> tuple[str, float]:
    """WNI, WNA, or a foreigner's country as it stands."""
    word, certainty = one_of(cell, NATIONALITIES)
    return (word, certainty) if word in NATIONALITIES else text(cell)


def blood_type(cell: Cell) -> tuple[str, float]:
    """A, B, AB or O with its sign, or ``-`` where none is stated."""
    return one_of(replace(cell, text=cell.text.replace("0", "O").rstrip(" .!")), BLOOD_TYPES)


def rt_rw(cell: Cell) -> tuple[str, float]:
    """``007/008``: the neighbourhood's two numbers, three digits each."""
    found = _RT_RW.search(cell.text.translate(_DIGITS).replace(" ", ""))
    if found is None:
        return tidy(cell.text), cell.certainty * CORRECTED
    return f"{int(found[1]):03d}/{int(found[2]):03d}", cell.certainty


def valid_until(cell: Cell) -> tuple[str, float]:
    """ISO date, or the words for a card that is valid for life."""
    iso = day(cell.text)
    return (iso, cell.certainty) if iso else one_of(cell, (FOR_LIFE,))


def text(cell: Cell) -> tuple[str, float]:
    """Free text: capitals, single blanks."""
    return tidy(cell.text), cell.certainty


def tidy(raw: str) -> str:
    return " ".join(raw.upper().split()).strip(" :;,")


def _part(cell: Cell, start: int, end: int) -> Cell:
    return Cell(cell.text[start:end].strip(), _stripped(cell, start, end), cell.trust)


def _stripped(cell: Cell, start: int, end: int) -> tuple[float, ...]:
    part = cell.text[start:end]
    lead = len(part) - len(part.lstrip())
    return cell.confidence[start + lead : start + len(part.rstrip())]


NORMAL_FORMS: Mapping[str, Sequence[str]] = {
    "religion": RELIGIONS,
    "marital_status": MARITAL,
}
