"""The office's own PostgreSQL: for many stations; the extra ``postgres`` brings its driver.

Writers of all stations take turns by an advisory lock, because each event follows the one before.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from pipeline.errors import StoreError

DRIVER = "postgresql+psycopg"
LOCK = 0x7065_7269_6B73_61  # "periksa"
CONNECT_SECONDS = 10


def postgres_engine(url: URL) -> Engine:
    """An engine over the database of ``url``. Raises StoreError where the driver is missing."""
    try:
        import psycopg  # noqa: F401 - is it there?
    except ImportError as error:
        raise StoreError(
            "store.driver",
            "PERIKSA_DATABASE_URL names a PostgreSQL database, but its driver is not installed",
            "Run: python -m pip install 'periksa[postgres]'",
        ) from error
    engine = create_engine(
        url.set(drivername=DRIVER),
        connect_args={"connect_timeout": CONNECT_SECONDS},
        isolation_level="READ COMMITTED",  # under the lock, each statement sees the newest event
        pool_pre_ping=True,  # the server may have been started anew
        pool_size=16,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def vacuum(connection: Any) -> None:
    """Take deleted and replaced rows of personal data out of the tables' files."""
    connection.driver_connection.autocommit = True
    try:
        connection.cursor().execute("VACUUM (FULL) case_keys, cases, case_evidence, vault_files")
    finally:
        connection.driver_connection.autocommit = False
