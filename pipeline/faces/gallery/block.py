"""Blocks: a gallery in memory, as pieces that load, fill, lose rows and are replaced one by one."""

from __future__ import annotations

import threading
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.gallery.columns import Columns, Mask
from pipeline.faces.gallery.filter import Filter
from pipeline.faces.gallery.half import HalfBlock
from pipeline.faces.gallery.record import Record
from pipeline.faces.gallery.segment import ROWS, Matrix, Segment

Rows = NDArray[np.intp]


class Block(Protocol):
    """Templates by row, with their records. Rows are added at the end and never move."""

    @property
    def rows(self) -> int:
        """How many rows there are, dead ones included."""
        ...

    @property
    def dead(self) -> Rows:
        """The rows that were deleted or replaced, rising."""
        ...

    def matrix(self) -> Matrix:
        """Rows x dimensions. Raises GalleryError if the file behind it is damaged."""
        ...

    def record(self, row: int) -> Record:
        """Whose template a row is."""
        ...

    def columns(self) -> Columns:
        """The records of all rows."""
        ...

    def kill(self, row: int) -> None:
        """From now on the row is never found."""
        ...


class _Dead:
    """Rows that are gone; read by searches while a writer adds to them."""

    def __init__(self) -> None:
        self._rows = np.empty(0, np.intp)

    @property
    def dead(self) -> Rows:
        return self._rows

    def kill(self, row: int) -> None:
        self._rows = np.union1d(self._rows, [row])  # a new array: readers keep theirs


class StoredBlock(_Dead):
    """A segment's rows, loaded when they are first asked for."""

    def __init__(self, segment: Segment) -> None:
        super().__init__()
        self._segment = segment
        self._matrix: Matrix | None = None
        self._columns: Columns | None = None
        self._half: HalfBlock | None = None
        self._loading = threading.Lock()

    @property
    def rows(self) -> int:
        return self._segment.rows

    def matrix(self) -> Matrix:
        with self._loading:
            if self._matrix is None:
                self._matrix = self._segment.matrix()
            return self._matrix

    def half(self) -> HalfBlock:
        """The rows in half precision, made when first asked for. Raises EngineMissing."""
        matrix = self.matrix()
        with self._loading:
            if self._half is None:
                self._half = HalfBlock(matrix)
            return self._half

    def columns(self) -> Columns:
        with self._loading:
            if self._columns is None:
                self._columns = self._segment.columns()
            return self._columns

    def record(self, row: int) -> Record:
        return self.columns().record(row)


class Tail(_Dead):
    """The rows that stand in the log only. One thread adds while others read."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self._matrix = np.empty((64, dimensions), np.float32)
        self._records: list[Record] = []

    @property
    def rows(self) -> int:
        return len(self._records)

    def matrix(self) -> Matrix:
        return self._matrix[: len(self._records)]

    def columns(self) -> Columns:
        return Columns.of(self._records)

    def record(self, row: int) -> Record:
        return self._records[row]

    def empty(self) -> Tail:
        """A new one for templates of the same size."""
        return Tail(self._matrix.shape[1])

    def add(self, record: Record, template: NDArray[np.float32]) -> int:
        """Append a row; returns its number."""
        row = len(self._records)
        if row == ROWS:
            raise ValueError("a tail is folded before it has as many rows as a segment")
        if row == len(self._matrix):
            larger = np.empty((min(2 * row, ROWS), self._matrix.shape[1]), np.float32)
            larger[:row] = self._matrix
            self._matrix = larger
        self._matrix[row] = template
        self._records.append(record)  # last: a reader sees only rows that are complete
        return row


def live_rows(block: Block, rows: int) -> Rows:
    """Which of the first ``rows`` rows are there, rising."""
    return np.setdiff1d(np.arange(rows), block.dead, assume_unique=True)


def fitting(block: Block, rows: int, wanted: Filter) -> Mask:
    """Which of the first ``rows`` rows fit a filter."""
    return block.columns().inside(wanted)[:rows]
