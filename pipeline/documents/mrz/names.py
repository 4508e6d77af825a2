"""The name field of a zone: how it is divided, and how a name that is too long is cut.

Source: ICAO Doc 9303-3, 4.6, and Doc 9303-4 to -7, 4.2.2 and 4.2.3 (truncation).
"""

from __future__ import annotations

from pipeline.documents.mrz.transliteration import transliterate

SECONDARY = "<<"
_LEAST_SECONDARY = 3  # two fillers and the first letter of the given names


def split_name(zone: str) -> tuple[str | None, str | None]:
    """Surname and given names of a name field; None for what is absent.

    A field that begins with two fillers has given names only.
    """
    primary, _, secondary = zone.rstrip("<").partition(SECONDARY)
    return spaced(primary), spaced(secondary)


def spaced(zone: str) -> str | None:
    """The parts of a zone with one blank between them; None if there are none."""
    return " ".join(part for part in zone.split("<") if part) or None


def joined_name(surname: str, given_names: str, columns: int, language: str | None = None) -> str:
    """A name field of ``columns`` characters. Raises ValueError for what cannot stand in it.

    A single name goes to the primary identifier. A name that is too long is cut so that the last
    place holds a letter, and that the primary identifier leaves room for one letter of the
    secondary one.
    """
    names = (transliterate(name, language) for name in (surname, given_names))
    primary, *secondary = [name for name in names if name] or [""]
    if secondary:
        primary = _within(primary, columns - _LEAST_SECONDARY)
    zone = SECONDARY.join([primary, *secondary])
    if len(zone) > columns and zone[columns - 1] == "<":
        zone = _one_letter_less(zone[: columns - 1]) + zone[columns - 1 :]
    return zone[:columns].ljust(columns, "<")


def _within(name: str, columns: int) -> str:
    """``name`` with letters taken from its longest parts, from its end when all are initials."""
    while len(name) > columns:
        shorter = _shorter_part(name)
        name = shorter if shorter != name else name[:columns].rstrip("<")
    return name


def _one_letter_less(zone: str) -> str:
    """A letter taken from the secondary identifier, else from the primary one.

    The first letter of the part behind the cut gets its place.
    """
    primary, separator, secondary = zone.partition(SECONDARY)
    shorter = _shorter_part(secondary)
    if shorter != secondary:
        return primary + separator + shorter
    return _shorter_part(primary) + separator + secondary


def _shorter_part(name: str) -> str:
    """One letter less in the longest part; the same if no part has two."""
    parts = name.split("<")
    longest = max(parts, key=len)
    if len(longest) < 2:
        return name
    parts[parts.index(longest)] = longest[:-1]
    return "<".join(parts)
