"""Index: where an entry stands, for the one writer. Built when first asked for."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.faces.gallery.state import State

ROW_BITS = 16  # of ROWS


class Index:
    """Id -> segment and row of the entries that stand in segments: a number each, not a tuple."""

    def __init__(self, state: State) -> None:
        self._names: list[str] = []
        self._places: dict[str, int] = {}
        for name, block in state.stored.items():
            ids = block.columns().ids
            self.add(name, ids)
            for row in block.dead.tolist():
                if self.find(ids[row]) == (name, row):  # an update: it may stand elsewhere by now
                    self.forget(ids[row])

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def known(self, names: set[str]) -> set[str]:
        """Those of ``names`` that stand in a segment."""
        return names & self._places.keys()

    def find(self, name: str) -> tuple[str, int] | None:
        """The segment and row of an entry."""
        place = self._places.get(name)
        if place is None:
            return None
        return self._names[place >> ROW_BITS], place & ((1 << ROW_BITS) - 1)

    def forget(self, name: str) -> None:
        """The entry no longer stands in a segment."""
        self._places.pop(name, None)

    def add(self, segment: str, ids: Sequence[str]) -> None:
        """The entries of a new segment, in the order of its rows."""
        base = len(self._names) << ROW_BITS
        self._names.append(segment)
        self._places.update(zip(ids, range(base, base + len(ids)), strict=True))
