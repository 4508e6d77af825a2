"""What the ledger says of a case: salted digests of its report, its evidence and its row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from pipeline.errors import StoreError
from pipeline.json_text import canonical_json, digest_of_text
from pipeline.store.case_keys import CaseKey
from pipeline.store.schema import case_evidence, cases, vault_files

ROW = tuple(column for column in cases.columns if column.name != "report")
_CASE = select(*ROW).where(cases.c.id == bindparam("wanted"))
_EVIDENCE = (
    select(case_evidence)
    .where(case_evidence.c.case_id == bindparam("wanted"))
    .order_by(case_evidence.c.verification, case_evidence.c.position)
)
_FILES = (
    select(vault_files)
    .where(vault_files.c.case_id == bindparam("wanted"))
    .order_by(vault_files.c.address)
)


def told_of_case(connection: Connection, key: CaseKey) -> dict[str, Any]:
    """The payload of an event that changed the case: what its data are now, salted.

    Whoever changes a row of ``cases``, ``case_evidence`` or ``vault_files`` appends an event with
    it, in the same transaction; the audit compares.
    """
    row = _row(connection, key.case_id)
    evidence = connection.execute(_EVIDENCE, {"wanted": key.case_id}).all()
    newest = [item.sha256 for item in evidence if item.verification == row.verifications]
    return {
        "outcome": row.outcome,
        "report": key.salted(str(row.report_sha256)),
        "evidence": [key.salted(str(each)) for each in newest],
        "record": key.salted(record_text(connection, key.case_id)),
    }


def told_of_erased(connection: Connection, case_id: str) -> dict[str, Any]:
    """The payload for a case without a key: nothing personal is left in its rows."""
    row = _row(connection, case_id)
    return {"outcome": row.outcome, "record": digest_of_text(record_text(connection, case_id))}


def record_text(connection: Connection, case_id: str) -> str:
    """Every row of the case in one text, without the sealed report."""
    wanted = {"wanted": case_id}
    rows = [connection.execute(query, wanted).all() for query in (_CASE, _EVIDENCE, _FILES)]
    return canonical_json([[_plain(row) for row in part] for part in rows])


def _row(connection: Connection, case_id: str) -> Row[Any]:
    row = connection.execute(_CASE, {"wanted": case_id}).first()
    if row is None:
        raise StoreError(
            "store.corrupt",
            f"case {case_id} cannot be found again",
            "Keep the data for the administrator; restore the last backup.",
        )
    return row


def _plain(row: Row[Any]) -> list[Any]:
    return [repr(item) if isinstance(item, bytes) else item for item in row]
