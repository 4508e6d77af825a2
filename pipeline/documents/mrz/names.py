"""Names between print and machine-readable zone: ICAO Doc 9303-3, 4.6 and 6 (transliteration)."""

from __future__ import annotations

import unicodedata

# Table A of section 6 where it is more than dropping the accent; first choice of each row.
_LATIN = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Đ": "D", "Ħ": "H", "ı": "I", "Ĳ": "IJ",
    "Ł": "L", "Ŋ": "N", "Ö": "OE", "Ø": "OE", "Œ": "OE", "ẞ": "SS", "ß": "SS", "Þ": "TH",
    "Ŧ": "T", "Ü": "UE", "ſ": "S",
}  # fmt: skip


def transliterate(name: str) -> str:
    """``name`` in A to Z and fillers: apostrophes vanish, hyphens and blanks become ``<``.

    Raises ValueError for letters of other scripts, which the issuer transliterates by its own
    table.
    """
    letters = "".join(_letter(character) for character in name.strip())
    return "<".join(part for part in letters.split("<") if part)


def _letter(character: str) -> str:
    upper = character if character in _LATIN else character.upper()
    if upper in _LATIN:
        return _LATIN[upper]
    if upper.isspace() or upper in "-</":
        return "<"
    if upper in "'`´’ʼ.,":
        return ""
    plain = unicodedata.normalize("NFKD", upper)
    kept = "".join(c for c in plain if not unicodedata.combining(c)).upper()
    if kept and all("A" <= c <= "Z" for c in kept):
        return kept
    raise ValueError(f"{character!r} has no place in a machine-readable name")


def split_name(zone: str) -> tuple[str | None, str | None]:
    """Surname and given names of a name field; None for what is absent."""
    primary, _, secondary = zone.strip("<").partition("<<")
    return _spaced(primary), _spaced(secondary)


def joined_name(surname: str, given_names: str, columns: int) -> str:
    """A name field of ``columns`` characters, cut at the end when it is too long."""
    first, second = transliterate(surname), transliterate(given_names)
    zone = f"{first}<<{second}" if second else first
    return zone[:columns].ljust(columns, "<")


def _spaced(zone: str) -> str | None:
    return " ".join(part for part in zone.split("<") if part) or None
