"""Evidence: a sample that has been looked at as a portrait or as a document scan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from capture.sample import Sample

Rgb = NDArray[np.uint8]
"""A picture: H x W x 3, uint8, RGB order, sRGB, upright."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture of the applicant, taken now or handed in."""

    name: str
    sha256: str
    image: Rgb


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture of a document."""

    name: str
    sha256: str
    image: Rgb


def portrait_of(sample: Sample) -> Portrait:
    """Decode ``sample`` as a portrait. Raises UnreadableImage."""
    return Portrait(sample.name, sample.sha256, sample.image)


def scan_of(sample: Sample) -> Scan:
    """Decode ``sample`` as a document scan. Raises UnreadableImage."""
    return Scan(sample.name, sample.sha256, sample.image)


def rgb_of(source: Rgb | bytes | Path | Portrait | Scan) -> Rgb:
    """The picture behind whatever a caller holds. Raises UnreadableImage."""
    if isinstance(source, Portrait | Scan):
        return source.image
    if isinstance(source, Path):
        return Sample.from_file(source).image
    if isinstance(source, bytes):
        return Sample.from_bytes(source, name="image").image
    if source.ndim != 3 or source.shape[2] != 3 or source.dtype != np.uint8:
        raise TypeError(f"expected H x W x 3 uint8 RGB, got {source.shape} {source.dtype}")
    return source
