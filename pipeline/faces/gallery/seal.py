"""Sealing: AES-256-GCM under the gallery's own data key, bound to the place where it stands.

Every sealed piece is nonce (12 bytes, random) + ciphertext + tag (16 bytes). ``about`` says what it
is (gallery, file, position) and is authenticated too, so that a piece that was moved does not open
(NIST SP 800-38D; at most 2**32 pieces under one key).
"""

from __future__ import annotations

import os
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.json_text import canonical_json

NONCE, TAG = 12, 16
OVERHEAD = NONCE + TAG
KEY_BYTES = 32


class KeyWrapper(Protocol):
    """Keeps data keys safe; ``pipeline.store.keys`` has the office's. Both raise StoreError."""

    def wrap(self, data_key: bytes, purpose: str) -> str:
        """``data_key`` as a text that only this wrapper's owner can open."""
        ...

    def unwrap(self, wrapped: str, purpose: str) -> bytes:
        """The data key in a text of ``wrap`` for the same purpose."""
        ...


class NotAuthentic(Exception):
    """Sealed bytes were altered, moved, or belong to another key."""


def about(*parts: str | int) -> bytes:
    """The name of a sealed piece, without ambiguity."""
    return canonical_json(list(parts)).encode()


class Sealer:
    """Seals and opens pieces with one data key of 32 bytes."""

    def __init__(self, data_key: bytes) -> None:
        if len(data_key) != KEY_BYTES:
            raise ValueError(f"a data key has {KEY_BYTES} bytes")
        self.data_key = data_key

    def seal(self, plain: bytes, name: bytes) -> bytes:
        """``plain``, sealed as ``name``."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.data_key).encrypt(nonce, plain, name)

    def open(self, sealed: bytes | memoryview, name: bytes) -> bytes:
        """What was sealed as ``name``. Raises NotAuthentic."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if len(sealed) < OVERHEAD:
            raise NotAuthentic
        try:
            return AESGCM(self.data_key).decrypt(bytes(sealed[:NONCE]), sealed[NONCE:], name)
        except InvalidTag:
            raise NotAuthentic from None

    def seal_into(self, plain: NDArray[np.float32], name: bytes, sealed: NDArray[np.uint8]) -> int:
        """Seal an array into a buffer that is OVERHEAD larger at least; returns the bytes used.

        A buffer that is used again saves the page faults that cost more than the cipher.
        """
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        nonce = os.urandom(NONCE)
        cipher = Cipher(algorithms.AES(self.data_key), modes.GCM(nonce)).encryptor()
        cipher.authenticate_additional_data(name)
        end = NONCE + plain.nbytes
        sealed[:NONCE] = np.frombuffer(nonce, np.uint8)
        cipher.update_into(plain.data.cast("B"), sealed.data[NONCE:end])
        cipher.finalize()
        sealed[end : end + TAG] = np.frombuffer(cipher.tag, np.uint8)
        return end + TAG

    def open_into(self, sealed: memoryview, name: bytes, plain: NDArray[np.float32]) -> None:
        """Open into an array of exactly the right size. Raises NotAuthentic."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        if len(sealed) != plain.nbytes + OVERHEAD:
            raise NotAuthentic
        mode = modes.GCM(bytes(sealed[:NONCE]), bytes(sealed[-TAG:]))
        cipher = Cipher(algorithms.AES(self.data_key), mode).decryptor()
        cipher.authenticate_additional_data(name)
        try:
            cipher.update_into(sealed[NONCE:-TAG], plain.data.cast("B"))
            cipher.finalize()
        except InvalidTag:
            plain[...] = 0  # nobody may read what was not proven
            raise NotAuthentic from None
