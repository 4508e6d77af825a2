"""Which places a check digit binds together, in the order and with the weights of its sum.

A composite digit couples the fields: each place knows its weight in its own field's sum and its
weight in the composite's (ICAO Doc 9303-3, 4.9; the parts of each format).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.documents.mrz.formats import FORMATS, Check, Format

Place = tuple[int, int]
"""Row and column, from 0."""
WEIGHTS = (7, 3, 1)
COMPOSITE = "composite"
LONGEST_REST = 13
"""Characters of a long document number beyond the ninth (TD1: 15 places, digit and filler)."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The places of one field and, where it has one, the place of its check digit.

    ``own``: weight of each place in the field's sum, 0 where it has no digit; ``joint``: its weight
    in the composite, 0 outside; ``joint_digit`` the same for the digit. ``blank``: the digit may be
    a filler where the field is empty. ``fixed``: places that must hold a filler.
    """

    name: str
    places: tuple[Place, ...]
    own: tuple[int, ...]
    joint: tuple[int, ...]
    digit: Place | None = None
    joint_digit: int = 0
    blank: bool = False
    fixed: tuple[Place, ...] = ()

    @property
    def covers(self) -> frozenset[Place]:
        """Every place that the chain decides."""
        return frozenset((*self.places, *((self.digit,) if self.digit else ()), *self.fixed))


@dataclass(frozen=True, slots=True)
class Scheme:
    """All chains of a format under one hypothesis, and the place of the composite digit."""

    chains: tuple[Chain, ...]
    composite: Place | None
    rest: int = 0  # characters of a document number beyond the ninth


def covered(check: Check) -> Iterator[Place]:
    """The places that ``check`` sums, in its order."""
    return ((row, column) for row, first, last in check.spans for column in range(first, last))


@lru_cache(maxsize=128)
def scheme_of(name: str, rest: int = 0) -> Scheme:
    """The chains of the format ``name``; ``rest``: its document number goes on in optional data."""
    layout = FORMATS[name]
    whole = next((check for check in layout.checks if check.name == COMPOSITE), None)
    joint = {p: WEIGHTS[i % 3] for i, p in enumerate(covered(whole))} if whole else {}
    chains = [_chain(check, joint) for check in layout.checks if check is not whole]
    if rest:
        chains[0] = _long(layout, chains[0], joint, rest)
    bound = frozenset[Place]().union(*(chain.covers for chain in chains))
    free = tuple(place for place in joint if place not in bound)
    if free:
        weights = tuple(joint[place] for place in free)
        chains.append(Chain("", free, (0,) * len(free), weights))
    return Scheme(tuple(chains), (whole.row, whole.column) if whole else None, rest)


def _chain(check: Check, joint: dict[Place, int]) -> Chain:
    places = tuple(covered(check))
    digit = (check.row, check.column)
    return Chain(
        name=check.name,
        places=places,
        own=tuple(WEIGHTS[i % 3] for i in range(len(places))),
        joint=tuple(joint.get(place, 0) for place in places),
        digit=digit,
        joint_digit=joint.get(digit, 0),
        blank=check.blank or check.name == "expiry_date",
    )


def _long(layout: Format, chain: Chain, joint: dict[Place, int], rest: int) -> Chain:
    """A number whose last ``rest`` characters and digit open the optional data (9303-5, note j)."""
    row, first, last = layout.fields["optional_data"]
    places = (*chain.places, *((row, first + i) for i in range(rest)))
    digit, end = (row, first + rest), (row, first + rest + 1)
    fixed = tuple(p for p in (chain.digit, end if end[1] < last else None) if p)
    return replace(
        chain,
        places=places,
        own=tuple(WEIGHTS[i % 3] for i in range(len(places))),
        joint=tuple(joint.get(place, 0) for place in places),
        digit=digit,
        joint_digit=joint.get(digit, 0),
        blank=False,
        fixed=fixed,
    )
