"""Bringing a store of an earlier release to this one's schema, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text, update

from pipeline.errors import StoreError
from pipeline.json_text import digest_of_text
from pipeline.store.case_keys import case_key, new_case_key
from pipeline.store.database import Store, unchecked_store
from pipeline.store.guards import layout_of
from pipeline.store.keys import OfficeKeys
from pipeline.store.ledger import append, verify_chain
from pipeline.store.records import told_of_case
from pipeline.store.schema import SCHEMA_VERSION, schema_version
from pipeline.store.versions import check_or_create, version_of

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade_store(home: Path | None = None, *, actor: str = "system") -> tuple[int, int]:
    """The schema that the store had, and the one it has now. All of the step, or none of it.

    A ledger that does not hold, or a report that is not the one its ledger names, is not sealed
    over: StoreError, and the store stays as it was.
    """
    with unchecked_store(home) as store:
        with store.reading() as connection:
            before = version_of(connection, store.place)
        if before is None or before >= SCHEMA_VERSION:
            with store.writing() as connection:
                check_or_create(connection, store.place, create=True)
            return (SCHEMA_VERSION if before is None else before), SCHEMA_VERSION
        with store.writing() as connection:
            _upgrade(store, connection, before, actor)
        store.compact()  # what was readable must not stay in the log
    return before, SCHEMA_VERSION


def _upgrade(store: Store, connection: Connection, before: int, actor: str) -> None:
    chain = verify_chain(connection)
    if not chain.ok:
        raise _refused(store, chain.faults[0].message)
    cases: list[str] = []
    _run_scripts(connection, before, lambda bound: cases.extend(_seal(store, bound)))
    connection.execute(update(schema_version).values(layout=layout_of(connection)))
    for case_id in cases:
        _tell(connection, store.keys, case_id, actor)


def _run_scripts(connection: Connection, before: int, seal: Any) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(SCRIPTS), version_locations=[str(SCRIPTS / "versions")])

    def steps(revision: Any, _context: Any) -> Any:
        # Stores of the first release have no table of alembic's: their number is ours.
        return script._upgrade_revs("head", revision or f"{before:04d}")

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, seal=seal)
        environment.run_migrations()


def _seal(store: Store, connection: Connection) -> list[str]:
    """Seal every report under a key of its case; the ids of the cases."""
    rows = connection.execute(text("SELECT id, report, report_sha256 FROM cases ORDER BY id")).all()
    for case_id, report, digest in rows:
        if not isinstance(report, str) or digest_of_text(report) != digest:
            raise _refused(store, f"the report of case {case_id} is not the one that was kept")
        key = new_case_key(connection, store.keys, case_id)
        connection.execute(
            text("UPDATE cases SET sealed = :sealed WHERE id = :id"),
            {"sealed": key.seal(report.encode(), "report"), "id": case_id},
        )
    return [row.id for row in rows]


def _tell(connection: Connection, keys: OfficeKeys, case_id: str, actor: str) -> None:
    told = told_of_case(connection, case_key(connection, keys, case_id))
    append(connection, kind="case.sealed", case_id=case_id, actor=actor, payload=told)


def _refused(store: Store, why: str) -> StoreError:
    return StoreError(
        "store.not_upgraded",
        f"{store.place} stays as it was: {why}",
        "Keep the file for the administrator and restore the last backup.",
    )
