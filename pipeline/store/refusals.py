"""What a database says when it refuses, as a StoreError with its remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError

from pipeline.errors import StoreError

_SQLITE = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "store.locked",
        "Another program holds it: wait for it to end, then try again.",
    ),
    (
        ("SQLITE_NOTADB", "SQLITE_CORRUPT"),
        "store.corrupt",
        "Keep the file for the administrator and restore the last backup.",
    ),
    (
        ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM"),
        "store.unwritable",
        "Set PERIKSA_HOME to a folder that this user may write.",
    ),
    (("SQLITE_FULL", "SQLITE_IOERR"), "store.disk", "Free space on the disk, then try again."),
    (("SQLITE_CONSTRAINT",), "store.refused", "Run: periksa ledger verify"),
)


@contextmanager
def explained(place: object) -> Iterator[None]:
    """Turn what the database at ``place`` says into a StoreError with its remedy."""
    try:
        yield
    except DBAPIError as error:
        raise _explain(place, error.orig) from error
    except sqlite3.Error as error:
        raise _explain(place, error) from error


def is_busy(error: Any) -> bool:
    """Whether SQLite only asks to try again."""
    return _name(error).startswith(_SQLITE[0][0])


def _explain(place: object, error: Any) -> StoreError:
    for prefixes, code, advice in _SQLITE:
        if _name(error).startswith(prefixes):
            return StoreError(code, f"the case store {place}: {error}", advice)
    return StoreError("store.failed", f"the case store {place}: {error}", "Run: periksa doctor")


def _name(error: Any) -> str:
    return str(getattr(error, "sqlite_errorname", ""))
