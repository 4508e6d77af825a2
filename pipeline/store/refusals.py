"""What a database says when it refuses, as a StoreError with its remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, PendingRollbackError

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
_POSTGRES = (  # by the class of the SQLSTATE
    (("23", "42501", "25006"), "store.refused", "Run: periksa ledger verify"),
    (("53100", "53200", "58"), "store.disk", "Free space on the database server, then try again."),
    (("40", "55P03"), "store.locked", "Another program holds it: try again in a moment."),
    (
        ("08", "28", "3D", "53300", "57P"),
        "store.unreachable",
        "Check that the server runs, and the address in PERIKSA_DATABASE_URL.",
    ),
    (("XX",), "store.corrupt", "Keep the data for the administrator; restore the last backup."),
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
    except PendingRollbackError as error:  # the connection was lost within the transaction
        raise StoreError(
            "store.unreachable", f"the case store {place}: the connection was lost", _POSTGRES[3][2]
        ) from error
    except UnicodeDecodeError as error:  # SQLite's own message quotes a name that is no text
        raise StoreError(
            "store.corrupt", f"the case store {place}: a name in it is no text", _SQLITE[1][2]
        ) from error


def is_busy(error: Any) -> bool:
    """Whether SQLite only asks to try again."""
    return _name(error).startswith(_SQLITE[0][0])


def _explain(place: object, error: Any) -> StoreError:
    table = _SQLITE if isinstance(error, sqlite3.Error) else _POSTGRES
    for prefixes, code, advice in table:
        if _name(error).startswith(prefixes):
            return StoreError(code, f"the case store {place}: {_text(error)}", advice)
    return StoreError(
        "store.failed", f"the case store {place}: {_text(error)}", "Run: periksa doctor"
    )


def _text(error: Any) -> str:
    return " ".join(str(error).split())


def _name(error: Any) -> str:
    if isinstance(error, sqlite3.Error):
        return str(getattr(error, "sqlite_errorname", ""))
    # Without a server there is no SQLSTATE: the connection failed or was lost.
    return str(getattr(error, "sqlstate", None) or "08")
