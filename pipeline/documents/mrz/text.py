"""Plain text to the zones in it: for files and pipes of lines that something else has read."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.documents.mrz.formats import FORMATS

_SHAPES = tuple(sorted({(f.rows, f.columns) for f in FORMATS.values()}, reverse=True))


def zones_in(text: str) -> tuple[tuple[str, ...], ...]:
    """The lines of each zone of ``text``, in its order, to be given to ``parse_mrz``.

    A blank line ends a zone, and so does its last line: zones may follow each other directly.
    Lines that make none are kept together up to the next blank line.
    """
    return tuple(zone for block in _blocks(text) for zone in _zones(block))


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines without blanks at their ends, between blank lines."""
    block: list[str] = []
    for line in (*text.splitlines(), ""):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield block
            block = []


def _zones(block: list[str]) -> Iterator[tuple[str, ...]]:
    first = 0
    while first < len(block):
        rows = _rows_at(block, first)
        yield tuple(block[first : first + rows])
        first += rows


def _rows_at(block: list[str], first: int) -> int:
    """How many lines from ``first`` on make a zone; all that are left if none do."""
    for rows, columns in _SHAPES:
        lines = block[first : first + rows]
        if len(lines) == rows and all(len("".join(line.split())) == columns for line in lines):
            return rows
    return len(block) - first
