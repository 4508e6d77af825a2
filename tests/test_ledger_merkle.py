"""The Merkle tree is that of RFC 6962, and a proof holds for its own event only."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store.merkle import Frontier, holds, leaf, path, root_of

LEAVES = [leaf(hashlib.sha256(bytes([n])).hexdigest()) for n in range(64)]


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH as section 2.1 of RFC 6962 states it."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    both = by_definition(leaves[:half]) + by_definition(leaves[half:])
    return hashlib.sha256(b"\x01" + both).digest()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 64])
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert root_of(LEAVES[:size]) == by_definition(LEAVES[:size])


def test_known_answers_of_certificate_transparency() -> None:
    """Roots of the test vectors of the reference implementation, with its leaf contents."""
    contents = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(each)).digest() for each in contents]
    assert Frontier().root() == hashlib.sha256(b"").hexdigest()
    assert root_of(leaves[:1]).hex().startswith("6e340b9cffb37a98")
    assert root_of(leaves[:2]).hex().startswith("fac54203e7cc696c")
    assert root_of(leaves[:3]).hex().startswith("aeb6bcfe274b70a1")
    assert root_of(leaves[:7]).hex().startswith("ddb89be403809e32")


@given(st.integers(1, 64), st.data())
def test_a_proof_holds_for_its_own_event_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    root, proof = root_of(leaves).hex(), path(leaves, index)
    assert len(proof) <= 6
    assert holds(proof, leaves[index], index, size, root)
    other = data.draw(st.integers(0, 63))
    if other != index:
        assert not holds(proof, LEAVES[other], index, size, root)
        assert not holds(proof, leaves[index], other, size, root)
    assert not holds([*proof, "00" * 32], leaves[index], index, size, root)
    assert not proof or not holds(proof[:-1], leaves[index], index, size, root)
    assert not holds(proof, leaves[index], index, size, "00" * 32)
