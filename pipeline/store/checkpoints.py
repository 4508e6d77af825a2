"""Checkpoints: what the office signs of its ledger; a signed past cannot be rewritten unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from pipeline.errors import StoreError
from pipeline.json_text import canonical_json
from pipeline.store.database import Store
from pipeline.store.ledger import Fault, Walk, walk_chain
from pipeline.store.schema import ledger_checkpoints
from pipeline.store.signing import PublicKey, SigningKey

FORMAT = "periksa-checkpoint-1"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The ledger's first ``size`` events in two hashes, signed by the office."""

    size: int
    root: str  # of the Merkle tree over the events' hashes
    head: str  # hash of event ``size``
    time: str  # ISO 8601, UTC
    key_id: str
    signature: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def message(self) -> bytes:
        """What is signed: everything but the signature."""
        told = self.to_dict()
        del told["signature"]
        return canonical_json({"format": FORMAT, **told}).encode()


def sign_checkpoint(store: Store, key: SigningKey) -> Checkpoint:
    """Verify the whole ledger, then sign and keep its state. Raises StoreError if it is broken."""
    with store.reading() as connection:
        kept = checkpoints_of(connection)
        walk = walk_chain(connection, sizes={each.size for each in kept})
    faults = [*walk.faults, *checkpoint_faults(kept, walk, key.public)]
    if faults:
        raise StoreError(
            "ledger.broken",
            f"the ledger of {store.place} is not signed: {faults[0].message}",
            "Run: periksa ledger verify",
        )
    if not walk.count:
        raise StoreError(
            "ledger.empty", "the ledger has no event yet", "Sign it when something has happened."
        )
    if kept and kept[-1].size == walk.count:
        return kept[-1]
    new = _signed(walk, key)
    store.write(lambda connection: _keep(connection, new))
    return new


def _signed(walk: Walk, key: SigningKey) -> Checkpoint:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    bare = Checkpoint(walk.count, walk.tree.root(), walk.head, now, key.public.key_id, "")
    return Checkpoint(**(bare.to_dict() | {"signature": key.sign(bare.message())}))


def _keep(connection: Connection, new: Checkpoint) -> None:
    known = select(ledger_checkpoints.c.size).where(ledger_checkpoints.c.size == new.size)
    if connection.execute(known).first() is None:  # another process may have been quicker
        connection.execute(insert(ledger_checkpoints).values(new.to_dict()))


def checkpoints_of(connection: Connection) -> list[Checkpoint]:
    """All checkpoints, oldest first."""
    rows = connection.execute(select(ledger_checkpoints).order_by(ledger_checkpoints.c.size))
    return [Checkpoint(row.size, *(str(each) for each in row[1:])) for row in rows]


def checkpoint_faults(kept: list[Checkpoint], walk: Walk, key: PublicKey | None) -> list[Fault]:
    """What the checkpoints say against the chain that was walked; ``walk`` knows their sizes."""
    faults = []
    for each in kept:
        if each.size > walk.seq:
            what = f"events after {walk.seq} were cut off: a checkpoint covers {each.size}"
        elif walk.roots.get(each.size) != (each.root, each.head):
            what = f"the checkpoint of {each.size} events does not fit them"
        elif key is None or each.key_id != key.key_id:
            what = f"the checkpoint of {each.size} events was signed by another key"
        elif not key.verifies(each.signature, each.message()):
            what = f"the signature of the checkpoint of {each.size} events is false"
        else:
            continue
        faults.append(Fault(each.size, "checkpoint", what))
    return faults


def checkpoint_from(told: Mapping[str, Any]) -> Checkpoint:
    """A checkpoint from an exported line. Raises TypeError for other keys."""
    return Checkpoint(**told)
