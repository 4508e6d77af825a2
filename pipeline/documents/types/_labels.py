"""Printed labels found in text that an engine may have misread by a letter or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.text._lines import Quad, TextLine
from pipeline.documents.distance import edit_distance

_LOOKALIKES = str.maketrans("0158|", "OISBI")


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of a line, level in the text's own frame; ``label`` where it is one."""

    text: str
    confidence: tuple[float, ...]
    left: float
    right: float
    middle: float  # across the text direction, growing downwards
    height: float
    quad: Quad  # in the picture
    label: str | None = None
    misread: int = 0  # letters by which the label differs


def letters_of(text: str) -> str:
    """Capital letters only, with the digits that engines take for letters turned back."""
    return "".join(c for c in text.upper().translate(_LOOKALIKES) if "A" <= c <= "Z")


def tolerance(label: str) -> int:
    """Letters that may be wrong: one of three to seven, two above, three above twelve."""
    return 1 + (len(label) > 7) + (len(label) > 12)


def cut_at_labels(piece: Piece, labels: Mapping[str, Sequence[str]]) -> list[Piece]:
    """``piece`` divided into labels and what follows them; itself if it has no label."""
    for start in _word_starts(piece.text):
        found = _label_at(piece.text[start:], labels)
        if found is None:
            continue
        field, length, misread = found
        # Inside a line only a clear label counts: values are full of short words.
        if start and misread:
            continue
        before = _part(piece, 0, start)
        label = _part(piece, start, start + length)
        after = _part(piece, start + length, len(piece.text))
        named = replace(label, label=field, misread=misread)
        rest = cut_at_labels(after, labels) if after.text else []
        return [*([before] if before.text else []), named, *rest]
    return [piece]


def piece_of(line: TextLine, left: float, right: float, middle: float) -> Piece:
    return Piece(line.text, line.char_confidence, left, right, middle, line.height, line.quad)


def _word_starts(text: str) -> list[int]:
    """Where a label may start: nothing that follows a colon directly, it is a value."""
    if text.lstrip().startswith(":"):
        first = len(text) - len(text.lstrip(": "))
        return [i for i in range(first + 1, len(text)) if text[i - 1] == " "]
    return [i for i in range(len(text)) if i == 0 or (text[i - 1] == " " and text[i] != " ")]


def _label_at(text: str, labels: Mapping[str, Sequence[str]]) -> tuple[str, int, int] | None:
    """Field, length and misread letters of the label that ``text`` begins with."""
    best: tuple[float, str, int, int] | None = None
    for end in _ends(text):
        letters = letters_of(text[:end])
        for field, names in labels.items():
            for name in names:
                misread = edit_distance(letters, name, tolerance(name))
                if misread > tolerance(name):
                    continue
                key = (misread / len(name), field, end, misread)
                if best is None or (key[0], -end) < (best[0], -best[2]):
                    best = key
    return best[1:] if best else None


def _ends(text: str) -> list[int]:
    """Where a label may end: before a colon or blank, or with the text."""
    colon = text.find(":")
    stop = colon if colon >= 0 else len(text)
    ends = [i for i in range(1, stop) if text[i] == " "]
    return [*ends, stop] if stop else ends


def _part(piece: Piece, start: int, end: int) -> Piece:
    """Characters start..end; positions by share of the characters (print is near evenly set)."""
    text = piece.text[start:end]
    lead = start + len(text) - len(text.lstrip(" :"))
    tail = max(lead, start + len(text.rstrip(" :")))
    count = max(len(piece.text), 1)
    width = piece.right - piece.left
    upper, lower = piece.quad[1] - piece.quad[0], piece.quad[2] - piece.quad[3]
    return replace(
        piece,
        text=piece.text[lead:tail],
        confidence=piece.confidence[lead:tail],
        left=piece.left + width * lead / count,
        right=piece.left + width * tail / count,
        quad=np.stack(
            [
                piece.quad[0] + upper * lead / count,
                piece.quad[0] + upper * tail / count,
                piece.quad[3] + lower * tail / count,
                piece.quad[3] + lower * lead / count,
            ]
        ),
    )
