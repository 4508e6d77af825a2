"""Machine-readable zones of ICAO Doc 9303: read from pictures, parsed from text, composed.

formats, codes, document_codes, dates, check_digits, letters   the standard as data
names, transliteration, text                                   names to and from a zone; files
rules*, rulebook -> ruling -> parse; compose                   text <-> fields, and every verdict
locate -> strips -> recognise -> decode -> repair -> find -> assess -> read   a picture
tracker                                           successive frames of a camera to one reading

The public names load what they need when they are first used: text needs no picture library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.documents.mrz.compose import format_mrz
    from pipeline.documents.mrz.parse import MrzText, parse_mrz
    from pipeline.documents.mrz.read import read_mrz
    from pipeline.documents.mrz.reading import MrzReading
    from pipeline.documents.mrz.tracker import MrzTracker, TrackedMrz

__all__ = [
    "MrzReading",
    "MrzText",
    "MrzTracker",
    "TrackedMrz",
    "format_mrz",
    "parse_mrz",
    "read_mrz",
]

_HOMES = {
    "MrzReading": "reading",
    "MrzText": "parse",
    "MrzTracker": "tracker",
    "TrackedMrz": "tracker",
    "format_mrz": "compose",
    "parse_mrz": "parse",
    "read_mrz": "read",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
