"""A Merkle tree over the events' hashes, as RFC 6962 section 2.1 lays it out.

Leaves and nodes are hashed with different first bytes, so that a node never passes for a leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf(event_hash: str) -> bytes:
    """The leaf of an event; ``event_hash`` is its hash in hexadecimal, which covers all of it."""
    return hashlib.sha256(b"\x00" + event_hash.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The parent of two nodes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that grows leaf by leaf and keeps only what its root needs: log2(size) hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # roots of the full subtrees, largest first

    def add(self, new: bytes) -> None:
        """Append a leaf."""
        grown, size = new, self.size
        while size & 1:
            grown = node(self._peaks.pop(), grown)
            size >>= 1
        self._peaks.append(grown)
        self.size += 1

    def root(self) -> str:
        """The root of all leaves so far, in hexadecimal."""
        if not self._peaks:
            return EMPTY.hex()
        *rest, root = self._peaks
        for peak in reversed(rest):
            root = node(peak, root)
        return root.hex()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of ``leaves``: MTH of the RFC."""
    tree = Frontier()
    for each in leaves:
        tree.add(each)
    return bytes.fromhex(tree.root())


def path(leaves: Sequence[bytes], index: int) -> list[str]:
    """The proof that leaf ``index`` (from 0) is in the tree of ``leaves``: PATH of the RFC."""
    low, high, steps = 0, len(leaves), []
    while high - low > 1:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if index < middle:
            steps.append(root_of(leaves[middle:high]))
            high = middle
        else:
            steps.append(root_of(leaves[low:middle]))
            low = middle
    return [step.hex() for step in reversed(steps)]


def holds(proof: Sequence[str], new: bytes, index: int, size: int, root: str) -> bool:
    """Whether ``proof`` leads from the leaf to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, new
    for step in proof:
        if last == 0:
            return False
        other = bytes.fromhex(step)
        if at & 1 or at == last:
            found = node(other, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and found.hex() == root
