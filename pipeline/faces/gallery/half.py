"""Half precision: faiss scans templates of two bytes a number, in half the memory traffic.

A rounded score is off by at most ``half_error``; ``nearest`` gives the best rows, and the lowest
score that it gave tells the caller whether a row that was left out could matter.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineMissing
from pipeline.faces.gallery.scan import error_bound
from pipeline.faces.gallery.segment import Matrix

SPARE = 16  # rows beyond those asked for: they decide the answer nearly always


def half_error(dimensions: int) -> float:
    """How far a score of a unit vector in half precision is off at most.

    Rounding to 11 bits moves x by at most |x| / 2**11, so a dot product of unit vectors by at most
    2**-11 (Cauchy and Schwarz); numbers below 2**-14 by 2**-25 each; then come the additions.
    """
    return 2.0**-11 + math.sqrt(dimensions) * 2.0**-25 + 2 * error_bound(dimensions)


def has_faiss() -> bool:
    """Whether faiss is installed."""
    return importlib.util.find_spec("faiss") is not None


def need_faiss() -> None:
    """Raises EngineMissing if faiss is not installed."""
    if not has_faiss():
        raise EngineMissing(
            "engine.faiss_missing",
            "faiss is not installed",
            "Run: python -m pip install 'periksa[gallery]', or search without it: --engine numpy",
        )


class HalfBlock:
    """A block's templates in half precision."""

    def __init__(self, matrix: Matrix) -> None:
        faiss: Any = importlib.import_module("faiss")
        kind, measure = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        self._index = faiss.IndexScalarQuantizer(matrix.shape[1], kind, measure)
        self._index.add(matrix)
        self.rows = len(matrix)

    def nearest(self, queries: Matrix, count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and rows of the best ``count`` (at most all), falling, for each query."""
        scores, rows = self._index.search(queries, min(count, self.rows))
        return scores, rows
