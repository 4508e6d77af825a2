"""The best zone of a picture: which places are looked at, in which order, and when to stop."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.text._reader import StripReader
from models.text.zone_net import ZoneFinder, zone_net
from pipeline.documents.mrz.decode import Decoding, decode
from pipeline.documents.mrz.locate import search
from pipeline.documents.mrz.recognise import Placed, Recogniser
from pipeline.documents.mrz.repair import Repair, repair
from pipeline.documents.mrz.rules import check_results
from pipeline.documents.mrz.traces import Zone

MOST_ZONES = 6
"""Zones that the recogniser looks at, whatever the picture: bounds the cost without an MRZ."""
CLEAR = -0.15
"""Mean log-probability from which a zone with right check digits ends the search."""
PLAIN = -0.12
"""The same for a zone whose check digits are wrong: they are printed so."""
SENSELESS = -0.6
"""Mean log-probability below which two lines are tried as two of three."""
HOPELESS = -1.0
"""Mean log-probability below which neither repair nor a further look can help."""
SECOND_OPINIONS = 3
"""Zones still looked at after one that makes sense but is not clear."""
SURE = 0.97
"""Probability of every character from which one look is enough."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One zone as it was read, with what the rules repaired."""

    decoding: Decoding
    repairs: tuple[Repair, ...]
    placed: Placed

    @property
    def clear(self) -> bool:
        """Whether nothing better is to be expected elsewhere in the picture."""
        mean = self.decoding.mean
        return mean > PLAIN or (mean > CLEAR and self.right == 1)

    @property
    def sensible(self) -> bool:
        """Whether the print can be a zone at all."""
        return self.decoding.mean >= SENSELESS

    @property
    def sure(self) -> bool:
        """Whether a further look can tell nothing: all is clear and all check digits fit."""
        plain = not self.repairs and self.right == 1
        return plain and float(self.decoding.confidence.min()) >= SURE

    @property
    def right(self) -> float:
        """Share of the check digits that fit."""
        results = check_results(self.decoding.format, self.decoding.lines)
        return sum(result.ok for result in results) / len(results)

    @property
    def merit(self) -> float:
        return self.decoding.mean + 0.5 * self.right - 0.05 * len(self.repairs)


def best_candidate(
    image: NDArray[np.uint8], reader: StripReader, finder: ZoneFinder | None = None
) -> Candidate | None:
    """The best zone: the search ends with a clear one, or soon after one that makes sense."""
    recogniser = Recogniser(image, reader)
    best: Candidate | None = None
    left = MOST_ZONES
    looks = search(image, finder or zone_net())
    for number, zone in itertools.chain.from_iterable(map(enumerate, looks)):
        known = best is not None and best.sensible
        for found in _candidates(recogniser, zone, thorough=number == 0 and not known):
            if best is None or found.merit > best.merit:
                best = found
        left = min(left - 1, SECOND_OPINIONS) if known else left - 1
        if left <= 0 or (best and best.clear):
            break
    return best


def _candidates(recogniser: Recogniser, zone: Zone, *, thorough: bool) -> Iterator[Candidate]:
    """The zone as it was found; if ``thorough``, two lines of no sense also as two of three."""
    found = _candidate(recogniser, zone, turn=thorough)
    if found:
        yield found
        if thorough and not found.sensible and found.placed.plain:
            wider = (_candidate(recogniser, other) for other in zone.extended())
            yield from (candidate for candidate in wider if candidate)


def _candidate(recogniser: Recogniser, zone: Zone, *, turn: bool = False) -> Candidate | None:
    """The zone as it reads best; with ``turn`` upside down where nothing reads upright."""
    placed = recogniser.place(zone)
    if placed is None and turn:
        placed = recogniser.place(zone.turned())
    if placed is None:
        return None
    candidate = None
    for further in (False, True):
        decoding = decode(recogniser.cells(placed, further=further))
        if decoding is None or decoding.mean < HOPELESS:
            break
        candidate = Candidate(*repair(decoding), placed)
        if candidate.sure:
            break
    return candidate or (Candidate(decoding, (), placed) if decoding else None)
