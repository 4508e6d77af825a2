"""Gallery: enrolled templates that can be searched, and nothing else done with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from pipeline.faces.gallery.block import StoredBlock
from pipeline.faces.gallery.filter import Filter
from pipeline.faces.gallery.half import has_faiss, need_faiss
from pipeline.faces.gallery.seal import Sealer
from pipeline.faces.gallery.search import Found, Piece, search
from pipeline.faces.gallery.segment import Matrix
from pipeline.faces.gallery.state import State
from pipeline.json_text import canonical_json, digest_of_text

Engine = Literal["auto", "numpy", "half"]
HALF_FROM = 100_000  # rows from which half the memory traffic is worth a second copy
# Making that copy costs as much as some twenty scans save, so a gallery that is searched once does
# without. Several queries at once share one pass over single precision: from about four on, faiss,
# which passes once for each, is slower.
HALF_AFTER = 16
HALF_QUERIES = 3
UNIT = 1e-4  # how far a template's length may be from 1; the error bounds of a search rest on it


class Gallery:
    """An open gallery; threads may share it. ``open_gallery`` gives one."""

    def __init__(self, folder: Path, state: State, engine: Engine) -> None:
        self.folder = folder
        self._state = state
        self._engine = engine
        self._scans = 0
        if engine == "half":
            need_faiss()

    def __len__(self) -> int:
        """How many entries are enrolled."""
        return len(self._state)

    @property
    def dimensions(self) -> int:
        """Numbers of a template."""
        return self._state.manifest.dimensions

    def search(
        self,
        queries: Matrix,
        *,
        top: int = 10,
        threshold: float | None = None,
        wanted: Filter | None = None,
    ) -> list[Found]:
        """The entries most alike each row of ``queries`` (n x dimensions float32, of length 1).

        Exact, and the same by every engine: scores are cosines in double precision, equal ones in
        the order of their ids. Raises ValueError for queries that are no templates.
        """
        queries = checked(queries, self.dimensions)
        if top < 1:
            raise ValueError("top is 1 at least")
        if not len(queries):
            return []
        pieces = self._pieces(single=len(queries) <= HALF_QUERIES and not wanted)
        return search(pieces, queries, top=top, threshold=threshold, wanted=wanted)

    def counted_out(self, wanted: Filter) -> int:
        """How many entries a filter leaves out."""
        count = 0
        for piece in self._pieces(single=False):
            fits = piece.block.columns().inside(wanted)[: piece.rows]
            fits[piece.dead[piece.dead < piece.rows]] = True
            count += int((~fits).sum())
        return count

    def info(self) -> dict[str, Any]:
        """What the gallery is: size, models, files; JSON-ready, without any template."""
        state = self._state
        return {
            "entries": len(self),
            "dimensions": self.dimensions,
            "models": dict(state.manifest.models),
            "created": state.manifest.created,
            "segments": len(state.stored),
            "bytes": sum(segment.size for segment in state.manifest.segments) + state.log.end,
            "log_entries": state.tail.rows,
            "deleted_not_erased": sum(len(block.dead) for block in state.blocks),
            "torn_bytes": state.log.torn,
        }

    def pieces(self) -> Sequence[Piece]:
        """What stands at this moment, for those who compare everything with everything."""
        return self._pieces(single=False)

    def sealing(self) -> tuple[str, Sealer]:
        """The gallery's random name, and what seals files that lie beside its own."""
        return self._state.manifest.gallery, self._state.sealer

    def fingerprint(self) -> str:
        """Changes whenever an entry is added, replaced or removed."""
        state = self._state
        dead = sum(len(block.dead) for block in state.blocks)
        parts = [state.manifest.gallery, state.manifest.log, state.tail.rows, dead]
        return digest_of_text(canonical_json(parts))

    def _pieces(self, *, single: bool) -> Sequence[Piece]:
        """What stands at this moment. A change beside it may show an old row, never hide one."""
        state = self._state
        half = single and self._wants_half(state)
        # What is gone before what is there: an entry that is being replaced is found at least once.
        dead = [block.dead for block in state.blocks]
        return [
            Piece(
                block,
                block.rows,
                gone,
                block.half() if half and isinstance(block, StoredBlock) else None,
            )
            for block, gone in zip(state.blocks, dead, strict=True)
            if block.rows
        ]

    def _wants_half(self, state: State) -> bool:
        if self._engine != "auto":
            return self._engine == "half"
        if state.manifest.rows < HALF_FROM:
            return False
        self._scans += 1
        return self._scans > HALF_AFTER and has_faiss()


def checked(matrix: Matrix, dimensions: int) -> Matrix:
    """``matrix`` as float32 rows of length 1. Raises ValueError for anything else."""
    rows = np.ascontiguousarray(matrix, np.float32)
    if rows.ndim != 2 or rows.shape[1] != dimensions:
        raise ValueError(f"templates are n x {dimensions}, not {rows.shape}")
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    if not (np.abs(lengths - 1) <= UNIT).all():  # NaN fails too
        raise ValueError("templates have length 1")
    return rows
