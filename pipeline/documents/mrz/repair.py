"""Low-cost corrections: a character that the net was unsure of, where a rule decides.

Nothing is repaired that the net is sure of: digits that are bad as printed stay as printed. Each
repair is reported, and what was repaired is never ``verified``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.codes import is_known
from pipeline.documents.mrz.decode import Decoding, allowed
from pipeline.documents.mrz.formats import Format
from pipeline.documents.mrz.rules import check_results
from pipeline.documents.mrz.runs import SWITCH, changes

COST_LIMIT = 4.0
"""Most log-probability that one substitution may cost: the other reading had 1 in 55 or more."""
GAIN, GAIN_COMPOSITE = 3.5, 2.0
"""Worth of a check digit that fits after a substitution; chance alone makes 1 in 10 fit."""
DECISIVE = 1.0
"""How much better than the next a repair must be: rules that fit two texts decide nothing."""
CODE_LIMIT = 3.0
_ALTERNATIVES, _PAIRED = 24, 12  # cheapest substitutions tried alone and in pairs


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


@dataclass(frozen=True, slots=True)
class _Option:
    cost: float
    repair: Repair


def repair(decoding: Decoding) -> tuple[Decoding, tuple[Repair, ...]]:
    """The decoding with the cheapest substitutions that make its rules hold, and these."""
    codes = _code_repairs(decoding)
    lines = applied(decoding.lines, codes)
    digits = _digit_repairs(decoding, lines)
    return replace(decoding, lines=applied(lines, digits)), (*codes, *digits)


def applied(lines: tuple[str, ...], repairs: Iterable[Repair]) -> tuple[str, ...]:
    """``lines`` with the substitutions made."""
    rows = [list(line) for line in lines]
    for change in repairs:
        rows[change.row][change.column] = change.written
    return tuple("".join(row) for row in rows)


def _digit_repairs(decoding: Decoding, lines: tuple[str, ...]) -> tuple[Repair, ...]:
    """One or two substitutions that set check digits right and are worth their cost."""
    wrong = _wrong(decoding.format, lines)
    if not wrong:
        return ()
    options = _options(decoding, lines)
    before = sum(map(changes, lines, decoding.format.masks))
    worths: list[tuple[float, tuple[Repair, ...]]] = [(0.0, ())]
    for size, most in ((1, _ALTERNATIVES), (2, _PAIRED)):
        for group in itertools.combinations(options[:most], size):
            repairs = tuple(option.repair for option in group)
            if _same_place(repairs) or sum(option.cost for option in group) >= wrong:
                continue
            changed = applied(lines, repairs)
            switches = sum(map(changes, changed, decoding.format.masks)) - before
            cost = sum(option.cost for option in group) - SWITCH * max(0, switches)
            worths.append((wrong - _wrong(decoding.format, changed) - cost, repairs))
    worths.sort(key=lambda pair: -pair[0])
    decided = worths[0][0] > 0 and worths[0][0] - worths[1][0] >= DECISIVE
    return worths[0][1] if decided else ()


def _wrong(layout: Format, lines: tuple[str, ...]) -> float:
    """What the wrong check digits are worth together."""
    results = check_results(layout, lines)
    return sum(GAIN_COMPOSITE if r.name == "composite" else GAIN for r in results if not r.ok)


def _same_place(repairs: tuple[Repair, ...]) -> bool:
    places = {(change.row, change.column) for change in repairs}
    return len(places) < len(repairs)


def _options(decoding: Decoding, lines: tuple[str, ...]) -> list[_Option]:
    """The cheapest substitutions at places that a check digit covers."""
    permitted = allowed(decoding.format)
    places = {
        place
        for check in decoding.format.checks
        for place in (
            (check.row, check.column),
            *((row, c) for row, first, last in check.spans for c in range(first, last)),
        )
    }
    options = []
    for row, column in places:
        logs = decoding.logs[row, column]
        now = logs[ALPHABET.index(lines[row][column])]
        for index in np.flatnonzero(permitted[row, column] & (logs > now - COST_LIMIT)):
            if ALPHABET[index] != lines[row][column]:
                change = Repair(row, column, lines[row][column], ALPHABET[index])
                options.append(_Option(float(now - logs[index]), change))
    return sorted(options, key=lambda option: option.cost)[:_ALTERNATIVES]


def _code_repairs(decoding: Decoding) -> tuple[Repair, ...]:
    """One letter of a State's code that no State has, where another letter gives a known code."""
    repairs = []
    for name in ("issuer", "nationality"):
        if name in decoding.format.fields:
            row, first, last = decoding.format.fields[name]
            if not is_known(decoding.lines[row][first:last]):
                repairs += _code_repair(decoding, row, first, last)
    return tuple(repairs)


def _code_repair(decoding: Decoding, row: int, first: int, last: int) -> list[Repair]:
    line = decoding.lines[row]
    options = []
    for column in range(first, last):
        logs = decoding.logs[row, column]
        now = logs[ALPHABET.index(line[column])]
        for index in np.flatnonzero(logs > now - CODE_LIMIT):
            changed = line[:column] + ALPHABET[index] + line[column + 1 :]
            if is_known(changed[first:last]):
                change = Repair(row, column, line[column], ALPHABET[index])
                options.append(_Option(float(now - logs[index]), change))
    best = min(options, key=lambda option: option.cost, default=None)
    return [best.repair] if best else []
