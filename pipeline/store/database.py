"""The open store: reading at once for everybody, writing through the one writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, insert, inspect, select

from pipeline.errors import StoreError
from pipeline.store.place import FILE, database_url, home_folder
from pipeline.store.refusals import explained
from pipeline.store.schema import SCHEMA_VERSION, TRIGGERS, metadata, schema_version
from pipeline.store.sqlite import sqlite_engine
from pipeline.store.writer import Writer

__all__ = ["FILE", "Store", "home_folder", "open_store"]

Result = TypeVar("Result")


class Store:
    """An open case store; threads may share it. Use ``open_store``."""

    def __init__(self, home: Path, path: Path, engine: Engine) -> None:
        self.home = home
        self.path = path
        self._engine = engine
        self._writer = Writer(self._begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of the store. Raises StoreError."""
        with explained(self.path), self._engine.connect() as connection:
            yield connection

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """``work`` as one transaction: all of it is on the disk when this returns, or none.

        Callers of other threads share its commit, so that many cost little more than one.
        ``work`` runs in the writer's thread and should be quick. Raises StoreError, or what
        ``work`` raises.
        """

        def told(connection: Connection) -> Result:
            with explained(self.path):
                return work(connection)

        return self._writer.run(told)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The same as a ``with``, in the caller's thread; others wait meanwhile. StoreError."""
        with explained(self.path), self._writer.lent() as connection:
            yield connection

    def close(self) -> None:
        """Finish what is being written and give the database back."""
        self._writer.close()
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with explained(self.path), self._engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(home: Path | None = None) -> Store:
    """The store in ``home`` (default: PERIKSA_HOME), made if it is not there. StoreError."""
    url = database_url(home)
    store = Store(home or home_folder(), Path(url.database or ""), sqlite_engine(url))
    try:
        _check_or_create(store)
    except StoreError:
        store.close()
        raise
    return store


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
