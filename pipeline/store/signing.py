"""The office's signing key: it signs checkpoints of the ledger; its public half verifies them.

PERIKSA_HOME/keys/ledger.key has the 32 bytes of an Ed25519 key and is made at first use;
PERIKSA_SIGNING_KEY_FILE names another file. keys/ledger.pub (PEM) is what an auditor needs.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import StoreError
from pipeline.store.keys import own_key, read_key
from pipeline.store.place import home_folder

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

VARIABLE = "PERIKSA_SIGNING_KEY_FILE"
PUBLIC = "ledger.pub"


class PublicKey:
    """Verifies what the office signed."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.raw = key.public_bytes_raw()
        self.key_id = hashlib.sha256(self.raw).hexdigest()[:16]

    def verifies(self, signature: str, message: bytes) -> bool:
        """Whether ``signature``, 128 small hexadecimal digits, is the office's under it."""
        from cryptography.exceptions import InvalidSignature

        try:
            data = bytes.fromhex(signature)
            self._key.verify(data, message)
        except (InvalidSignature, ValueError):
            return False
        return data.hex() == signature

    def pem(self) -> str:
        """As a file that OpenSSL reads, too."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        data = self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return data.decode()


class SigningKey:
    """Signs for the office."""

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._key.public_key())

    def sign(self, message: bytes) -> str:
        """The signature in hexadecimal."""
        return self._key.sign(message).hex()


def signing_key(home: Path | None = None) -> SigningKey:
    """The office's signing key, made if there is none; its public half is written beside it.

    Raises StoreError.
    """
    folder = (home or home_folder()) / "keys"
    named = os.environ.get(VARIABLE, "").strip()
    key = SigningKey(read_key(Path(named)) if named else own_key(folder / "ledger.key"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / PUBLIC).exists():
            (folder / PUBLIC).write_text(key.public.pem(), encoding="ascii")
    except OSError as error:
        raise _unreadable(folder / PUBLIC, str(error.strerror)) from error
    return key


def known_public_key(home: Path) -> PublicKey | None:
    """The public key of an office that has signed before, else None. Raises StoreError."""
    file = home / "keys" / PUBLIC
    return public_key(str(file)) if file.exists() else None


def public_key(told: str) -> PublicKey:
    """A public key from a PEM file, or from its 64 hexadecimal digits. Raises StoreError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        if len(told) == 64 and not Path(told).exists():
            return PublicKey(Ed25519PublicKey.from_public_bytes(bytes.fromhex(told)))
        key = load_pem_public_key(Path(told).read_bytes())
    except OSError as error:
        raise _unreadable(Path(told), str(error.strerror)) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unreadable(Path(told), "it is no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise _unreadable(Path(told), "it is no Ed25519 key")
    return PublicKey(key)


def _unreadable(path: Path, why: str) -> StoreError:
    return StoreError(
        "keys.unreadable",
        f"the public key {path} cannot be used: {why}",
        "Name the office's ledger.pub, or its 64 hexadecimal digits.",
    )
