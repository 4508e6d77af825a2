"""The embedded database: one SQLite file that survives a kill at any moment.

Write-ahead log with synchronous=FULL: a transaction that returned is on the disk.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event

from pipeline.errors import StoreError
from pipeline.store.refusals import explained, is_busy

BUSY_SECONDS = 15.0  # how long a writer waits for another program's


def sqlite_engine(url: URL) -> Engine:
    """An engine over the file of ``url``, which is made if it is not there. StoreError."""
    path = Path(url.database or "")
    _make_private(path)
    engine = create_engine(
        url,
        # A connection serves one thread at a time, but the writer lends its own to callers.
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=16,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        _use_write_ahead_log(path, engine)
    except StoreError:
        engine.dispose()
        raise
    return engine


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
    # Whoever alters the file can break its letters: that must show as a fault, not stop reading.
    connection.text_factory = _text
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # a destroyed key leaves no copy in the file


def _text(data: bytes) -> str:
    return data.decode(errors="surrogateescape")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _use_write_ahead_log(path: Path, engine: Engine) -> None:
    """Switch to WAL; SQLite does not wait for others on this one, so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        with explained(path):
            raw = engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
            finally:
                raw.close()
        time.sleep(0.05)
