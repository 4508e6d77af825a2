"""Duplicates: every pair of entries that are alike, of a whole gallery, exactly.

All pairs are compared, band by band, by matrix products in single precision; pairs near the
threshold are scored again in double precision. What a band found is kept in a sealed log in the
gallery's folder, so that a run that was ended goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.faces.gallery.errors import GalleryError, disk_faults
from pipeline.faces.gallery.files import WriterLock
from pipeline.faces.gallery.gallery import Gallery
from pipeline.faces.gallery.log import Log, LogState, read_log
from pipeline.faces.gallery.record import Record
from pipeline.faces.gallery.scan import Ints, Scores, error_bound, exact
from pipeline.faces.gallery.seal import Sealer
from pipeline.faces.gallery.search import Piece
from pipeline.faces.gallery.segment import Matrix
from pipeline.faces.gallery.state import NO_LOG
from pipeline.json_text import canonical_json, digest_of_text

BAND = 2048  # rows between two notes of what was found
TILE = 512  # rows of a product: its scores stay in the processor's cache
WORK = "duplicates.work"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries whose score reaches the threshold."""

    a: Record
    b: Record
    score: float

    def to_dict(self) -> dict[str, Any]:
        return {"a": self.a.to_dict(), "b": self.b.to_dict(), "score": round(self.score, 6)}


@dataclass(frozen=True)
class _Band:
    """Rows ``first`` to ``end`` of a piece, compared with everything after them."""

    piece: int
    first: int
    end: int


def duplicates(
    gallery: Gallery, threshold: float, progress: Callable[[int, int], None]
) -> Iterator[Pair]:
    """All pairs of different entries that reach ``threshold``, as they are found.

    ``progress`` hears how many bands of how many are done. Raises GalleryError.
    """
    pieces = gallery.pieces()
    bands = _bands(pieces)
    with ExitStack() as held:
        lock = WriterLock(gallery.folder / "duplicates.lock", wait=0.0)
        held.callback(lock.release)
        log, done = _work(gallery, threshold)
        held.callback(log.close)
        for pairs in done:
            yield from pairs
        for number, band in enumerate(bands):
            progress(max(number, len(done)), len(bands))
            if number >= len(done):
                pairs = list(_band_pairs(pieces, band, threshold))
                log.append(_encode([_pair_to_json(pair) for pair in pairs]))
                yield from pairs
        with disk_faults(gallery.folder):
            (gallery.folder / WORK).unlink()


def _bands(pieces: Sequence[Piece]) -> list[_Band]:
    return [
        _Band(number, first, min(first + BAND, piece.rows))
        for number, piece in enumerate(pieces)
        for first in range(0, piece.rows, BAND)
    ]


def _band_pairs(pieces: Sequence[Piece], band: _Band, threshold: float) -> Iterator[Pair]:
    ours = pieces[band.piece].block.matrix()
    for first in range(band.first, band.end, TILE):
        rows = ours[first : min(first + TILE, band.end)]
        for number in range(band.piece, len(pieces)):
            start = first if number == band.piece else 0
            yield from _against(pieces, (band.piece, first, rows), number, start, threshold)


def _against(
    pieces: Sequence[Piece],
    mine: tuple[int, int, Matrix],
    other: int,
    start: int,
    threshold: float,
) -> Iterator[Pair]:
    """Pairs of the rows of ``mine`` (piece, first row, rows) with those of a piece from a row."""
    number, first, rows = mine
    theirs = pieces[other].block.matrix()[: pieces[other].rows]
    cut = np.float32(threshold - 2 * error_bound(rows.shape[1]))
    space: Scores = np.empty((len(rows), TILE), np.float32)
    for place in range(start, len(theirs), TILE):
        tile = theirs[place : place + TILE]
        scores = np.matmul(rows, tile.T, out=space[:, : len(tile)])
        if scores.max() < cut:
            continue
        left, right = np.nonzero(scores >= cut)
        left, right = left + first, right + place
        if number == other:
            upper = left < right
            left, right = left[upper], right[upper]
        yield from _proven(pieces, (number, other), left, right, threshold)


def _proven(
    pieces: Sequence[Piece],
    numbers: tuple[int, int],
    left: Ints,
    right: Ints,
    threshold: float,
) -> Iterator[Pair]:
    """Of the pairs of rows those that live and reach the threshold in double precision."""
    one, two = pieces[numbers[0]], pieces[numbers[1]]
    alive = ~(np.isin(left, one.dead) | np.isin(right, two.dead))
    left, right = left[alive], right[alive]
    scores = exact(one.block.matrix(), left, two.block.matrix(), right)
    for score, a, b in zip(scores.tolist(), left.tolist(), right.tolist(), strict=True):
        if score >= threshold:
            yield Pair(one.block.record(a), two.block.record(b), score)


def _work(gallery: Gallery, threshold: float) -> tuple[Log, list[list[Pair]]]:
    """The log of this very question, and what each band that is done found."""
    path = gallery.folder / WORK
    name, sealer = gallery.sealing()
    question = digest_of_text(canonical_json([gallery.fingerprint(), threshold, BAND]))
    state = _noted(path, name, sealer)
    entries = [json.loads(payload) for payload in state.payloads]
    if entries and entries[0] == question:
        done = [[_pair_of(pair) for pair in band] for band in entries[1:]]
        return Log(path, name, sealer, state), done
    log = Log.create(path, name, sealer)
    log.append(_encode(question))
    return log, []


def _noted(path: Path, name: str, sealer: Sealer) -> LogState:
    """What an earlier run left; nothing if it cannot be used, for it can be found again."""
    try:
        return read_log(path, name, sealer) if path.exists() else NO_LOG
    except GalleryError:
        return NO_LOG


def _encode(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False).encode()


def _pair_to_json(pair: Pair) -> list[Any]:
    """A pair with its full score, for the log."""
    return [pair.a.to_dict(), pair.b.to_dict(), pair.score]


def _pair_of(row: list[Any]) -> Pair:
    return Pair(Record(**row[0]), Record(**row[1]), row[2])
