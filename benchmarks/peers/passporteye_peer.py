"""PassportEye 2.2 (morphology and tesseract): a picture to the fields of its MRZ."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it calls names that scikit-image is about to remove
    from passporteye import read_mrz
    from passporteye.mrz.text import MRZOCRCleaner


def read(path: Path) -> dict[str, Any] | None:
    """The fields that PassportEye reads, with its own ``valid_score`` of 0..100, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reading = read_mrz(str(path))
    return dict(reading.to_dict()) if reading is not None else None


def answer(path: Path) -> dict[str, Any]:
    """Its lines as it corrects them before parsing; valid is a score of 100."""
    reading = read(path) or {"raw_text": "", "valid_score": 0}
    lines = MRZOCRCleaner.apply(str(reading["raw_text"]))
    return {"lines": lines, "valid": reading["valid_score"] == 100}
