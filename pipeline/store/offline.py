"""The offline verifier: an exported ledger or a proof, and the office's public key; nothing else.

Every byte of the file counts: a line must be the one canonical text of what it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import StoreError
from pipeline.json_text import canonical_json
from pipeline.store.checkpoints import Checkpoint
from pipeline.store.export import FORMAT, PROOF
from pipeline.store.ledger import GENESIS, hash_of
from pipeline.store.merkle import Frontier, holds, leaf
from pipeline.store.signing import PublicKey

_FIELDS = 7  # of an event's content
_LONGEST = 1 << 24  # bytes of a line


@dataclass(frozen=True, slots=True)
class Verified:
    """What the file proves: so many events, all of them under the office's signature."""

    events: int
    head: str
    signed_at: str
    key_id: str
    proves: int | None  # the number of the single event, for a proof

    def to_dict(self) -> dict[str, Any]:
        return {
            "ok": True,
            "events": self.events,
            "head": self.head,
            "faults": [],
            "signed_at": self.signed_at,
            "key_id": self.key_id,
            "proves": self.proves,
        }


def verify_file(file: Path, key: PublicKey) -> Verified:
    """Verify an export or a proof. Raises StoreError, which names the first line that is wrong."""
    try:
        with file.open("rb") as source:
            lines = enumerate(_lines(source), 1)
            number, first = next(lines, (1, {}))
            if first.get("format") == PROOF:
                verified = _proof(first, key)
                for number, _ in lines:
                    raise _broken(number, "nothing may follow a proof")
                return verified
            return _ledger(first, lines, key)
    except OSError as error:
        raise StoreError(
            "ledger.unreadable", f"{file} cannot be read: {error.strerror}", "Name another file."
        ) from error


def _lines(source: BinaryIO) -> Iterator[Mapping[str, Any]]:
    number = 0
    while data := source.readline(_LONGEST):
        number += 1
        try:
            value = json.loads(data)
            same = isinstance(value, dict) and (canonical_json(value) + "\n").encode() == data
        except (ValueError, RecursionError):
            same = False
        if not same:
            raise _broken(number, "it is not what an export writes")
        yield value


def _ledger(
    first: Mapping[str, Any], lines: Iterator[tuple[int, Mapping[str, Any]]], key: PublicKey
) -> Verified:
    walk, last, signed = _Replay(), None, 0
    for number, line in lines:
        if "event" in line:
            walk.step(number, line)
            continue
        last, signed = _checkpoint(number, line.get("checkpoint"), key), signed + 1
        if (last.size, last.root, last.head) != (walk.size, walk.tree.root(), walk.head):
            raise _broken(number, f"the checkpoint of {last.size} events does not fit them")
        if set(line) != {"checkpoint"}:
            raise _broken(number, "it is no checkpoint")
    if first != {"format": FORMAT, "events": walk.size, "checkpoints": signed}:
        raise _broken(1, "the file is no export, or not all of one")
    if last is None or last.size != walk.size:
        raise _broken(1, "it does not end with a checkpoint")
    return Verified(walk.size, walk.head, last.time, key.key_id, None)


class _Replay:
    """The chain, built anew from the file."""

    def __init__(self) -> None:
        self.size = 0
        self.head = GENESIS
        self.tree = Frontier()

    def step(self, number: int, line: Mapping[str, Any]) -> None:
        content, told = _event(number, line, {"event", "hash"})
        if content[0] != self.size + 1 or content[-1] != self.head:
            raise _broken(number, f"event {content[0]} does not follow event {self.size}")
        self.size, self.head = self.size + 1, told
        self.tree.add(leaf(told))


def _proof(line: Mapping[str, Any], key: PublicKey) -> Verified:
    content, told = _event(1, line, {"format", "event", "hash", "path", "checkpoint"})
    checkpoint = _checkpoint(1, line["checkpoint"], key)
    try:
        proven = holds(line["path"], leaf(told), content[0] - 1, checkpoint.size, checkpoint.root)
        plain = [bytes.fromhex(step).hex() for step in line["path"]] == line["path"]
    except (TypeError, ValueError):
        proven = plain = False
    if not proven or not plain:
        raise _broken(1, f"event {content[0]} is not in the signed ledger")
    return Verified(checkpoint.size, checkpoint.head, checkpoint.time, key.key_id, int(content[0]))


def _event(number: int, line: Mapping[str, Any], keys: set[str]) -> tuple[list[Any], str]:
    content, told = line.get("event"), line.get("hash")
    if set(line) != keys or not isinstance(content, list) or len(content) != _FIELDS:
        raise _broken(number, "it is no event")
    if type(content[0]) is not int or hash_of(*content) != told:
        raise _broken(number, f"event {content[0]} was altered")
    return content, str(told)


def _checkpoint(number: int, told: Any, key: PublicKey) -> Checkpoint:
    try:
        checkpoint = Checkpoint(**told)
    except TypeError:
        raise _broken(number, "it is neither an event nor a checkpoint") from None
    if checkpoint.key_id != key.key_id:
        raise _broken(number, f"the checkpoint was signed by the key {checkpoint.key_id}")
    if type(checkpoint.size) is not int or not key.verifies(
        str(checkpoint.signature), checkpoint.message()
    ):
        raise _broken(number, f"the signature of {checkpoint.size} events is false")
    return checkpoint


def _broken(number: int, why: str) -> StoreError:
    return StoreError(
        "ledger.altered",
        f"line {number}: {why}",
        "Keep the file, ask the office for a fresh export, and tell the auditor.",
    )
