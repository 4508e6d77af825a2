"""Machine-readable zones of ICAO Doc 9303: read from pictures, parsed from text, composed.

check_digits, formats, codes, dates, names   the standard as data and small functions
rules, parse, compose                        text <-> fields, with a verdict on every rule
locate -> strips -> recognise -> decode -> repair -> find -> read   a picture to a reading
"""

from pipeline.documents.mrz.compose import format_mrz
from pipeline.documents.mrz.parse import MrzText, parse_mrz
from pipeline.documents.mrz.read import read_mrz
from pipeline.documents.mrz.reading import MrzReading

__all__ = ["MrzReading", "MrzText", "format_mrz", "parse_mrz", "read_mrz"]
