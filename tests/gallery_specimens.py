"""Templates and galleries for tests: random directions that crowd as those of faces do."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.faces.gallery import (
    Gallery,
    GalleryWriter,
    create_gallery,
    edit_gallery,
    open_gallery,
)
from pipeline.faces.gallery.gallery import Engine
from pipeline.store.keys import OfficeKeys

KEYS = OfficeKeys(b"k" * 32)
OTHER_KEYS = OfficeKeys(b"x" * 32)
MODELS = {"network": "ab12", "alignment": "cd34"}
Templates = NDArray[np.float32]


def templates(count: int, dimensions: int = 16, seed: int = 0, spread: float = 0.4) -> Templates:
    """Unit vectors around one direction, so that strangers score well above zero."""
    rng = np.random.default_rng(seed)
    middle = np.ones(dimensions) / np.sqrt(dimensions)
    rows = middle + spread * rng.standard_normal((count, dimensions)) / np.sqrt(dimensions)
    return unit(rows)


def unit(rows: NDArray[np.floating]) -> Templates:
    """Rows of length 1."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / lengths).astype(np.float32)


def make(folder: Path, dimensions: int = 16) -> GalleryWriter:
    """An empty gallery, open for changes."""
    return create_gallery(folder, KEYS, MODELS, dimensions=dimensions)


def edit(folder: Path) -> GalleryWriter:
    """The gallery, open for changes."""
    return edit_gallery(folder, KEYS, MODELS)


def look(folder: Path, engine: Engine = "numpy") -> Gallery:
    """The gallery, open for searching."""
    return open_gallery(folder, KEYS, MODELS, engine=engine)


def quick_disk(patch: pytest.MonkeyPatch) -> None:
    """Wait for no disk: where only what is written matters, not when."""
    patch.setattr(os, "fsync", lambda _handle: None)
    patch.setattr(os, "fdatasync", lambda _handle: None)
