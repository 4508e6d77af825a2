"""The audit: the ledger's chain, and the cases against what the ledger says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.json_text import digest_of_text
from pipeline.store.database import Store
from pipeline.store.ledger import ChainState, Event, Fault, events_of, verify_chain
from pipeline.store.schema import case_evidence, cases


def audit(store: Store, *, anchor: str | None = None) -> ChainState:
    """Verify the chain, then each case's report, outcome and evidence against its last event."""
    with store.reading() as connection:
        chain = verify_chain(connection, anchor=anchor)
        if not chain.ok:  # a broken ledger proves nothing about the cases
            return chain
        rows = connection.execution_options(yield_per=100).execute(select(cases)).partitions()
        faults = [fault for part in rows for row in part for fault in _case_faults(connection, row)]
    return ChainState(chain.events, chain.head, tuple(faults))


def _case_faults(connection: Connection, case: Row[Any]) -> Iterator[Fault]:
    events = [event for event in events_of(connection, case.id) if event.kind in VERIFIED]
    if not events:
        yield Fault(0, "case", f"case {case.id} has no event in the ledger")
        return
    last = events[-1]
    told = json.loads(last.payload)
    if digest_of_text(case.report) != told.get("report_sha256"):
        yield _fault(last, case.id, "the report was altered")
    if case.outcome != told.get("outcome"):
        yield _fault(last, case.id, "the outcome was altered")
    if _digests(connection, case) != told.get("evidence"):
        yield _fault(last, case.id, "the digests of the evidence were altered")


def _fault(event: Event, case_id: str, what: str) -> Fault:
    return Fault(event.seq, "case", f"case {case_id}: {what} after event {event.seq}")


def _digests(connection: Connection, case: Row[Any]) -> list[str]:
    table = case_evidence.c
    query = select(table.sha256).where(
        table.case_id == case.id, table.verification == case.verifications
    )
    return list(connection.execute(query.order_by(table.position)).scalars())


VERIFIED = ("case.opened", "case.verified_again")
"""The kinds of event that carry a report's digest."""
