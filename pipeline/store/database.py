"""The open store: reading at once for everybody, writing through the one writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import URL, Connection, Engine

from pipeline.errors import StoreError
from pipeline.store.keys import OfficeKeys, office_keys
from pipeline.store.place import FILE, database_url, home_folder
from pipeline.store.postgres import postgres_engine, vacuum
from pipeline.store.refusals import explained
from pipeline.store.sqlite import sqlite_engine
from pipeline.store.vault import FOLDER, Vault
from pipeline.store.versions import check_or_create
from pipeline.store.writer import Writer

__all__ = ["FILE", "Store", "home_folder", "open_store"]

Result = TypeVar("Result")


class Store:
    """An open case store; threads may share it. Use ``open_store``."""

    def __init__(self, home: Path, url: URL, engine: Engine, keys_home: Path | None = None) -> None:
        self.home = home
        self.keys_home = keys_home or home
        self.path = Path(url.database or "") if is_file(url) else None
        self.place = place_of(url)  # for messages
        self.vault = Vault(home / FOLDER)
        self._engine = engine
        self._writer = Writer(self._begin)

    @cached_property
    def keys(self) -> OfficeKeys:
        """The office's keys, made at first use. Raises StoreError."""
        return office_keys(self.keys_home)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of the store. Raises StoreError."""
        with explained(self.place), self._engine.connect() as connection:
            yield connection

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """``work`` as one transaction: all of it is on the disk when this returns, or none.

        Callers of other threads share its commit, so that many cost little more than one.
        ``work`` runs in the writer's thread and should be quick. Raises StoreError, or what
        ``work`` raises.
        """

        def told(connection: Connection) -> Result:
            with explained(self.place):
                return work(connection)

        return self._writer.run(told)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The same as a ``with``, in the caller's thread; others wait meanwhile. StoreError."""
        with explained(self.place), self._writer.lent() as connection:
            yield connection

    def compact(self) -> None:
        """Let go of what was deleted: what a row held must not stay in the file. StoreError."""
        with explained(self.place), closing(self._engine.raw_connection()) as connection:
            if self.path is not None:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                vacuum(connection)

    def close(self) -> None:
        """Finish what is being written and give the database back."""
        self._writer.close()
        self._engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with explained(self.place), self._engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(home: Path | None = None) -> Store:
    """The store in ``home`` (default: PERIKSA_HOME), made if it is not there. StoreError.

    A store of an older version is refused: ``periksa store upgrade`` brings it up to date.
    """
    store = unchecked_store(home)
    try:
        with store.reading() as connection:
            known = check_or_create(connection, store.place, create=False)
        if not known:
            with store.writing() as connection:
                check_or_create(connection, store.place, create=True)
    except StoreError:
        store.close()
        raise
    return store


def unchecked_store(home: Path | None = None) -> Store:
    """The store in ``home``, whatever its schema: for those who mend it. Raises StoreError."""
    url = database_url(home)
    engine = sqlite_engine(url) if is_file(url) else postgres_engine(url)
    return Store(home or home_folder(), url, engine)


def is_file(url: URL) -> bool:
    """Whether the database is a file of its own."""
    return url.get_backend_name() == "sqlite"


def place_of(url: URL) -> str:
    """The name of a database for people, without its password."""
    return url.database or "" if is_file(url) else url.render_as_string()
