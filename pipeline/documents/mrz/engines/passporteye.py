"""PassportEye (MIT) as a second reader: its text, judged by our rules, and never verified.

It needs the extra ``periksa[passporteye]`` and the program ``tesseract``.
"""

from __future__ import annotations

import io
import shutil
import warnings
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

from models.errors import EngineMissing
from pipeline.documents.mrz.engines._engine import MrzEngine
from pipeline.documents.mrz.parse import parse_mrz
from pipeline.documents.mrz.reading import MrzReading
from pipeline.documents.mrz.wording import COMPARE, RESCAN
from pipeline.evidence import Rgb
from pipeline.findings import Finding, Severity, Words
from pipeline.policy import Policy

_ADVICE = "Run: pip install 'periksa[passporteye]' and apt-get install tesseract-ocr"
# What its image code raises on pictures that it was not made for; it guards none of it.
_FAULTS = (ValueError, IndexError, TypeError, ArithmeticError, RuntimeError, OSError)


def _read(image: Rgb, policy: Policy, today: date | None) -> MrzReading:
    """What PassportEye makes of the picture. Raises EngineMissing."""
    read, cleaned = _package()
    if shutil.which("tesseract") is None:
        raise EngineMissing(
            "engine.tesseract", "PassportEye needs the program tesseract, not found", _ADVICE
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it calls names that scikit-image is about to remove
            seen = read(io.BytesIO(_png(image)))
    except _FAULTS as fault:
        return MrzReading(found=False, findings=(_failed(fault),))
    raw = str(seen.aux.get("raw_text") or "") if seen is not None else ""
    lines = tuple(cleaned(raw))
    if not lines:
        return MrzReading(found=False, findings=(_nothing(),))
    text = parse_mrz(
        lines, today=today, expiry_review_days=policy.number("mrz", "expiry_review_days")
    )
    return MrzReading(
        found=True,
        format=text.format,
        lines=text.lines,
        raw_lines=tuple(line.strip() for line in raw.splitlines() if line.strip()),
        fields=text.fields,
        findings=(_unproven(), *text.findings),
    )


def _package() -> tuple[Callable[[io.BytesIO], Any], Callable[[str], list[str]]]:
    """Its reader, and what it does to the characters before it parses them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = import_module("passporteye")
            text = import_module("passporteye.mrz.text")
    except ImportError as error:
        raise EngineMissing(
            "engine.passporteye", f"PassportEye cannot be imported: {error}", _ADVICE
        ) from error
    return whole.read_mrz, text.MRZOCRCleaner.apply


def _png(image: Rgb) -> bytes:
    from PIL import Image

    sink = io.BytesIO()
    Image.fromarray(image).save(sink, "PNG", compress_level=1)
    return sink.getvalue()


def _unproven() -> Finding:
    return Finding(
        code="mrz.unproven",
        severity=Severity.REVIEW,
        subject="passporteye",
        message=Words(
            "Dibaca oleh PassportEye: keyakinan per karakter tidak diketahui, jadi tidak terbukti",
            "Read by PassportEye: it gives no confidence per character, so nothing is proven",
        ),
        advice=COMPARE,
    )


def _nothing() -> Finding:
    return Finding(
        code="mrz.not_found",
        severity=Severity.REVIEW,
        subject="passporteye",
        message=Words(
            "PassportEye tidak menemukan MRZ", "PassportEye found no machine-readable zone"
        ),
        advice=RESCAN,
    )


def _failed(fault: Exception) -> Finding:
    told = " ".join(f"{type(fault).__name__}: {fault}".split())[:200]
    return Finding(
        code="mrz.engine_failed",
        severity=Severity.REVIEW,
        subject="passporteye",
        value=told,
        message=Words(
            f"PassportEye gagal pada gambar ini ({told})",
            f"PassportEye failed on this picture ({told})",
        ),
        advice=RESCAN,
    )


ENGINE = MrzEngine("passporteye", "PassportEye with Tesseract, a second opinion", _read)
