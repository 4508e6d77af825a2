"""What the first two characters of a zone say: the kinds of documents of ICAO Doc 9303-4 to -8."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from pipeline.documents.mrz.formats import Format
from pipeline.findings import Words

PASSPORTS = MappingProxyType(
    {
        "PP": Words("paspor biasa", "national or ordinary passport"),
        "PE": Words("paspor darurat", "emergency passport"),
        "PD": Words("paspor diplomatik", "diplomatic passport"),
        "PO": Words("paspor dinas", "official or service passport"),
        "PR": Words("paspor pengungsi", "refugee passport"),
        "PT": Words("paspor orang asing", "alien or non-citizen passport"),
        "PS": Words("paspor orang tanpa kewarganegaraan", "stateless passport"),
        "PL": Words("laissez-passer", "laissez-passer passport"),
        "PM": Words("paspor militer", "military passport"),
        "PU": Words("dokumen satu lembar", "single-sheet document (Doc 9303-8)"),
    }
)
"""Doc 9303-4, 4.4 (amendment of 2026): the harmonised second letters, and PU of Doc 9303-8."""

OTHERS = MappingProxyType(
    {
        "P": Words("paspor", "passport"),
        "V": Words("visa", "visa"),
        "AC": Words("sertifikat awak pesawat", "crew member certificate"),
        "IP": Words("kartu paspor", "passport card"),
        "A": Words("dokumen perjalanan resmi", "official travel document"),
        "C": Words("dokumen perjalanan resmi", "official travel document"),
        "I": Words("dokumen perjalanan resmi", "official travel document"),
    }
)
"""By both letters, else by the first: the second is the issuer's choice (Doc 9303-5, note k)."""

HARMONISED_SINCE = date(2026, 1, 1)
"""A second letter of a passport issued since then is one of PASSPORTS (Doc 9303-4, 4.4)."""
HARMONISED_EXPIRY = date(2038, 1, 1)
"""A passport without such a letter expires before (Doc 9303-4, 4.4)."""
USUAL_YEARS = 10
"""The usual longest validity of a passport, from which the date of issue is bounded."""


def document_kind(code: str) -> Words | None:
    """What ``code`` (fillers or not) names; None for a first letter that Doc 9303 does not have."""
    plain = code.rstrip("<")
    return PASSPORTS.get(plain) or OTHERS.get(plain) or OTHERS.get(plain[:1])


def forbidden_second(layout: Format, code: str) -> bool:
    """Whether the second letter is refused: V after A, C, I; AI; AC but in TD1 (note k)."""
    if layout.first != "ACI" or code[0] not in layout.first:
        return False
    return code[1] == "V" or code == "AI" or (code == "AC" and layout.name != "TD1")


def second_letter_is_late(code: str, expiry: date) -> bool:
    """Whether a passport that expires then should have a harmonised second letter.

    A letter outside the table is late if ten years before expiry is 2026 or after; none at all
    if the passport lives in 2038.
    """
    if code in PASSPORTS or not code.startswith("P"):
        return False
    if code[1] == "<":
        return expiry >= HARMONISED_EXPIRY
    return expiry.year - HARMONISED_SINCE.year >= USUAL_YEARS
