"""Corrections: the best text under all rules at once, against what was read character by character.

Characters at their log-probabilities, check digits that fit at no cost and digits that are printed
wrong at the cost of their rarity make one score; its maximum over all texts is found exactly
(``joint``). So a character that the net was unsure of is set right by the digits that it
breaks, and what the net saw clearly stays as printed, however wrong. Each correction is reported,
and what was corrected is never ``verified``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.decode import Decoding, allowed
from pipeline.documents.mrz.formats import Format
from pipeline.documents.mrz.grammar import SINGLE, likely_codes, likely_name
from pipeline.documents.mrz.joint import CheckDigits
from pipeline.documents.mrz.rules import check_results

CLEARNESS = 1.4
"""The net is right more often than it says: true log-odds over stated ones."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One substitution: where (from 0), what was read, what the rule says."""

    row: int
    column: int
    read: str
    written: str

    @property
    def undone(self) -> Repair:
        """The substitution that takes this one back."""
        return Repair(self.row, self.column, self.written, self.read)


def repair(decoding: Decoding) -> tuple[Decoding, tuple[Repair, ...]]:
    """The decoding with the best text under its rules, and what that changed."""
    layout, read, logs = decoding.format, decoding.lines, CLEARNESS * decoding.logs
    lines = _likely_names(layout, logs, likely_codes(layout, logs, read))
    if not all(result.ok for result in check_results(layout, lines)):
        lines = CheckDigits(layout, np.where(allowed(layout), logs, -np.inf), lines).best()
    if lines == read:
        return decoding, ()
    return replace(decoding, lines=lines, read=read), tuple(_changes(read, lines))


def applied(lines: tuple[str, ...], repairs: Iterable[Repair]) -> tuple[str, ...]:
    """``lines`` with the substitutions made."""
    rows = [list(line) for line in lines]
    for change in repairs:
        rows[change.row][change.column] = change.written
    return tuple("".join(row) for row in rows)


def _changes(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Repair]:
    for row, (read, written) in enumerate(zip(before, after, strict=True)):
        for column, (a, b) in enumerate(zip(read, written, strict=True)):
            if a != b:
                yield Repair(row, column, a, b)


def _likely_names(
    layout: Format, logs: NDArray[np.float64], lines: tuple[str, ...]
) -> tuple[str, ...]:
    both = "name" in layout.fields
    row, first, last = layout.fields["name" if both else "surname"]
    single = SINGLE if both else 0.0
    name = likely_name(logs[row, first:last], lines[row][first:last], single=single)
    line = lines[row][:first] + name + lines[row][last:]
    return (*lines[:row], line, *lines[row + 1 :])
