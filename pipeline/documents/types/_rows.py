"""From lines of text to label and value: what stands right of a label, in its row, is its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from models.text._lines import TextLine
from pipeline.documents.types._labels import Piece, cut_at_labels, piece_of

SAME_ROW = 0.6  # of the letter height: how far two pieces of a row may be apart vertically
SAME_WORDS = 3.0  # letter heights between two pieces of one value
REACH = 0.3  # of the text's width from a label to its value
UNLABELLED = 0.5  # trust in a value whose label was not read, only its row
KNOWN_ROWS = 5  # labels that must be read before rows are counted


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands beside a label: its text, confidence a character, and how it was placed."""

    text: str
    confidence: tuple[float, ...]
    trust: float = 1.0  # lowered where the label itself was not read
    pieces: tuple[Piece, ...] = ()

    @property
    def certainty(self) -> float:
        return min(self.confidence, default=0.0) * self.trust


def read_rows(
    lines: Sequence[TextLine], labels: Mapping[str, Sequence[str]], order: Sequence[str]
) -> tuple[dict[str, Cell], list[Piece]]:
    """Cells by field, and the pieces that belong to none of them, from top to bottom.

    ``order`` names the fields that stand in evenly spaced rows below each other; a value whose
    label could not be read is placed by its row.
    """
    pieces = [part for piece in levelled(lines) for part in cut_at_labels(piece, labels)]
    named = _best_labels(pieces)
    plain = [piece for piece in pieces if piece.label is None and piece.text]
    width = max((p.right for p in pieces), default=0) - min((p.left for p in pieces), default=0)
    cells: dict[str, Cell] = {}
    starts: list[float] = []
    for field, label in named.items():
        row = _right_of(label, plain, list(named.values()), REACH * width)
        if row:
            starts.append(row[0].left)
            cells[field] = joined(row)
            plain = [piece for piece in plain if piece not in row]
    if starts:
        plain = _place_unlabelled(cells, named, plain, order, median(starts))
    return cells, sorted(plain, key=lambda piece: piece.middle)


def levelled(lines: Sequence[TextLine]) -> list[Piece]:
    """The lines in a frame that runs along the text: a tilted card reads like a level one."""
    if not lines:
        return []
    edges = np.array([line.quad[1] - line.quad[0] for line in lines])
    widest = np.argsort(-np.hypot(edges[:, 0], edges[:, 1]))[: max(3, len(lines) // 2)]
    angle = float(np.median(np.arctan2(edges[widest, 1], edges[widest, 0])))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    pieces = []
    for line in lines:
        quad = line.quad @ turn
        left, right = float(quad[[0, 3], 0].mean()), float(quad[[1, 2], 0].mean())
        pieces.append(piece_of(line, left, right, float(quad[:, 1].mean())))
    return pieces


def _best_labels(pieces: Sequence[Piece]) -> dict[str, Piece]:
    """One piece a label: the least misread, of equal ones the leftmost."""
    found = [piece for piece in pieces if piece.label is not None]
    found.sort(key=lambda piece: (piece.misread, piece.left))
    best: dict[str, Piece] = {}
    for piece in found:
        if piece.label is not None:
            best.setdefault(piece.label, piece)
    return best


def _right_of(
    label: Piece, plain: Sequence[Piece], labels: Sequence[Piece], reach: float
) -> list[Piece]:
    """The pieces of the value beside ``label``, from left to right."""
    end = min(
        (other.left for other in labels if other.left > label.right and _same_row(label, other)),
        default=float("inf"),
    )
    beside = sorted(
        (
            piece
            for piece in plain
            if _same_row(label, piece) and label.right - label.height < piece.left < end
        ),
        key=lambda piece: piece.left,
    )
    row: list[Piece] = []
    for piece in beside:
        gap = piece.left - (row[-1].right if row else label.right)
        if gap > (SAME_WORDS * label.height if row else reach):
            break
        row.append(piece)
    return row


def _same_row(first: Piece, second: Piece) -> bool:
    height = min(first.height, second.height)
    return abs(first.middle - second.middle) < SAME_ROW * height


def joined(row: Sequence[Piece], trust: float = 1.0) -> Cell:
    """The pieces as one text, the colon that leads the value left away."""
    text = " ".join(piece.text for piece in row)
    confidence = [c for piece in row for c in (*piece.confidence, 1.0)][:-1]
    lead = len(text) - len(text.lstrip(" :;."))
    end = len(text.rstrip())
    return Cell(text[lead:end], tuple(confidence[lead:end]), trust, tuple(row))


def _place_unlabelled(
    cells: dict[str, Cell],
    named: Mapping[str, Piece],
    plain: Sequence[Piece],
    order: Sequence[str],
    column: float,
) -> list[Piece]:
    """Give values without a label to the row that they stand in; returns what is left over.

    A second line of a value (a long address) stands between the rows, or in its own row below.
    """
    known = [(order.index(field), piece) for field, piece in named.items() if field in order]
    if len(known) < KNOWN_ROWS:
        return list(plain)
    slope, start = np.polyfit(
        [row for row, _ in known], [piece.middle for _, piece in known], deg=1
    )
    left_over = []
    for piece in plain:
        row = (piece.middle - start) / slope if slope > 0 else -1.0
        index = round(row)
        at_column = abs(piece.left - column) < 2 * piece.height
        fits = at_column and 0 <= index < len(order) and abs(row - index) < 0.4
        if fits and order[index] not in cells:
            cells[order[index]] = joined([piece], UNLABELLED)
        else:
            left_over.append(piece)
    return left_over
