"""Repacking: rows that are to stay, written into full segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.faces.gallery.block import Block, StoredBlock, live_rows
from pipeline.faces.gallery.manifest import SegmentEntry
from pipeline.faces.gallery.record import Record
from pipeline.faces.gallery.segment import ROWS, Matrix, SegmentWriter

Batch = tuple[Matrix, Sequence[Record]]


@dataclass(frozen=True)
class Packed:
    """A segment that was written, and whose templates stand in its rows."""

    entry: SegmentEntry
    ids: Sequence[str]


def to_rewrite(stored: dict[str, StoredBlock], *, growing: bool) -> list[str]:
    """The segments with rows to erase and, if rows are to be added, those that are not full."""
    return [
        name for name, block in stored.items() if len(block.dead) or (growing and block.rows < ROWS)
    ]


def living(block: Block) -> Batch:
    """The rows of a block that are there."""
    rows = live_rows(block, block.rows)
    if len(rows) == block.rows:
        return block.matrix(), block.columns().records(range(block.rows))
    return block.matrix()[rows], block.columns().records(rows.tolist())


def pack(batches: Iterable[Batch], writer: SegmentWriter) -> Iterator[Packed]:
    """Write all rows into segments of ROWS rows each but the last."""
    for matrix, records in _filled(batches):
        yield Packed(writer.write(matrix, records), [record.id for record in records])


def _filled(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The same rows in pieces of ROWS; a piece that is already whole is not copied."""
    waiting: list[Matrix] = []
    names: list[Record] = []
    for matrix, records in batches:
        place = 0
        while place < len(matrix):
            end = place + ROWS - len(names)
            waiting.append(matrix[place:end])
            names.extend(records[place:end])
            place = min(end, len(matrix))
            if len(names) == ROWS:
                yield _joined(waiting), names
                waiting, names = [], []
    if names:
        yield _joined(waiting), names


def _joined(parts: Sequence[Matrix]) -> Matrix:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
