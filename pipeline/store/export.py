"""The ledger as a file for auditors: events and signed checkpoints, one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from pipeline.errors import StoreError
from pipeline.json_text import canonical_json
from pipeline.store.checkpoints import Checkpoint, checkpoints_of
from pipeline.store.database import Store
from pipeline.store.ledger import Event, content_of, event_of
from pipeline.store.merkle import leaf, path
from pipeline.store.schema import ledger_events

FORMAT = "periksa-ledger-1"
PROOF = "periksa-proof-1"


def export_lines(store: Store) -> Iterator[str]:
    """The lines of the export, each ended; a checkpoint stands behind the last event it covers.

    Sign a checkpoint first: what comes after the last one is chained, but not signed.
    """
    with store.reading() as connection:
        kept = checkpoints_of(connection)
        last = kept[-1].size if kept else 0
        yield _line({"format": FORMAT, "events": last, "checkpoints": len(kept)})
        due = {each.size: each for each in kept}
        for event in _events(connection, last):
            yield _line({"event": list(content_of(event)), "hash": event.hash})
            if event.seq in due:
                yield _line({"checkpoint": due[event.seq].to_dict()})


def prove(store: Store, seq: int) -> str:
    """That event ``seq`` is in the signed ledger, as one line of JSON. Raises StoreError."""
    with store.reading() as connection:
        fitting = [each for each in checkpoints_of(connection) if each.size >= seq]
        if seq < 1 or not fitting:
            raise StoreError(
                "ledger.unsigned",
                f"no checkpoint covers event {seq}",
                "Run: periksa ledger checkpoint",
            )
        newest = fitting[-1]
        leaves, wanted = [], None
        for event in _events(connection, newest.size):
            leaves.append(leaf(event.hash))
            wanted = event if event.seq == seq else wanted
    if wanted is None:
        raise StoreError("ledger.missing", f"event {seq} is missing", "Run: periksa ledger verify")
    return _line(_proof(wanted, leaves, newest))


def _proof(event: Event, leaves: list[bytes], checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "format": PROOF,
        "event": list(content_of(event)),
        "hash": event.hash,
        "path": path(leaves, event.seq - 1),
        "checkpoint": checkpoint.to_dict(),
    }


def _events(connection: Connection, last: int) -> Iterator[Event]:
    query = select(ledger_events).where(ledger_events.c.seq <= last).order_by(ledger_events.c.seq)
    return map(event_of, connection.execution_options(yield_per=1000).execute(query))


def _line(value: dict[str, Any]) -> str:
    return canonical_json(value) + "\n"
