"""Every comparison among described faces, in blocks, so that a large archive fits into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.normalise import Cohort, normalised

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
_ROWS = 256  # of a block: a few megabytes for ten thousand faces
COSINES = (-1.0, 1.0)
NORMALISED = (-40.0, 80.0)  # standard deviations; what lies beyond is counted at the end


@dataclass(frozen=True)
class Faces:
    """N described faces: ``templates`` (N, D), and whose face in which photograph each is.

    Two versions of one photograph bear the same number in ``pictures`` and are never compared.
    """

    templates: Floats
    persons: Numbers
    pictures: Numbers

    def chosen(self, mask: Mask) -> Faces:
        """The faces where ``mask`` (N,) is true."""
        return Faces(self.templates[mask], self.persons[mask], self.pictures[mask])


@dataclass(frozen=True, slots=True)
class Block:
    """n comparisons: the scores and the two persons of each; equal numbers are one person."""

    scores: Floats
    one: Numbers
    other: Numbers


class Comparisons(Protocol):
    """What an error table is made of."""

    @property
    def span(self) -> tuple[float, float]:
        """Between which numbers scores lie."""
        ...

    def blocks(self) -> Iterator[Block]:
        """Every comparison once; can be asked for again."""
        ...

    def of_group(self, mask: Mask) -> Comparisons:
        """Only comparisons within a group of the faces, given as (N,) mask."""
        ...


@dataclass(frozen=True)
class AllPairs:
    """Every face against every other, or every face of ``probes`` against ``references``.

    ``poor`` (one mask each side) leaves only comparisons with a poor face on either side.
    """

    probes: Faces
    references: Faces | None = None
    cohort: Cohort | None = None
    poor: tuple[Mask, Mask] | None = None

    @property
    def span(self) -> tuple[float, float]:
        return NORMALISED if self.cohort else COSINES

    def blocks(self) -> Iterator[Block]:
        probes, references = self.probes, self.references or self.probes
        spreads = [
            None if self.cohort is None else self.cohort.spread(faces.templates)
            for faces in (probes, references)
        ]
        for start in range(0, len(probes.persons), _ROWS):
            rows = slice(start, start + _ROWS)
            scores = probes.templates[rows] @ references.templates.T
            if spreads[0] is not None and spreads[1] is not None:
                scores = normalised(scores, spreads[0].part(rows), spreads[1])
            place = np.nonzero(self._compared(rows, start))
            yield Block(scores[place], probes.persons[rows][place[0]], references.persons[place[1]])

    def _compared(self, rows: slice, start: int) -> Mask:
        """Which of a block's comparisons count: (rows, references)."""
        references = self.references or self.probes
        mask: Mask = self.probes.pictures[rows][:, None] != references.pictures[None]
        if self.references is None:  # each pair once
            number = np.arange(start, start + len(mask))
            mask &= number[:, None] < np.arange(len(references.pictures))[None]
        if self.poor is not None:
            mask &= self.poor[0][rows][:, None] | self.poor[1][None]
        return mask

    def of_group(self, mask: Mask) -> AllPairs:
        """Only comparisons within a group of the faces, given as (N,) mask."""
        return replace(self, probes=self.probes.chosen(mask))


@dataclass(frozen=True)
class ListedPairs:
    """Comparisons that a list names: ``pairs`` (n, 2), numbers of faces."""

    faces: Faces
    pairs: Numbers
    cohort: Cohort | None = None

    @property
    def span(self) -> tuple[float, float]:
        return NORMALISED if self.cohort else COSINES

    def blocks(self) -> Iterator[Block]:
        one, other = self.pairs.T
        templates, persons = self.faces.templates, self.faces.persons
        scores = np.einsum("nd,nd->n", templates[one], templates[other])
        if self.cohort is not None:
            spread = self.cohort.spread(templates)
            scores = spread.of_pairs(scores, one, other)
        yield Block(scores, persons[one], persons[other])

    def of_group(self, mask: Mask) -> ListedPairs:
        """Only comparisons of which both faces are in the group, given as (N,) mask."""
        return replace(self, pairs=self.pairs[mask[self.pairs].all(1)])
