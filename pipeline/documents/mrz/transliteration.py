"""Names in any of three scripts to what a zone may have for them: ICAO Doc 9303-3, 4.6 and 6."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice, product

from pipeline.documents.mrz.letters import (
    ARABIC,
    CYRILLIC,
    CYRILLIC_OF,
    HEH,
    LAM,
    LATIN,
    NOT_ENCODED,
    SHADDA,
    TEH_MARBUTA,
    UKRAINIAN_FIRST,
    Forms,
)

LANGUAGES = tuple(CYRILLIC_OF)
"""Languages with a column of their own in table B, by ISO 639-2 code."""

SEPARATOR: Forms = ("<",)
_SEPARATORS = frozenset("-‐‑‒–—−<,")  # 4.6: hyphen and comma become a filler, as a blank does
_MOST = 64  # transliterations of one name that are asked for at most, unless told
_MARKS = "".join(NOT_ENCODED) + SHADDA
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def transliterate(name: str, language: str | None = None) -> str:
    """``name`` in A to Z and fillers, each letter in the form that its table names first.

    Apostrophes and other punctuation vanish, hyphens, commas and blanks become ``<``. Raises
    ValueError for digits and for letters outside the three tables.
    """
    return "<".join("".join(form[0] for form in part) for part in name_forms(name, language))


def transliterations(name: str, language: str | None = None, most: int = _MOST) -> Iterator[str]:
    """The permitted forms of ``name`` in a zone, the first choices first, at most ``most``.

    Without ``language`` a Cyrillic name is read in every language that table B tells apart. Raises
    ValueError as transliterate does.
    """
    seen: dict[str, None] = {}
    for choice in _languages(name, language):
        parts = name_forms(name, choice)
        letters = [letter for part in parts for letter in (*part, SEPARATOR)][:-1]
        seen |= dict.fromkeys(islice(_rows(letters), most))
    return islice(iter(seen), most)


def name_forms(
    name: str, language: str | None = None, *, strict: bool = True
) -> tuple[tuple[Forms, ...], ...]:
    """The parts of ``name``, each a row of letters with the forms that may stand for them.

    Digits and letters that no table has raise ValueError, or stand for themselves if not
    ``strict``.
    """
    parts = _parts(unicodedata.normalize("NFKC", name))
    rows = (tuple(_letters(part, language, strict)) for part in parts)
    return tuple(row for row in rows if any(form for forms in row for form in forms))


def _languages(name: str, language: str | None) -> tuple[str | None, ...]:
    """The columns of table B to try: the given one, every one, or none for other scripts."""
    if language or not any(letter in CYRILLIC for letter in name.upper()):
        return (language,)
    return (None, *LANGUAGES)


def languages_of(name: str) -> tuple[str | None, ...]:
    """The columns of table B that ``name`` may be read in; (None,) for other scripts."""
    return _languages(name, None)


def _rows(letters: Sequence[Forms]) -> Iterator[str]:
    """Every row of forms, the last letters' choices changing first."""
    return ("".join(row) for row in product(*letters))


def _parts(name: str) -> list[str]:
    blanks = "".join(" " if letter in _SEPARATORS else letter for letter in name)
    return blanks.split()


def _letters(part: str, language: str | None, strict: bool) -> Iterator[Forms]:
    """The forms of each letter of one part."""
    before: Forms = ("",)
    for place, letter in enumerate(part):
        if letter == SHADDA:  # doubles the letter that it stands over; often left out
            yield (*before, "") if before != ("",) else ("",)
            continue
        forms = _forms(part, place, language, strict)
        before = forms if any(forms) else before  # a vowel sign may stand between
        yield forms


def _forms(part: str, place: int, language: str | None, strict: bool) -> Forms:
    letter = part[place]
    upper = letter if letter in LATIN else letter.upper()
    if upper in LATIN:
        return LATIN[upper]
    if upper in CYRILLIC:
        return _cyrillic(upper, place == 0, language)
    if letter in ARABIC:
        return _arabic(part, place)
    return (_plain(letter, strict),)


def _cyrillic(letter: str, first: bool, language: str | None) -> Forms:
    if first and language == "ukr" and letter in UKRAINIAN_FIRST:
        return UKRAINIAN_FIRST[letter]
    return CYRILLIC_OF.get(language or "", {}).get(letter, CYRILLIC[letter])


def _arabic(part: str, place: int) -> Forms:
    """Teh marbuta at the end is XAH first (footnote 2); the heh of Allah is XH (B.5.9)."""
    letter = part[place]
    last = not part[place + 1 :].strip(_MARKS)
    if letter == TEH_MARBUTA and last:
        return tuple(reversed(ARABIC[letter]))
    if letter == HEH and last and _unmarked(part[:place]).endswith(LAM * 2):
        return ("XH", "H")
    return ARABIC[letter]


def _unmarked(text: str) -> str:
    return "".join(letter for letter in text if letter not in _MARKS)


def _plain(letter: str, strict: bool) -> str:
    """A to Z without accents; nothing for punctuation. Raises ValueError if ``strict``."""
    if letter in NOT_ENCODED or unicodedata.category(letter)[0] in "PMS" or letter in "ʻʼˈ":
        return ""
    spread = unicodedata.normalize("NFKD", letter.upper())
    kept = "".join(c for c in spread if not unicodedata.combining(c)).upper()
    if kept and _PLAIN.issuperset(kept):
        return kept
    if not strict:
        return "".join(c for c in kept if c.isalnum())
    raise ValueError(f"{letter!r} has no place in a machine-readable name")
