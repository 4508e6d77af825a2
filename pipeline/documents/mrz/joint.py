"""All check digits of a zone solved together: the likeliest text, exactly.

The tables of the fields (``residues``) are joined by their share of the composite's remainder; a
digit that is printed wrong costs what its rarity is worth.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.chains import LONGEST_REST, Place, Scheme, scheme_of
from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.formats import FRID, Format
from pipeline.documents.mrz.grammar import DECISIVE
from pipeline.documents.mrz.residues import FILL, Table, table_of
from pipeline.documents.mrz.runs import MIXED

FIRST_BAD = float(np.log(0.02 / 9))
"""Log-probability of a digit that is printed wrong: one document in fifty, any of nine digits."""
FURTHER_BAD = float(np.log(0.4 / 9))
"""The same for a further digit of that document: who sums wrong does so again."""
LONG = -2.0
"""Log-probability of a document number that goes on in the optional data."""
DOUBTFUL = 4.0
"""How far below its place's best the filler of a long number may lie."""
_NOTHING = float("-inf")
_TURNED = (np.arange(10)[None] - np.arange(10)[:, None]) % 10  # [x, c]: what makes c with x

Banned = frozenset[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class _Solution:
    score: float
    text: dict[Place, int]  # index in the alphabet of every place that a digit covers


class CheckDigits:
    """The check digits of one zone, solved together. ``logs``: -inf where a field forbids."""

    def __init__(self, layout: Format, logs: NDArray[np.float64], lines: tuple[str, ...]) -> None:
        self._format, self._logs, self._lines = layout, logs, lines
        if layout is FRID:  # its composite covers the names: they are decided already
            self._pin("issuer", "surname", "given_names")
        self._tables: dict[object, Table] = {}

    def best(self) -> tuple[str, ...]:
        """The lines with every change that no other text comes near."""
        solution = self._solved(frozenset())
        rows = [list(line) for line in self._lines]
        for (row, column), index in solution.text.items():
            if ALPHABET[index] != self._lines[row][column]:
                other = self._solved(frozenset([(row, column, index)]))
                if solution.score - other.score >= DECISIVE:
                    rows[row][column] = ALPHABET[index]
        return tuple("".join(row) for row in rows)

    def _pin(self, *names: str) -> None:
        for name in names:
            row, first, last = self._format.fields[name]
            for column in range(first, last):
                kept = ALPHABET.index(self._lines[row][column])
                only = np.full(len(ALPHABET), -np.inf)
                only[kept] = self._logs[row, column, kept]
                self._logs[row, column] = only

    def _solved(self, banned: Banned) -> _Solution:
        schemes = (scheme_of(self._format.name, rest) for rest in (0, *self._rests()))
        return max((self._solve(scheme, banned) for scheme in schemes), key=lambda s: s.score)

    def _rests(self) -> Iterator[int]:
        """How far a document number may go on: where fillers make that plausible."""
        check = self._format.checks[0]
        if check.blank and self._filler(check.row, check.column):
            row, first, last = self._format.fields["optional_data"]
            for rest in range(1, min(LONGEST_REST, last - first - 2) + 1):
                if self._filler(row, first + rest + 1):
                    yield rest

    def _filler(self, row: int, column: int) -> bool:
        logs = self._logs[row, column]
        return bool(logs[FILL] >= logs.max() - DOUBTFUL)

    def _solve(self, scheme: Scheme, banned: Banned) -> _Solution:
        """The best text of all chains and the composite digit together."""
        tables = [self._table(scheme, number, banned) for number in range(len(scheme.chains))]
        steps: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
        state = np.full((2, 10), _NOTHING)  # any digit wrong so far; remainder of the composite
        state[0, 0] = LONG if scheme.rest else 0.0
        for table in tables:
            state, how = _joined(state, table)
            steps.append(how)
        score, wrong, remainder, digit = self._with_composite(scheme, state, banned)
        text = {scheme.composite: digit} if scheme.composite else {}
        for table, (froms, parts) in zip(reversed(tables), reversed(steps), strict=True):
            part, right = int(parts[wrong, remainder]), bool(froms[wrong, remainder] < 2)
            chain = table.chain
            places = (*chain.places, *((chain.digit,) if chain.digit else ()))
            text |= dict(zip(places, table.characters(part, right=right), strict=True))
            text |= dict.fromkeys(chain.fixed, FILL)
            score += sum(float(self._logs[(*place, FILL)]) for place in chain.fixed)
            wrong = int(froms[wrong, remainder] % 2)
            remainder = (remainder - part) % 10
        return _Solution(score, text)

    def _table(self, scheme: Scheme, number: int, banned: Banned) -> Table:
        chain = scheme.chains[number]
        here = frozenset(ban for ban in banned if ban[:2] in chain.covers)
        key = (chain, here)
        if key not in self._tables:
            logs = self._logs
            if here:
                logs = logs.copy()
                for ban in here:
                    logs[ban] = -np.inf
            rows, columns = (list(part) for part in zip(*chain.places, strict=True))
            digit = logs[chain.digit] if chain.digit else np.zeros(len(ALPHABET))
            self._tables[key] = table_of(
                chain, logs[rows, columns], digit, self._coupled(chain.places)
            )
        return self._tables[key]

    def _coupled(self, places: tuple[Place, ...]) -> NDArray[np.bool_]:
        masks = self._format.masks
        together = [
            a[0] == b[0] and a[1] + 1 == b[1] and masks[a[0]][a[1]] == masks[b[0]][b[1]] == MIXED
            for a, b in itertools.pairwise(places)
        ]
        return np.array([False, *together])

    def _with_composite(
        self, scheme: Scheme, state: NDArray[np.float64], banned: Banned
    ) -> tuple[float, int, int, int]:
        """The best end: score, whether a field's digit is wrong, remainder, composite digit."""
        if scheme.composite is None:
            wrong, remainder = np.unravel_index(int(state.argmax()), state.shape)
            return float(state.max()), int(wrong), int(remainder), 0
        logs = self._logs[scheme.composite].copy()
        for ban in banned:
            if ban[:2] == scheme.composite:
                logs[ban[2]] = -np.inf
        fits = np.eye(10, len(ALPHABET), dtype=bool)
        bad = np.array([FIRST_BAD, FURTHER_BAD])[:, None, None]
        totals = state[:, :, None] + logs + np.where(fits, 0.0, bad)
        wrong, remainder, digit = np.unravel_index(int(totals.argmax()), totals.shape)
        return float(totals.max()), int(wrong), int(remainder), int(digit)


def _joined(
    state: NDArray[np.float64], table: Table
) -> tuple[NDArray[np.float64], tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The state after one more chain; for each, what it came from and the chain's remainder.

    What it came from: 0 and 1 are the state before (no digit wrong, some wrong) with the chain's
    digit right, 2 and 3 the same with it wrong.
    """
    before = state[:, _TURNED]  # 2 x part x remainder
    misfit, fit = table.values[:, :, None]
    ways = np.stack(
        [before[0] + fit, before[1] + fit, before[0] + misfit + FIRST_BAD,
         before[1] + misfit + FURTHER_BAD]
    )  # fmt: skip
    options = (ways[:1], ways[1:])
    best = [option.reshape(-1, 10) for option in options]
    picks = [option.argmax(axis=0) for option in best]
    froms = np.stack([picks[0] // 10, 1 + picks[1] // 10])
    parts = np.stack([picks[0] % 10, picks[1] % 10])
    return np.stack([option.max(axis=0) for option in best]), (froms, parts)
