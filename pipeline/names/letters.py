"""Rows of letters that may be written in several ways: can two of them be the same?

The ways are those of ICAO Doc 9303-3, section 6 (``pipeline.documents.mrz.transliteration``). All
of them are followed at once, so that a name with many letters of choice costs no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from pipeline.documents.mrz.letters import Forms
from pipeline.documents.mrz.transliteration import languages_of, name_forms

Part = tuple[Forms, ...]
"""One part of a name: a row of letters, each with the forms that may stand for it."""


def readings(name: str) -> list[tuple[Part, ...]]:
    """The parts of ``name``, once for each language that its letters may belong to."""
    rows = (name_forms(name, language, strict=False) for language in languages_of(name))
    return list(dict.fromkeys(rows))


def first_form(part: Part) -> str:
    """The part as its tables write it first."""
    return "".join(forms[0] for forms in part)


def spellings(parts: Sequence[Part], most: int) -> list[str]:
    """Up to ``most`` ways to write the parts without blanks."""
    letters = (forms for part in parts for forms in part)
    return ["".join(row) for row in islice(product(*letters), most)]


def joined(parts: Iterable[Part]) -> Part:
    """One row of all letters: blanks and hyphens make no difference."""
    return tuple(forms for part in parts for forms in part)


def can_be_same(first: Part, second: Part) -> bool:
    """Whether some way to write ``first`` is a way to write ``second``."""
    open_states = [(0, 0, "", True)]
    seen = set(open_states)
    while open_states:
        one, other, rest, first_leads = open_states.pop()
        if one == len(first) and other == len(second) and not rest:
            return True
        for state in _next(first, second, (one, other, rest, first_leads)):
            if state not in seen:
                seen.add(state)
                open_states.append(state)
    return False


_State = tuple[int, int, str, bool]
"""Letters read of either row, what one is ahead by, and whether that is the first."""


def _next(first: Part, second: Part, state: _State) -> Iterator[_State]:
    """One more letter of the row that lags behind; of the first if both are equally far."""
    one, other, rest, first_leads = state
    reads_first = one < len(first) if not rest else not first_leads
    row, place = (first, one) if reads_first else (second, other)
    if place == len(row):
        return
    step = (one + 1, other) if reads_first else (one, other + 1)
    for form in row[place]:
        if rest.startswith(form):
            yield (*step, rest[len(form) :], not reads_first)
        elif form.startswith(rest):
            yield (*step, form[len(rest) :], reads_first)


def can_begin(part: Part, text: str) -> bool:
    """Whether some way to write ``part`` begins with ``text``."""
    places = {0}
    for forms in part:
        if len(text) in places:
            return True
        for place in places:
            if any(form.startswith(text[place:]) for form in forms):
                return True
        places = {
            place + len(form) for place in places for form in forms if text.startswith(form, place)
        }
    return len(text) in places
