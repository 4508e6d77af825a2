"""Lists of pairs as material for a calibration: which files are one person's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.collect import Collection, Picture, PicturesUnusable


@dataclass(frozen=True, slots=True)
class KnownPair:
    """Two files and whether they show one person."""

    a: str
    b: str
    same: bool


def pictures_of(pairs: Sequence[KnownPair], root: Path) -> list[Picture]:
    """Every file once; files that pairs call the same are one person's, others are not.

    Raises PicturesUnusable where the list contradicts itself.
    """
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    persons = _persons(names, ((pair.a, pair.b) for pair in pairs if pair.same))
    for pair in pairs:
        if not pair.same and persons[pair.a] == persons[pair.b]:
            raise PicturesUnusable(
                "pairs.contradiction",
                f"{pair.a} and {pair.b} are called different persons, but others of the list make "
                "them one",
                "Correct the column same.",
            )
    return [Picture(name, root / name, persons[name]) for name in names]


def numbered(pairs: Sequence[KnownPair], collection: Collection) -> NDArray[np.int64]:
    """The pairs (n, 2) of which both faces were found, as numbers of ``collection``."""
    place = {name: number for number, name in enumerate(collection.names)}
    found = [
        (place[pair.a], place[pair.b]) for pair in pairs if pair.a in place and pair.b in place
    ]
    return np.array(found, np.int64).reshape(-1, 2)


def _persons(names: Iterable[str], same: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A person's name for each file: the first file that it is connected with."""
    first = {name: name for name in names}

    def found(name: str) -> str:
        while first[name] != name:
            first[name] = first[first[name]]
            name = first[name]
        return name

    for one, other in same:
        low, high = sorted((found(one), found(other)))
        first[high] = low
    return {name: found(name) for name in first}
