"""The drawer of document types: one file each, which offers one object ``DOCUMENT_TYPE``."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module

from pipeline.documents.types._type import DocumentType


@lru_cache(maxsize=1)
def document_types() -> tuple[DocumentType, ...]:
    """Every type in the drawer: those with a machine-readable zone first, then by name."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name[0] != "_"]
    types: list[DocumentType] = [
        import_module(f"{__name__}.{name}").DOCUMENT_TYPE for name in names
    ]
    return tuple(sorted(types, key=lambda kind: (not kind.uses_mrz, kind.name)))
