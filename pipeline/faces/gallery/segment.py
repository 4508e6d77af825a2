"""Segments: up to 65,536 templates in a file that is written once and never changed.

Layout: magic (8 bytes), sealed templates (rows x dimensions, float32, little-endian), then sealed
columns. A segment is mapped, and decrypted into memory when it is first searched.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.gallery.columns import Columns
from pipeline.faces.gallery.errors import GalleryError, damaged, disk_faults
from pipeline.faces.gallery.files import write_whole
from pipeline.faces.gallery.manifest import SegmentEntry
from pipeline.faces.gallery.record import Record
from pipeline.faces.gallery.seal import OVERHEAD, NotAuthentic, Sealer, about

Matrix = NDArray[np.float32]
"""Templates: rows x dimensions, float32, C order, each row of length 1."""

ROWS = 65_536  # 32 MiB of 128 dimensions: the unit of loading, rewriting and erasing
MAGIC = b"PKGAL01\n"


class SegmentWriter:
    """Writes segments of one gallery; keeps its buffer from one to the next."""

    def __init__(self, folder: Path, gallery: str, sealer: Sealer) -> None:
        self._folder = folder
        self._gallery = gallery
        self._sealer = sealer
        self._buffer = np.empty(0, np.uint8)

    def write(self, matrix: Matrix, records: Sequence[Record]) -> SegmentEntry:
        """A new file on the disk, safe from crashes, that no manifest names yet."""
        name = f"segment-{os.urandom(8).hex()}"
        plain = np.ascontiguousarray(matrix, "<f4")
        if len(self._buffer) < plain.nbytes + OVERHEAD:
            self._buffer = np.empty(plain.nbytes + OVERHEAD, np.uint8)
        used = self._sealer.seal_into(plain, about(self._gallery, name, "templates"), self._buffer)
        columns = self._sealer.seal(
            Columns.of(records).encode(), about(self._gallery, name, "columns")
        )
        parts = (MAGIC, self._buffer.data[:used], columns)
        write_whole(self._folder / name, parts)
        return SegmentEntry(name, len(matrix), sum(map(len, parts)))


class Segment:
    """A segment file, mapped; nothing is decrypted until it is asked for."""

    def __init__(
        self, folder: Path, gallery: str, sealer: Sealer, entry: SegmentEntry, dimensions: int
    ) -> None:
        self._path = folder / entry.name
        self._entry = entry
        self._gallery = gallery
        self._sealer = sealer
        self._shape = (entry.rows, dimensions)
        self._middle = len(MAGIC) + 4 * entry.rows * dimensions + OVERHEAD
        with disk_faults(self._path), self._path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != entry.size:
                raise damaged(self._path, f"it has {size:,} bytes instead of {entry.size:,}")
            self._map = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if self._map[: len(MAGIC)] != MAGIC:
            raise damaged(self._path, "it is no segment")

    @property
    def rows(self) -> int:
        """How many templates it has."""
        return self._shape[0]

    def matrix(self) -> Matrix:
        """The templates, decrypted and proven. Raises GalleryError."""
        matrix = np.empty(self._shape, "<f4")
        try:
            self._sealer.open_into(
                self._map[len(MAGIC) : self._middle], self._name("templates"), matrix
            )
        except NotAuthentic:
            raise self._altered() from None
        return matrix

    def columns(self) -> Columns:
        """The records, decrypted and proven. Raises GalleryError."""
        try:
            return Columns.decode(
                self._sealer.open(self._map[self._middle :], self._name("columns"))
            )
        except NotAuthentic:
            raise self._altered() from None

    def _altered(self) -> GalleryError:
        return damaged(self._path, "its bytes are not those that were sealed")

    def _name(self, part: str) -> bytes:
        return about(self._gallery, self._entry.name, part)
