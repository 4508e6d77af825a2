"""Scanning: scores of every row in single precision, and the few rows that can matter.

A single-precision score is off by at most ``error_bound``. Every row that could be among the best,
or above the threshold, in exact arithmetic is kept, and the caller scores those again in double
precision: so the answer does not hang on the order of additions, the engine or the block size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.gallery.columns import Mask
from pipeline.faces.gallery.segment import Matrix

Scores = NDArray[np.float32]
Ints = NDArray[np.intp]
NEVER = np.float32(-9.0)  # below every score of unit vectors
GROUP = 32  # rows whose best score is looked at before theirs
STEP = 4096  # rows at a time for several queries: their scores stay in the processor's cache
SINGLE_STEP = 65_536  # and for one


def error_bound(dimensions: int) -> float:
    """How far a single-precision dot product of unit vectors is off at most (Higham, 2002, 3.1)."""
    return (dimensions + 2) * 2.0**-24


@dataclass(frozen=True)
class Kept:
    """Rows of a block that may matter to queries: a score each, off by ``error`` at most."""

    block: int
    rows: Ints
    queries: Ints
    scores: Scores
    error: float


@dataclass
class Track:
    """Collects, for every query, the rows that may be among its ``top`` or reach its floor.

    Every row that reaches ``floor`` is kept, however many.
    """

    queries: int
    top: int
    error: float  # of a score, at most
    floor: float
    best: Scores = field(init=False)  # top x queries: the best scores so far, in any order
    found: list[Kept] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.best = np.full((self.top, self.queries), NEVER, np.float32)

    def take(self, block: int, first: int, scores: Scores) -> None:
        """Look at ``scores`` (rows x queries; rows a multiple of GROUP) of rows from ``first``."""
        grouped = scores.reshape(GROUP, -1, self.queries)  # rows far apart: maxima of whole vectors
        peaks = grouped.max(axis=0)
        cut = self.cut()
        if not (peaks >= cut).any():
            return
        # A group's peak is a row's score, so the peaks give a bound; few groups give a weak one.
        both = np.concatenate((self.best, peaks if len(peaks) > 4 * self.top else scores))
        self.best = np.partition(both, len(both) - self.top, axis=0)[len(both) - self.top :]
        cut = self.cut()
        groups, queries = np.nonzero(peaks >= cut)
        values = grouped[:, groups, queries].T
        picked, inner = np.nonzero(values >= cut[queries, None])
        rows = first + inner * len(peaks) + groups[picked]
        kept = Kept(block, rows, queries[picked], values[picked, inner], self.error)
        self.found.append(kept)

    def cut(self) -> Scores:
        """Below this no row can matter, per query; never so low that a dead row counts."""
        lowest = np.minimum(self.best.min(axis=0), np.float32(self.floor))
        cut = lowest - np.float32(2 * self.error)
        bounded: Scores = np.maximum(cut, np.float32(NEVER + 1))
        return bounded


@dataclass(frozen=True)
class Scanner:
    """The queries of one search, turned for the product, and the room for scores of a step.

    Room that is used again saves page faults, which cost more than the product.
    """

    queries: Matrix
    turned: Matrix
    space: Scores

    @classmethod
    def of(cls, queries: Matrix) -> Scanner:
        """For ``queries`` (n x dimensions)."""
        rows = SINGLE_STEP if len(queries) == 1 else STEP
        space = np.empty((rows, len(queries)), np.float32)
        return cls(queries, np.ascontiguousarray(queries.T), space)


def scan(matrix: Matrix, scanner: Scanner, *, dead: Ints) -> Iterator[tuple[int, Scores]]:
    """Scores of all rows in steps: (first row, rows x queries float32); dead rows score NEVER.

    The array is the same every time, padded with NEVER to a multiple of GROUP.
    """
    queries, turned, space = scanner.queries, scanner.turned, scanner.space
    for first in range(0, len(matrix), len(space)):
        rows = matrix[first : first + len(space)]
        end = -(-len(rows) // GROUP) * GROUP
        if len(queries) == 1:
            np.matmul(rows, queries[0], out=space[: len(rows), 0])
        else:
            np.matmul(rows, turned, out=space[: len(rows)])
        space[len(rows) : end] = NEVER
        lost = dead[np.searchsorted(dead, first) : np.searchsorted(dead, first + len(rows))]
        space[lost - first] = NEVER
        yield first, space[:end]


def mask_out(scores: Scores, unwanted: Mask, first: int) -> Scores:
    """A copy of ``scores`` in which the rows of ``unwanted`` (the block's mask) score NEVER."""
    kept = scores.copy()
    here = unwanted[first : first + len(scores)]
    kept[: len(here)][here] = NEVER
    return kept


def exact(matrix: Matrix, rows: Ints, others: Matrix, numbers: Ints) -> NDArray[np.float64]:
    """Scores of rows of one matrix with rows of another, pair by pair, in double precision."""
    left, right = matrix[rows].astype(np.float64), others[numbers].astype(np.float64)
    # A product and a sum along the row: the result hangs on these two vectors only.
    scores: NDArray[np.float64] = (left * right).sum(axis=1)
    return scores
