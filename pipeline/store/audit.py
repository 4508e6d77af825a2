"""The audit: the ledger's chain, and the cases against what the ledger says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.errors import StoreError
from pipeline.json_text import digest_of_text
from pipeline.store.case_keys import CaseKey, case_key
from pipeline.store.checkpoints import checkpoint_faults, checkpoints_of
from pipeline.store.database import Store
from pipeline.store.guards import altered_guards, layout_of
from pipeline.store.ledger import GENESIS, ChainState, Fault, events_of, walk_chain
from pipeline.store.records import record_text, told_of_case
from pipeline.store.schema import cases, schema_version
from pipeline.store.signing import known_public_key


def audit(store: Store, *, anchor: str | None = None) -> ChainState:
    """Verify the chain and its checkpoints, then each case and its files against its last event."""
    with store.reading() as connection:
        damage = tuple(_file_faults(connection))
        if damage:  # what SQLite itself cannot read proves nothing
            return ChainState(0, GENESIS, damage)
        kept = checkpoints_of(connection)
        walk = walk_chain(connection, anchor=anchor, sizes={each.size for each in kept})
        chain = walk.state()
        if not chain.ok:  # a broken ledger proves nothing about the cases
            return chain
        faults = checkpoint_faults(kept, walk, known_public_key(store.keys_home))
        rows = connection.execution_options(yield_per=100).execute(select(cases)).partitions()
        for case in (row for part in rows for row in part):
            faults.extend(_case_faults(store, connection, case))
    return ChainState(chain.events, chain.head, tuple(faults))


def _file_faults(connection: Connection) -> Iterator[Fault]:
    """What SQLite itself says of its pages and indexes, and whether its guards are ours."""
    if connection.dialect.name != "sqlite":
        return
    for told in connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars():
        if told != "ok":
            yield Fault(0, "database", f"the database is damaged: {told}")
    if connection.execute(select(schema_version.c.layout)).scalar() != layout_of(connection):
        yield Fault(0, "database", "the layout of the tables was altered")
    for name in altered_guards(connection):
        yield Fault(0, "database", f"the guard {name} of the ledger was altered")


def _case_faults(store: Store, connection: Connection, case: Row[Any]) -> Iterator[Fault]:
    events = [event for event in events_of(connection, case.id) if event.kind in CHANGES]
    if not events:
        yield Fault(0, "case", f"case {case.id} has no event in the ledger")
        return
    last = events[-1]
    told = json.loads(last.payload)
    try:
        wrong = _altered(store, connection, case, told)
        wrong.extend(store.vault.faults(connection, case.id))
    except StoreError as error:
        wrong = [f"the case cannot be opened: {error.message}"]
    for what in wrong:
        yield Fault(last.seq, "case", f"case {case.id}: {what} after event {last.seq}")


def _altered(
    store: Store, connection: Connection, case: Row[Any], told: Mapping[str, Any]
) -> list[str]:
    if case.erased_at is not None:
        same = told.get("record") == digest_of_text(record_text(connection, case.id))
        return [] if same else ["the erased case was altered"]
    key = case_key(connection, store.keys, case.id)
    found = told_of_case(connection, key)
    wrong = []
    if not _whole(key, case) or told.get("report") != found["report"]:
        wrong.append("the report was altered")
    if told.get("outcome") != found["outcome"]:
        wrong.append("the outcome was altered")
    if told.get("evidence") != found["evidence"]:
        wrong.append("the digests of the evidence were altered")
    if not wrong and told.get("record") != found["record"]:
        wrong.append("the case was altered")
    return wrong


def _whole(key: CaseKey, case: Row[Any]) -> bool:
    try:
        digest = digest_of_text(key.open(case.report, "report").decode())
    except (StoreError, UnicodeDecodeError):
        return False
    return digest == str(case.report_sha256)


CHANGES = ("case.opened", "case.verified_again", "case.sealed", "evidence.kept", "case.erased")
"""The kinds of event that carry the digests of ``records``."""
