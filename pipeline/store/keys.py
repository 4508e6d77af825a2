"""The office key: it wraps the data keys of galleries and vaults, and never leaves this module.

PERIKSA_HOME/keys/office.key has 32 random bytes and is made at first use; PERIKSA_OFFICE_KEY_FILE
names another file (a mounted secret, say). Keys that were replaced stay in keys/retired and still
open what they wrapped.
"""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.place import home_folder

KEY_BYTES = 32
NONCE = 12
FORMAT = "k1"
VARIABLE = "PERIKSA_OFFICE_KEY_FILE"


class OfficeKeys:
    """Wraps data keys with the current key; opens those of retired ones too."""

    def __init__(self, current: bytes, retired: Iterable[bytes] = ()) -> None:
        self.key_id = key_id(current)
        self._keys = {key_id(key): key for key in (*retired, current)}

    def wrap(self, data_key: bytes, purpose: str) -> str:
        """``data_key`` sealed by AES-256-GCM: format, key id, nonce and ciphertext in one text.

        ``purpose`` is bound to it: a text that was moved elsewhere does not open.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE)
        sealed = AESGCM(self._keys[self.key_id]).encrypt(nonce, data_key, _bound(purpose))
        return f"{FORMAT}:{self.key_id}:{urlsafe_b64encode(nonce + sealed).decode()}"

    def unwrap(self, wrapped: str, purpose: str) -> bytes:
        """The data key in a text of ``wrap``. Raises StoreError."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        form, _, rest = wrapped.partition(":")
        name, _, text = rest.partition(":")
        if form != FORMAT:
            raise _refused("it is no wrapped key of this version")
        key = self._keys.get(name)
        if key is None:
            raise StoreError(
                "keys.unknown",
                f"it was sealed with the office key {name}; the one here is {self.key_id}",
                f"Bring that key back (keys/office.key, keys/retired, or {VARIABLE}); "
                "without it nobody can read these data.",
            )
        try:
            sealed = urlsafe_b64decode(text)
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(purpose))
        except (InvalidTag, ValueError) as error:
            raise _refused("it was altered, or belongs elsewhere") from error


def key_id(key: bytes) -> str:
    """The public name of a key; it tells nothing about it."""
    return hashlib.sha256(b"periksa office key" + key).hexdigest()[:16]


def office_keys(home: Path | None = None) -> OfficeKeys:
    """The office's keys; the key is made if there is none. Raises StoreError."""
    folder = (home or home_folder()) / "keys"
    named = os.environ.get(VARIABLE, "").strip()
    current = read_key(Path(named)) if named else own_key(folder / "office.key")
    retired = sorted((folder / "retired").glob("*.key"))
    return OfficeKeys(current, [read_key(path) for path in retired])


def rotate_office_key(home: Path | None = None) -> OfficeKeys:
    """A new office key; the old one retires, and what it wrapped is wrapped anew when written.

    Raises StoreError, also where PERIKSA_OFFICE_KEY_FILE says that somebody else keeps the key.
    """
    if os.environ.get(VARIABLE, "").strip():
        raise StoreError(
            "keys.foreign",
            f"the office key is the file of {VARIABLE}, not one of this program",
            "Put a copy of it into keys/retired under PERIKSA_HOME, then replace the file.",
        )
    folder = (home or home_folder()) / "keys"
    old = own_key(folder / "office.key")
    try:
        (folder / "retired").mkdir(mode=0o700, exist_ok=True)
        _make(folder / "retired" / f"{key_id(old)}.key", old)
        fresh = folder / f"office-{os.urandom(8).hex()}.key"
        _make(fresh, os.urandom(KEY_BYTES))
        fresh.replace(folder / "office.key")
        _sync(folder)
    except OSError as error:
        raise _unusable(folder, error) from error
    return office_keys(home)


def own_key(path: Path) -> bytes:
    """The key at ``path``, made if it is not there, and readable by its owner only."""
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path, os.urandom(KEY_BYTES))
        if path.stat().st_mode & 0o077:
            raise StoreError(
                "keys.exposed",
                f"other users of this machine may read {path}",
                f"Run: chmod 600 {path}, and think about who has read it.",
            )
    except OSError as error:
        raise _unusable(path, error) from error
    return read_key(path)


def _make(path: Path, key: bytes) -> None:
    """Write a key that is whole or not there; one that is there stays. Raises OSError."""
    fresh = path.parent / f"new-{os.urandom(8).hex()}"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, key)
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        path.hardlink_to(fresh)  # unlike a rename, never replaces the key of a quicker process
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from error
    if len(key) != KEY_BYTES:
        raise StoreError(
            "keys.malformed",
            f"{path} has {len(key)} bytes; an office key has {KEY_BYTES}",
            "Bring the right file back from its backup, or make a key for a new installation: "
            f"head -c {KEY_BYTES} /dev/urandom > FILE",
        )
    return key


def _bound(purpose: str) -> bytes:
    return f"{FORMAT} {purpose}".encode(errors="surrogateescape")


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        "keys.unreadable",
        f"the office key {path} cannot be used: {error.strerror}",
        f"Check the permissions of the folder, PERIKSA_HOME and {VARIABLE}.",
    )


def _refused(why: str) -> StoreError:
    return StoreError(
        "keys.refused",
        f"a data key cannot be opened: {why}",
        "Restore the last backup of the data it belongs to.",
    )
