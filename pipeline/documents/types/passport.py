"""Passports: TD3, ICAO Doc 9303-4."""

from __future__ import annotations

from pipeline.documents.fields import mrz_fields
from pipeline.documents.types._type import MrzType

DOCUMENT_TYPE = MrzType(
    "passport", frozenset({"passport", "old_passport"}), frozenset({"TD3"}), mrz_fields
)
