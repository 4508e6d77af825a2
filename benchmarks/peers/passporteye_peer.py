"""PassportEye 2.2 (morphology and tesseract): a picture to the fields of its MRZ."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it calls names that scikit-image is about to remove
    from passporteye import read_mrz


def read(path: Path) -> dict[str, Any] | None:
    """The fields that PassportEye reads, with its own ``valid_score`` of 0..100, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reading = read_mrz(str(path))
    return dict(reading.to_dict()) if reading is not None else None
