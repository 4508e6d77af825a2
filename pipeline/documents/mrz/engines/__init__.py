"""The drawer of MRZ readers: one file each, which offers one object ``ENGINE``."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.documents.mrz.engines._engine import MrzEngine

DEFAULT = "own"


def engine_names() -> tuple[str, ...]:
    """Every reader in the drawer by name, the default first; none of them is loaded."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name[0] != "_"]
    return tuple(sorted(names, key=lambda name: (name != DEFAULT, name)))


def mrz_engine(name: str = DEFAULT) -> MrzEngine:
    """The reader of that name. Raises ValueError for a name that is not in the drawer."""
    if name not in engine_names():
        raise ValueError(f"no MRZ engine {name}; there are {', '.join(engine_names())}")
    engine: MrzEngine = import_module(f"{__name__}.{name}").ENGINE
    return engine
