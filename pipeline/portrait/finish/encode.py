"""Compression: the best JPEG or JPEG 2000 of a picture that fits into so many bytes.

The files carry pixels and resolution and nothing else: no EXIF, no ICC profile (the pixels are
sRGB), no comments that tell of the applicant's camera or place.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np

from pipeline.evidence import Rgb

Coding = Literal["jpeg", "jp2"]
MOST_JPEG, MOST_JP2_DB = 95, 50.0  # above, bytes grow and nothing can be seen
_JP2_STEP = 0.5  # dB
_CHROMA_WHOLE_FROM = 90  # JPEG quality; below, colour is stored at half the resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A compressed picture; ``quality`` is JPEG's 1..95 or JPEG 2000's dB."""

    data: bytes
    coding: Coding
    quality: float
    psnr: float  # dB, of the decoded picture against the one that was compressed

    def to_dict(self) -> dict[str, Any]:
        return {
            "coding": self.coding,
            "bytes": len(self.data),
            "quality": self.quality,
            "psnr_db": round(self.psnr, 1),
        }


def encode(
    image: Rgb, coding: Coding, *, dpi: float, most_bytes: int | None, least_quality: float
) -> Encoded | None:
    """The best that fits into ``most_bytes``; None if not even ``least_quality`` does."""
    step, most = (_JP2_STEP, MOST_JP2_DB) if coding == "jp2" else (1.0, float(MOST_JPEG))
    compress = _jp2 if coding == "jp2" else _jpeg
    found = _largest(
        lambda quality: compress(image, quality, dpi), least_quality, most, step, most_bytes
    )
    if found is None:
        return None
    quality, data = found
    return Encoded(data=data, coding=coding, quality=quality, psnr=_psnr(image, data))


def _largest(
    compress: Callable[[float], bytes],
    least: float,
    most: float,
    step: float,
    limit: int | None,
) -> tuple[float, bytes] | None:
    """Binary search for the highest quality whose bytes fit."""
    data = compress(most)
    if limit is None or len(data) <= limit:
        return most, data
    best: tuple[float, bytes] | None = None
    low, high = 0, round((most - least) / step) - 1
    while low <= high:
        middle = (low + high) // 2
        quality = least + middle * step
        data = compress(quality)
        if len(data) <= limit:
            best, low = (quality, data), middle + 1
        else:
            high = middle - 1
    return best


def _jpeg(image: Rgb, quality: float, dpi: float) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(
        file,
        "JPEG",
        quality=int(quality),
        optimize=True,
        subsampling=0 if quality >= _CHROMA_WHOLE_FROM else 2,
        dpi=(round(dpi), round(dpi)),
    )
    return file.getvalue()


def _jp2(image: Rgb, quality: float, dpi: float) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(
        file, "JPEG2000", quality_mode="dB", quality_layers=[quality], irreversible=True
    )
    return _with_resolution(file.getvalue(), dpi)


def _with_resolution(data: bytes, dpi: float) -> bytes:
    """A JP2 file with a capture resolution box in its header box (ISO/IEC 15444-1, I.5.3.7)."""
    start = data.index(b"jp2h") - 4
    length = int.from_bytes(data[start : start + 4], "big")
    per_metre = max(1, round(dpi / 0.0254))
    # Numerator, denominator and power of ten, down and across, in points a metre
    ratio = min(per_metre, 0xFFFF)
    resolution = struct.pack(">HHHHbb", ratio, 1, ratio, 1, 0, 0)
    box = struct.pack(">I4s", 26, b"res ") + struct.pack(">I4s", 18, b"resc") + resolution
    header = struct.pack(">I", length + len(box)) + data[start + 4 : start + length] + box
    return data[:start] + header + data[start + length :]


def _psnr(image: Rgb, data: bytes) -> float:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        decoded = np.asarray(picture.convert("RGB"))
    return float(cv2.PSNR(image, decoded))
