"""The embedded database: one SQLite file that survives a kill at any moment.

Write-ahead log with synchronous=FULL: a transaction that returned is on the disk.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from pipeline.errors import StoreError
from pipeline.store.schema import SCHEMA_VERSION, TRIGGERS, metadata, schema_version

FILE = "periksa.sqlite3"
BUSY_SECONDS = 15.0  # how long a writer waits for another one


class Store:
    """An open case store; threads may share it. Use ``open_store``."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of the store. Raises StoreError."""
        with explained(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is on the disk when this returns, or none. StoreError."""
        with explained(self.path), self._engine.connect() as connection:
            connection.execution_options(begin_with="BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give the file back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(home: Path | None = None) -> Store:
    """The store in ``home`` (default: PERIKSA_HOME), made if it is not there. StoreError."""
    path = _database_path(home)
    _make_private(path)
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS}, pool_size=16
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    store = Store(path, engine)
    try:
        _use_write_ahead_log(store, engine)
        _check_or_create(store)
    except StoreError:
        store.close()
        raise
    return store


def home_folder() -> Path:
    """PERIKSA_HOME, or the user's data folder."""
    named = os.environ.get("PERIKSA_HOME")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("periksa", appauthor=False)


def _database_path(home: Path | None) -> Path:
    url = os.environ.get("PERIKSA_DATABASE_URL", "").strip()
    if not url:
        return (home or home_folder()) / FILE
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _unsupported("an address that cannot be understood") from None
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise _unsupported(repr(parsed.drivername))  # never the address: it may hold a password
    return home / FILE if home else Path(parsed.database)


def _unsupported(what: str) -> StoreError:
    return StoreError(
        "store.unsupported",
        f"PERIKSA_DATABASE_URL names {what}; this version keeps its cases in SQLite only",
        "Unset PERIKSA_DATABASE_URL, or set it to sqlite:////folder/file.sqlite3.",
    )


def _make_private(path: Path) -> None:
    """Make the folder and the file for this user only: reports hold personal data."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            "store.unwritable",
            f"the case store {path} cannot be written: {error.strerror}",
            "Set PERIKSA_HOME to a folder that this user may write.",
        ) from error


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin_with", "BEGIN"))


def _use_write_ahead_log(store: Store, engine: Engine) -> None:
    """Switch to WAL; SQLite does not wait for others on this one, so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        with explained(store.path):
            raw = engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
            finally:
                raw.close()
        time.sleep(0.05)


def _check_or_create(store: Store) -> None:
    with store.reading() as connection:
        if inspect(connection).has_table("schema_version"):
            return _check_version(store, connection)
    with store.writing() as connection:
        tables = inspect(connection).get_table_names()
        if "schema_version" in tables:  # another process was quicker
            return _check_version(store, connection)
        if tables:
            raise _foreign(store.path)
        metadata.create_all(connection)
        for trigger in TRIGGERS:
            connection.exec_driver_sql(trigger)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(insert(schema_version).values(version=SCHEMA_VERSION, applied_at=now))
    return None


def _check_version(store: Store, connection: Connection) -> None:
    version = connection.execute(select(schema_version.c.version)).scalars().all()
    if not version:
        raise _foreign(store.path)
    if max(version) > SCHEMA_VERSION:
        raise StoreError(
            "store.newer",
            f"{store.path} was written by a newer version (schema {max(version)}, "
            f"this one knows {SCHEMA_VERSION})",
            "Update Periksa on this machine, or use another PERIKSA_HOME.",
        )


def _foreign(path: Path) -> StoreError:
    return StoreError(
        "store.foreign",
        f"{path} is a database of another program",
        "Use another PERIKSA_HOME.",
    )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says into a StoreError with its remedy."""
    try:
        yield
    except DBAPIError as error:
        raise _explain(path, error.orig) from error
    except sqlite3.Error as error:
        raise _explain(path, error) from error


def _is_busy(error: Any) -> bool:
    return str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


_REMEDIES = (
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


def _explain(path: Path, error: Any) -> StoreError:
    name = str(getattr(error, "sqlite_errorname", ""))
    for prefixes, code, advice in _REMEDIES:
        if name.startswith(prefixes):
            return StoreError(code, f"the case store {path}: {error}", advice)
    return StoreError("store.failed", f"the case store {path}: {error}", "Run: periksa doctor")
