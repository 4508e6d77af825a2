"""Detectors by name: BlazeFace, or one that a user added."""

from __future__ import annotations

from functools import lru_cache

from models.cards import read_card
from models.catalogue import added_folder
from models.errors import WeightMissing
from models.faces._detector import Detector

DEFAULT = "blazeface-short"


@lru_cache(maxsize=8)
def detector(name: str = DEFAULT) -> Detector:
    """The detector of this name, loaded once a process. Raises ModelError."""
    if name == DEFAULT:
        from models.faces.blazeface import BlazeFace

        return BlazeFace()
    path = added_folder() / f"{name}.toml"
    if not path.is_file() or (card := read_card(path)).kind != "detector":
        raise WeightMissing(
            "model.unknown",
            f"there is no face detector {name!r}; known: {DEFAULT} and those of periksa models add",
            f"Correct the policy's [faces] detectors, or: periksa models add FILE --kind detector "
            f"--name {name}",
        )
    from models.faces.yunet import YuNet

    return YuNet(card)
