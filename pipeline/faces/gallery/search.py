"""Exact search: the best rows of a gallery and all above a threshold, the same by every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.gallery.block import Block, fitting
from pipeline.faces.gallery.columns import Mask
from pipeline.faces.gallery.filter import Filter
from pipeline.faces.gallery.half import SPARE, HalfBlock, half_error
from pipeline.faces.gallery.record import Record
from pipeline.faces.gallery.scan import (
    Ints,
    Kept,
    Scanner,
    Track,
    error_bound,
    exact,
    mask_out,
    scan,
)
from pipeline.faces.gallery.segment import Matrix


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found: ``score`` is the cosine in double precision."""

    score: float
    record: Record


@dataclass(frozen=True, slots=True)
class Found:
    """What one query found: the ``top`` best that fit, all others at the threshold, by score."""

    best: tuple[Hit, ...]
    more: int  # rows that fit and reach the threshold, beyond the best
    outside: tuple[Hit, ...]  # do not fit the filter, but reach the threshold or would be among top
    more_outside: int


@dataclass(frozen=True)
class Piece:
    """A block as it is at the moment of a search."""

    block: Block
    rows: int
    dead: Ints
    half: HalfBlock | None = None


@dataclass(frozen=True)
class _Scored:
    """Candidate rows of one query with exact scores, highest first, ties by id."""

    hits: tuple[Hit, ...]

    def reaching(self, floor: float) -> int:
        return sum(hit.score >= floor for hit in self.hits)


def search(
    pieces: Sequence[Piece],
    queries: Matrix,
    *,
    top: int,
    threshold: float | None = None,
    wanted: Filter | None = None,
) -> list[Found]:
    """The answer to each row of ``queries`` (n x dimensions float32, of length 1).

    With a filter nothing is skipped: rows that do not fit are compared too, and those that reach
    the threshold (without one: that would be among the ``top``) are in ``outside``.
    """
    if wanted:
        inside, outside = _tracks(pieces, queries, top, threshold, wanted)
    else:
        inside = _candidates(pieces, queries, top, threshold)
        outside = [_Scored(()) for _ in queries]
    return [
        _found(ours, others, top, threshold) for ours, others in zip(inside, outside, strict=True)
    ]


def _found(inside: _Scored, outside: _Scored, top: int, threshold: float | None) -> Found:
    best = inside.hits[:top]
    last = best[-1].score if len(best) == top else -np.inf
    floor = last if threshold is None else threshold
    above, beside = inside.reaching(floor), outside.reaching(floor)
    more = 0 if threshold is None else max(0, above - top)
    return Found(best, more, outside.hits[: min(beside, top)], max(0, beside - top))


def _candidates(
    pieces: Sequence[Piece], queries: Matrix, top: int, threshold: float | None
) -> list[_Scored]:
    """Without a filter: half precision where it is there, single precision where it is unsure."""
    half = [number for number, piece in enumerate(pieces) if piece.half is not None]
    plain = [number for number, piece in enumerate(pieces) if piece.half is None]
    track, scanner = _track(queries, top, threshold), Scanner.of(queries)
    for number in plain:
        _scan_piece(pieces, number, scanner, (track,))
    if not half:
        return _rescore(pieces, queries, track)
    kept, least = _half_rows(pieces, half, queries, top)
    track.found.extend(kept)
    first = _rescore(pieces, queries, track)
    unsure = _unsure(first, least, top, threshold, half_error(queries.shape[1]))
    if not unsure.any():
        return first
    return _again(pieces, scanner, track, half, unsure)


def _half_rows(
    pieces: Sequence[Piece], half: Sequence[int], queries: Matrix, top: int
) -> tuple[list[Kept], NDArray[np.float32]]:
    """Rows that faiss found, and per piece and query the score below which it left rows out."""
    found, error = [], half_error(queries.shape[1])
    least = np.full((len(half), len(queries)), -np.inf, np.float32)
    for place, number in enumerate(half):
        piece = pieces[number]
        if piece.half is None:
            continue
        scores, rows = piece.half.nearest(queries, top + SPARE)
        if rows.shape[1] < piece.rows:
            least[place] = scores[:, -1]
        numbers = np.repeat(np.arange(len(queries)), rows.shape[1])
        flat: Ints = rows.ravel().astype(np.intp)
        alive = ~np.isin(flat, piece.dead)
        found.append(Kept(number, flat[alive], numbers[alive], scores.ravel()[alive], error))
    return found, least


def _unsure(
    first: Sequence[_Scored],
    least: NDArray[np.float32],
    top: int,
    threshold: float | None,
    error: float,
) -> Mask:
    """Where (pieces x queries) a row that faiss left out could still change the answer."""
    last = [scored.hits[top - 1].score if len(scored.hits) >= top else -1.5 for scored in first]
    floor = np.array(last) if threshold is None else np.minimum(last, threshold)
    return least + error >= floor


def _again(
    pieces: Sequence[Piece], scanner: Scanner, track: Track, half: Sequence[int], unsure: Mask
) -> list[_Scored]:
    """Scan the pieces that are unsure for any query in single precision, for all of them."""
    redo = {half[place] for place in np.flatnonzero(unsure.any(axis=1)).tolist()}
    track.found = [kept for kept in track.found if kept.block not in redo]
    for number in sorted(redo):
        _scan_piece(pieces, number, scanner, (track,))
    return _rescore(pieces, scanner.queries, track)


def _tracks(
    pieces: Sequence[Piece],
    queries: Matrix,
    top: int,
    threshold: float | None,
    wanted: Filter,
) -> tuple[list[_Scored], list[_Scored]]:
    """With a filter: those that fit and those that do not, from one scan."""
    inside, outside = (_track(queries, top, threshold) for _ in range(2))
    scanner = Scanner.of(queries)
    for number, piece in enumerate(pieces):
        fits = fitting(piece.block, piece.rows, wanted)
        _scan_piece(pieces, number, scanner, (inside, outside), fits)
    return _rescore(pieces, queries, inside), _rescore(pieces, queries, outside)


def _track(queries: Matrix, top: int, threshold: float | None) -> Track:
    floor = np.inf if threshold is None else threshold
    return Track(len(queries), top, error_bound(queries.shape[1]), floor)


def _scan_piece(
    pieces: Sequence[Piece],
    number: int,
    scanner: Scanner,
    tracks: tuple[Track, ...],
    fits: Mask | None = None,
) -> None:
    """Show every score of a piece to its track: those that fit to the first one."""
    piece = pieces[number]
    matrix = piece.block.matrix()[: piece.rows]
    for first, scores in scan(matrix, scanner, dead=piece.dead):
        if fits is None:
            tracks[0].take(number, first, scores)
            continue
        tracks[0].take(number, first, mask_out(scores, ~fits, first))
        tracks[1].take(number, first, mask_out(scores, fits, first))


def _rescore(pieces: Sequence[Piece], queries: Matrix, track: Track) -> list[_Scored]:
    """Exact scores of the rows that can still matter, per query, highest first."""
    found: list[list[tuple[float, int, int]]] = [[] for _ in queries]
    needed = _needed(track)
    for kept, matters in zip(track.found, needed, strict=True):
        rows, numbers = kept.rows[matters], kept.queries[matters]
        if not len(rows):
            continue
        scores = exact(pieces[kept.block].block.matrix(), rows, queries, numbers)
        for score, row, query in zip(scores.tolist(), rows.tolist(), numbers.tolist(), strict=True):
            found[query].append((score, kept.block, row))
    return [_ranked(pieces, rows, track.top, track.floor) for rows in found]


def _needed(track: Track) -> list[Mask]:
    """Which kept rows can be among the best after all, now that every block was seen.

    The score of the last of the best is at least the ``top``-th highest lower bound.
    """
    least = np.empty(track.queries)
    bounds = [kept.scores.astype(np.float64) - kept.error for kept in track.found]
    lows = np.concatenate(bounds) if bounds else np.empty(0)
    owners = np.concatenate([kept.queries for kept in track.found]) if bounds else np.empty(0)
    for query in range(track.queries):
        own = lows[owners == query]
        last = np.partition(own, -track.top)[-track.top] if len(own) >= track.top else -np.inf
        least[query] = min(last, track.floor)
    return [
        kept.scores.astype(np.float64) + kept.error >= least[kept.queries] for kept in track.found
    ]


def _ranked(
    pieces: Sequence[Piece], rows: list[tuple[float, int, int]], top: int, floor: float
) -> _Scored:
    """The best rows and all at the floor; equal scores in the order of their ids."""
    rows.sort(key=lambda row: -row[0])
    last = rows[top - 1][0] if top <= len(rows) else -np.inf
    kept = [row for row in rows if row[0] >= min(last, floor)]
    hits = (Hit(score, pieces[number].block.record(row)) for score, number, row in kept)
    return _Scored(tuple(sorted(hits, key=lambda hit: (-hit.score, hit.record.id))))
