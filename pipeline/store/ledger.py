"""The ledger: a chain of hashes over everything that happened to a case.

An event's hash covers its content and the hash before it, so that a changed, removed or moved
event shows. It holds digests and outcomes, never personal data.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.json_text import canonical_json, digest_of_text
from pipeline.store.merkle import Frontier, leaf
from pipeline.store.schema import ledger_events

GENESIS = "0" * 64
_NEIGHBOURS = 1000  # how far from its place a moved event is looked for
_MOST_FAULTS = 100  # after so many the chain is plainly broken; more lines help nobody

# Plain SQL: appending is what every caller waits for, and building statements costs more.
_NEWEST = "SELECT seq, hash FROM ledger_events ORDER BY seq DESC LIMIT 1"
_INSERT = {  # by the placeholders of the database's driver
    "qmark": "INSERT INTO ledger_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "pyformat": "INSERT INTO ledger_events VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain. ``hash`` covers every other field."""

    seq: int
    time: str  # ISO 8601, UTC
    kind: str  # case.opened, case.verified_again ...
    case_id: str | None
    actor: str
    payload: str  # canonical JSON
    prev_hash: str
    hash: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "time": self.time,
            "kind": self.kind,
            "case_id": self.case_id,
            "actor": self.actor,
            "payload": json.loads(self.payload),
            "prev_hash": self.prev_hash,
            "hash": self.hash,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the chain, and at which event."""

    seq: int
    kind: str  # altered, missing, reordered, unlinked, case, anchor
    message: str

    def to_dict(self) -> dict[str, Any]:
        return {"seq": self.seq, "kind": self.kind, "message": self.message}


@dataclass(frozen=True, slots=True)
class ChainState:
    """The whole chain at a glance; note ``head`` elsewhere to notice a shortened chain later."""

    events: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "events": self.events,
            "head": self.head,
            "faults": [fault.to_dict() for fault in self.faults],
        }


def append(
    connection: Connection,
    *,
    kind: str,
    case_id: str | None,
    actor: str,
    payload: Mapping[str, Any],
) -> Event:
    """Add an event inside the caller's transaction, so that it stands or falls with the change."""
    last = connection.exec_driver_sql(_NEWEST).first()
    content = (
        last.seq + 1 if last else 1,
        datetime.now(UTC).isoformat(timespec="milliseconds"),
        kind,
        case_id,
        actor,
        canonical_json(payload),
        last.hash if last else GENESIS,
    )
    event = Event(*content, hash_of(*content))
    connection.exec_driver_sql(_INSERT[connection.dialect.paramstyle], (*content, event.hash))
    return event


def events_of(connection: Connection, case_id: str) -> tuple[Event, ...]:
    """The events of one case, oldest first."""
    query = select(ledger_events).where(ledger_events.c.case_id == case_id)
    rows = connection.execute(query.order_by(ledger_events.c.seq))
    return tuple(event_of(row) for row in rows)


def verify_chain(connection: Connection, *, anchor: str | None = None) -> ChainState:
    """Recompute every hash; each fault names its event.

    ``anchor`` is a head that was noted earlier: it must still be in the chain, which is the only
    way to notice that the newest events were cut off together with their cases.
    """
    return walk_chain(connection, anchor=anchor).state()


def walk_chain(
    connection: Connection, *, anchor: str | None = None, sizes: Collection[int] = ()
) -> Walk:
    """The same, with the Merkle roots at ``sizes``."""
    rows = connection.execution_options(yield_per=1000).execute(
        select(ledger_events).order_by(ledger_events.c.seq)
    )
    walk = Walk(anchor, sizes)
    for event in map(event_of, rows):
        walk.step(event)
    return walk


class Walk:
    """Walks the chain once, in the order of the numbers."""

    def __init__(self, anchor: str | None = None, sizes: Collection[int] = ()) -> None:
        self.seq = 0
        self.count = 0
        self.head = GENESIS
        self.faults: list[Fault] = []
        self.tree = Frontier()
        self.roots: dict[int, tuple[str, str]] = {}  # size: Merkle root and head
        self._sizes = frozenset(sizes)
        self._anchor = anchor
        self._anchored = anchor is None

    def step(self, event: Event) -> None:
        """Look at the next event."""
        gap = event.seq - self.seq - 1
        if gap > 0:
            missing = f"event {self.seq + 1}" + (f" to {event.seq - 1}" if gap > 1 else "")
            self._found(self.seq + 1, "missing", f"{missing} is missing")
        if hash_of(*content_of(event)) != event.hash:
            self.faults.append(_altered(event))
        elif event.prev_hash != self.head and not gap:
            message = f"event {event.seq} does not follow event {self.seq}: one was replaced"
            self._found(event.seq, "unlinked", message)
        self._anchored = self._anchored or event.hash == self._anchor
        self.seq, self.head, self.count = event.seq, event.hash, self.count + 1
        self.tree.add(leaf(event.hash))
        if self.seq in self._sizes:
            self.roots[self.seq] = (self.tree.root(), self.head)

    def state(self) -> ChainState:
        """What was seen."""
        faults = list(self.faults)
        if not self._anchored:
            message = (
                f"the noted head {self._anchor} is not in the chain: events were removed "
                "or replaced"
            )
            faults.append(Fault(self.seq, "anchor", message))
        return ChainState(self.count, self.head, tuple(faults[:_MOST_FAULTS]))

    def _found(self, seq: int, kind: str, message: str) -> None:
        self.faults.append(Fault(seq, kind, message))


def _altered(event: Event) -> Fault:
    """A hash that does not fit: the event was moved from another place, or changed."""
    near = range(max(1, event.seq - _NEIGHBOURS), event.seq + _NEIGHBOURS)
    origin = next((n for n in near if hash_of(n, *content_of(event)[1:]) == event.hash), None)
    if origin is not None:
        message = f"event {event.seq} was moved: it was event {origin}"
        return Fault(event.seq, "reordered", message)
    message = f"event {event.seq} ({event.kind}, {event.time}) was altered"
    return Fault(event.seq, "altered", message)


def content_of(event: Event) -> tuple[Any, ...]:
    """Everything of an event but its hash."""
    return (
        event.seq,
        event.time,
        event.kind,
        event.case_id,
        event.actor,
        event.payload,
        event.prev_hash,
    )


def hash_of(*content: Any) -> str:
    """The hash of an event with this content."""
    return digest_of_text(canonical_json(content))


def event_of(row: Row[Any]) -> Event:
    """A row of the table as an event."""
    # Whoever alters the file can put bytes where text belongs: that must show, not crash.
    content: list[Any] = [repr(item) if isinstance(item, bytes) else item for item in row]
    return Event(*content)
