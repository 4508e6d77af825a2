"""Visas: MRV-A and MRV-B, ICAO Doc 9303-7."""

from __future__ import annotations

from pipeline.documents.fields import mrz_fields
from pipeline.documents.types._type import MrzType

DOCUMENT_TYPE = MrzType("visa", frozenset({"visa"}), frozenset({"MRVA", "MRVB"}), mrz_fields)
