"""Which schema a database has: made where there is none, refused where it is not ours."""

from __future__ import annotations

from sqlalchemy import Connection, insert, inspect, select

from pipeline.errors import StoreError
from pipeline.store.guards import guard, layout_of
from pipeline.store.schema import SCHEMA_VERSION, metadata, schema_version


def check_or_create(connection: Connection, place: str, *, create: bool) -> bool:
    """Whether the store is there, with our schema; made now if ``create``. Raises StoreError."""
    found = version_of(connection, place)
    if found == SCHEMA_VERSION:
        return True
    if found is not None:
        raise _newer(place, found) if found > SCHEMA_VERSION else _older(place, found)
    if create:
        metadata.create_all(connection)
        guard(connection)
        row = {"version": SCHEMA_VERSION, "layout": layout_of(connection)}
        connection.execute(insert(schema_version).values(row))
    return create


def version_of(connection: Connection, place: str) -> int | None:
    """The schema of the database, None for an empty one. StoreError for another program's."""
    tables = inspect(connection).get_table_names()
    if "schema_version" in tables:
        told = connection.execute(select(schema_version.c.version)).scalars().all()
        if told and all(isinstance(each, int) for each in told):
            return int(max(told))
    if tables:
        raise StoreError(
            "store.foreign",
            f"{place} is a database of another program",
            "Use another PERIKSA_HOME.",
        )
    return None


def _newer(place: str, found: int) -> StoreError:
    return StoreError(
        "store.newer",
        f"{place} was written by a newer version (schema {found}, this one knows {SCHEMA_VERSION})",
        "Update Periksa on this machine, or use another PERIKSA_HOME.",
    )


def _older(place: str, found: int) -> StoreError:
    return StoreError(
        "store.older",
        f"{place} was written by an older version (schema {found}, this one needs "
        f"{SCHEMA_VERSION})",
        "Stop the server, then run: periksa store upgrade",
    )
