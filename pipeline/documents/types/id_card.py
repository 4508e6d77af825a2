"""Identity and residence cards: TD1 and TD2 (ICAO Doc 9303-5 and -6), and the old French one."""

from __future__ import annotations

from pipeline.documents.fields import mrz_fields
from pipeline.documents.types._type import MrzType

DOCUMENT_TYPE = MrzType(
    "id_card", frozenset({"id_card"}), frozenset({"TD1", "TD2", "FRID"}), mrz_fields
)
