"""What a first line may say: known codes of States, and the order of letters and fillers in names.

Soft rules: what the net saw clearly stays as printed, however odd. Sources: ICAO Doc 9303-3, 4.6
(one filler between the parts of a name, two between the two names, fillers only after them) and
section 5 (codes).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.documents.mrz.check_digits import ALPHABET, FILLER
from pipeline.documents.mrz.codes import KNOWN_CODES, is_known
from pipeline.documents.mrz.formats import Format

Floats = NDArray[np.float64]

UNKNOWN = -4.0
"""Log-probability of a code that is in no list, against one that is."""
SAME = 2.0
"""The nationality is the issuing State's: worth against two different codes."""
ODD = -4.0
"""Log-probability of letters after the fillers that end a name, and of a name that begins so."""
SINGLE = -2.5
"""Log-probability of a name of one part, against one of surname and given names."""
DECISIVE = 1.0
"""How much better than the next a correction must be: rules that fit two texts decide nothing."""

_FILL = ALPHABET.index(FILLER)
_PRIMARY, _ONE, _TWO, _SECONDARY, _PART, _END, _ODD = range(7)
_ALONE = (_PRIMARY, _ONE, _TWO)  # a field that ends so has one part
_AFTER_LETTER = (_PRIMARY, _PRIMARY, _SECONDARY, _SECONDARY, _SECONDARY, _ODD, _ODD)
_AFTER_FILLER = (_ONE, _TWO, _END, _PART, _END, _END, _END)


@lru_cache(maxsize=1)
def _known() -> tuple[list[str], NDArray[np.intp]]:
    """Every known code with its fillers, and its indices in the alphabet, codes x 3."""
    padded = [code.ljust(3, FILLER) for code in sorted(KNOWN_CODES)]
    return padded, np.array([[ALPHABET.index(c) for c in code] for code in padded])


def likely_codes(layout: Format, logs: Floats, lines: tuple[str, ...]) -> tuple[str, ...]:
    """``lines`` with another known code where it is decisively likelier than what was read.

    ``logs``: lines x columns x 37. Issuing State and nationality support each other.
    """
    spans = [layout.fields[name] for name in ("issuer", "nationality") if name in layout.fields]
    printed = [lines[row][first:last] for row, first, last in spans]
    result = lines
    for span, code, other in zip(spans, printed, printed[::-1], strict=True):
        better = _likely_code(logs, span, code, other if len(spans) > 1 else "")
        row, first, last = span
        line = result[row][:first] + better + result[row][last:]
        result = (*result[:row], line, *result[row + 1 :])
    return result


def _likely_code(logs: Floats, span: tuple[int, int, int], printed: str, other: str) -> str:
    row, first, last = span
    columns, known, indices = np.arange(first, last), *_known()
    fits = logs[row, columns, indices].sum(axis=1)
    if other in known and is_known(other):
        fits[known.index(other)] += SAME
    if is_known(printed):
        own = float(fits[known.index(printed)])
        fits[known.index(printed)] = -np.inf
    else:
        own = UNKNOWN + sum(
            float(logs[row, c, ALPHABET.index(s)]) for c, s in zip(columns, printed, strict=True)
        )
    best, next_best = np.sort(fits)[:-3:-1]
    decided = best - max(own, next_best) >= DECISIVE
    return known[int(fits.argmax())] if decided else printed


def likely_name(logs: Floats, printed: str, *, single: float = SINGLE) -> str:
    """The likeliest name field; ``printed`` unless another is decisively better.

    ``logs``: columns x 37. Letters stay the likeliest ones of their place: what is decided is
    where letters and where fillers stand. ``single``: 0 for a field that holds one name only.
    """
    own = [int(c == FILLER) for c in printed]
    if _odds(own, single) == 0.0:
        return printed
    letters = logs[:, :_FILL].copy()
    letters[:, :10] = -np.inf
    texts = (letters.argmax(axis=1), np.full(len(logs), _FILL))
    worth = np.stack([letters.max(axis=1), logs[:, _FILL]], axis=1)
    score, kinds = _best_path(worth.tolist(), single)
    spoken = [logs[i, ALPHABET.index(c)] for i, c in enumerate(printed)]
    if score - (float(sum(spoken)) + _odds(own, single)) < DECISIVE:
        return printed
    return "".join(
        p if kind == was else ALPHABET[texts[kind][i]]
        for i, (p, kind, was) in enumerate(zip(printed, kinds, own, strict=True))
    )


def _step(state: int, kind: int, single: float) -> tuple[int, float]:
    """The state after a letter (0) or a filler (1), and what it costs."""
    after = _AFTER_FILLER[state] if kind else _AFTER_LETTER[state]
    if after == _ODD and state != _ODD:
        return after, ODD
    return after, single if state == _TWO and after == _END else 0.0


def _odds(kinds: list[int], single: float) -> float:
    """What the rules say of a name's letters and fillers."""
    state, total = (_END, ODD) if kinds[0] else (_PRIMARY, 0.0)
    for kind in kinds[1:]:
        state, cost = _step(state, kind, single)
        total += cost
    return total + (single if state in _ALONE else 0.0)


def _best_path(worth: list[list[float]], single: float) -> tuple[float, list[int]]:
    """Viterbi over letters and fillers: the best sum, and which of the two stands where."""
    nothing = float("-inf")
    scores = [nothing] * 7
    scores[_PRIMARY], scores[_END] = worth[0][0], worth[0][1] + ODD
    origins: list[list[tuple[int, int]]] = []
    for pair in worth[1:]:
        reached, origin = [nothing] * 7, [(0, 0)] * 7
        for state, score in enumerate(scores):
            for kind in (0, 1):
                after, cost = _step(state, kind, single)
                if score + cost + pair[kind] > reached[after]:
                    reached[after], origin[after] = score + cost + pair[kind], (state, kind)
        scores = reached
        origins.append(origin)
    for state in _ALONE:
        scores[state] += single
    state = max(range(7), key=scores.__getitem__)
    best, kinds = scores[state], []
    for origin in reversed(origins):
        state, kind = origin[state]
        kinds.append(kind)
    return best, [int(state == _END), *reversed(kinds)]
