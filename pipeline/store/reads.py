"""Reading personal data: every look at a report or at a picture is an event of the ledger."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipeline.store.case_keys import case_key
from pipeline.store.database import Store
from pipeline.store.ledger import append
from pipeline.store.records import told_of_case
from pipeline.store.schema import cases

KIND = "case.read"


def read_report(store: Store, connection: Connection, case_id: str, *, actor: str) -> str:
    """The newest report as JSON text; the look is an event of the same transaction. StoreError.

    Give nothing away before the transaction is committed: ``Store.write`` sees to that.
    """
    sealed = connection.execute(select(cases.c.report).where(cases.c.id == case_id)).scalar()
    text = case_key(connection, store.keys, case_id).open(sealed, "report").decode()
    _note(connection, case_id, actor, "report")
    return text


def read_evidence(store: Store, case_id: str, digest: str, *, actor: str) -> bytes:
    """A picture of the case by its sha256, and an event that says who looked. StoreError."""

    def work(connection: Connection) -> bytes:
        key = case_key(connection, store.keys, case_id)
        data = store.vault.read(connection, key, digest)
        _note(connection, case_id, actor, "evidence", key.salted(digest))
        return data

    return store.write(work)


def keep_evidence(store: Store, case_id: str, data: bytes, *, actor: str) -> str:
    """Put a picture into the vault of a case, with its event; its sha256. StoreError."""

    def work(connection: Connection) -> str:
        key = case_key(connection, store.keys, case_id)
        digest = store.vault.keep(connection, key, data)
        told = {**told_of_case(connection, key), "kept": key.salted(digest)}
        append(connection, kind="evidence.kept", case_id=case_id, actor=actor, payload=told)
        return digest

    return store.write(work)


def _note(connection: Connection, case_id: str, actor: str, what: str, which: str = "") -> None:
    payload = {"what": what, **({"which": which} if which else {})}
    append(connection, kind=KIND, case_id=case_id, actor=actor, payload=payload)
