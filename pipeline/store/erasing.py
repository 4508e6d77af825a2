"""Erasing a case: its key is destroyed, its rows emptied, its files deleted; its events stay."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from pipeline.errors import StoreError
from pipeline.store.case_keys import destroy_case_key
from pipeline.store.database import Store
from pipeline.store.ledger import append
from pipeline.store.records import told_of_erased
from pipeline.store.schema import case_evidence, cases


def erase_case(store: Store, case_id: str, *, actor: str, reason: str) -> None:
    """Erase what the store knows of a person's case; the ledger stays verifiable. StoreError.

    Copies in backups remain until those are destroyed. ``reason`` goes into the ledger for good:
    a rule or a file number, never a name.
    """
    files = store.write(lambda connection: _erase(store, connection, case_id, actor, reason))
    for file in files:
        with suppress(OSError):  # without its key a file that stays is noise
            file.unlink()
    store.compact()


def _erase(
    store: Store, connection: Connection, case_id: str, actor: str, reason: str
) -> list[Path]:
    erased = connection.execute(select(cases.c.erased_at).where(cases.c.id == case_id)).first()
    if erased is None:
        raise StoreError("case.not_found", f"no case {case_id}", "Run: periksa cases list")
    if erased.erased_at is not None:
        raise StoreError(
            "case.erased", f"the data of case {case_id} were erased", "Only its events remain."
        )
    files = store.vault.forget(connection, case_id)
    destroy_case_key(connection, case_id)
    connection.execute(delete(case_evidence).where(case_evidence.c.case_id == case_id))
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    emptied = {"number": case_id, "report": None, "report_sha256": "", "erased_at": now}
    connection.execute(update(cases).where(cases.c.id == case_id).values(emptied))
    told = {**told_of_erased(connection, case_id), "reason": reason}
    append(connection, kind="case.erased", case_id=case_id, actor=actor, payload=told)
    return files
