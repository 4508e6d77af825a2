"""Each case has a key of its own: what it seals dies with it, and the ledger lives on.

The key is wrapped by the office key and kept in the table ``case_keys``. It seals the report and
the evidence, and it salts every digest that goes into the ledger: without it nobody can tell which
picture or report an event was about.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from sqlalchemy import Connection, bindparam, delete, insert, select

from pipeline.errors import StoreError
from pipeline.store.keys import KEY_BYTES, NONCE, OfficeKeys
from pipeline.store.schema import case_keys

_SALT = b"periksa ledger 1"


class CaseKey:
    """Seals, opens and salts for one case."""

    def __init__(self, case_id: str, key: bytes) -> None:
        self.case_id = case_id
        self._key = key
        self._salt = hmac.digest(key, _SALT, hashlib.sha256)

    def seal(self, data: bytes, what: str) -> bytes:
        """``data`` under AES-256-GCM: nonce and ciphertext, bound to this case and ``what``."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, data, self._bound(what))

    def open(self, sealed: object, what: str) -> bytes:
        """What ``seal`` was given. Raises StoreError if one bit differs."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            if not isinstance(sealed, bytes):  # somebody put text where bytes belong
                raise ValueError("no bytes")
            return AESGCM(self._key).decrypt(sealed[:NONCE], sealed[NONCE:], self._bound(what))
        except (InvalidTag, ValueError) as error:
            raise StoreError(
                "vault.altered",
                f"the {what.split()[0]} of case {self.case_id} was altered, or belongs elsewhere",
                "Run: periksa ledger verify, then restore the last backup.",
            ) from error

    def salted(self, text: str) -> str:
        """A digest for the ledger: it says nothing to whoever has not this key."""
        return hmac.digest(self._salt, _bytes(text), hashlib.sha256).hex()

    def _bound(self, what: str) -> bytes:
        return _bytes(f"case {self.case_id} {what}")


def new_case_key(connection: Connection, keys: OfficeKeys, case_id: str) -> CaseKey:
    """Make and keep a key for a case that is in the store already."""
    key = os.urandom(KEY_BYTES)
    wrapped = keys.wrap(key, _purpose(case_id))
    connection.execute(_INSERT, {"case_id": case_id, "wrapped": wrapped})
    return CaseKey(case_id, key)


def case_key(connection: Connection, keys: OfficeKeys, case_id: str) -> CaseKey:
    """The key of a case. Raises StoreError where it was destroyed or cannot be opened."""
    wrapped = connection.execute(_WRAPPED, {"wanted": case_id}).scalar()
    if wrapped is None:
        raise StoreError(
            "case.erased", f"the data of case {case_id} were erased", "Only its events remain."
        )
    return CaseKey(case_id, keys.unwrap(str(wrapped), _purpose(case_id)))


def destroy_case_key(connection: Connection, case_id: str) -> None:
    """Delete the key; what it sealed is noise from now on."""
    connection.execute(delete(case_keys).where(case_keys.c.case_id == case_id))


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")  # a text of the database may be broken


def _purpose(case_id: str) -> str:
    return f"case {case_id}"


_INSERT = insert(case_keys)
_WRAPPED = select(case_keys.c.wrapped).where(case_keys.c.case_id == bindparam("wanted"))
