"""Zones as text for ``periksa mrz --text``: lines, with a blank line between two zones."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import ExitStatus, PipelineError

MOST_BYTES = 32 * 2**20
"""More text than any list of documents needs; read whole, so it is bounded."""
STDIN = "-"

Zone = tuple[int, tuple[str, ...]]
"""The number of the first line, from 1, and the lines."""


class UnreadableText(PipelineError):
    """A file of lines that cannot be read."""

    exit_status = ExitStatus.INPUT
    http_status = 422


def read_zones(file: str) -> list[Zone]:
    """The zones of a text file, or of stdin for ``-``. Raises UnreadableText.

    Bytes that are no UTF-8 stay as marks, which the parser then names.
    """
    data = _bytes(file)
    if len(data) > MOST_BYTES:
        raise UnreadableText(
            "text.too_large",
            f"{file} has more than {MOST_BYTES:,} bytes",
            "Split it; a zone has 72 to 90 characters.",
        )
    zones = list(split_zones(data.decode("utf-8-sig", errors="replace").splitlines()))
    if not zones:
        raise UnreadableText(
            "text.empty", f"{file} has no lines", "Write each zone's lines as they are printed."
        )
    return zones


def split_zones(lines: Sequence[str]) -> list[Zone]:
    """The zones of a text; any number of blank lines stands between two."""
    zones: list[Zone] = []
    begun: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            begun.append(line)
        elif begun:
            zones.append((number - len(begun), tuple(begun)))
            begun = []
    return zones


def zone_line(
    first: int, lines: tuple[str, ...], today: date, review_days: float
) -> dict[str, Any]:
    """What a picture's line says, for text: nothing was seen, so nothing is verified."""
    from pipeline.documents.mrz.parse import parse_mrz

    text = parse_mrz(lines, today=today, expiry_review_days=review_days)
    found = text.to_dict()
    return {
        "first_line": first,
        "found": text.format is not None,
        **found,
        "raw_lines": list(lines),
        "verified": False,
        "valid": text.valid,
        "confidence": None,
        "polygon": None,
    }


def _bytes(file: str) -> bytes:
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(file).open("rb") as source:
            return source.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableText(
            "text.unreadable",
            f"{file} cannot be read: {error.strerror or error}",
            "Name a text file that exists, or - for stdin.",
        ) from error
