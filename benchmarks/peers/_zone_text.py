"""The lines of a zone among the lines of text that a general reader gives."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FOREIGN = re.compile(r"[^A-Z0-9<]")
_ALIKE = str.maketrans({"«": "<<", "‹": "<", "＜": "<", "〈": "<", "(": "<", "{": "<", "[": "<"})
SHORTEST = 26
Box = tuple[float, float, float, str]
"""Left edge, middle in height, height, text; pixels."""


def zone_lines(texts: Iterable[str]) -> list[str]:
    """The last two or three lines, top to bottom, that can belong to a zone."""
    cleaned = [_FOREIGN.sub("", text.upper().translate(_ALIKE)) for text in texts]
    long = [text for text in cleaned if len(text) >= SHORTEST]
    three = long[-3:]
    card = len(three) == 3 and all(27 <= len(text) <= 33 for text in three)
    last = three if card else long[-2:]
    return last if any("<" in text for text in last) else []


def rows(boxes: Iterable[Box]) -> list[str]:
    """Boxes of one height as one line, left to right; lines from top to bottom."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box[1]):
        if lines and abs(lines[-1][-1][1] - box[1]) < 0.5 * box[2]:
            lines[-1].append(box)
        else:
            lines.append([box])
    return ["".join(box[3] for box in sorted(line)) for line in lines]
