"""The vault: the evidence of every case, sealed with the case's own key, one file a picture.

A file is named after the sha256 of what it holds (nonce and ciphertext), so that its name says
nothing about the picture and anybody can tell whether it is whole.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from pipeline.errors import StoreError
from pipeline.store.case_keys import CaseKey
from pipeline.store.durable import write_durably
from pipeline.store.schema import vault_files

FOLDER = "vault"


class Vault:
    """The files under ``folder``; which case they belong to stands in the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, connection: Connection, key: CaseKey, data: bytes) -> str:
        """Seal ``data`` for the case and keep it; its sha256. What is there already stays.

        The file is on the disk before the row is: a crash between leaves a file nobody names.
        Append an event with ``records.told_of_case`` in the same transaction. Raises StoreError.
        """
        digest = hashlib.sha256(data).hexdigest()
        if self._address(connection, key.case_id, digest) is None:
            sealed = key.seal(data, f"evidence {digest}")
            address = hashlib.sha256(sealed).hexdigest()
            self._write(address, sealed)
            row = {"address": address, "case_id": key.case_id, "sha256": digest}
            connection.execute(insert(vault_files).values(row))
        return digest

    def read(self, connection: Connection, key: CaseKey, digest: str) -> bytes:
        """The evidence with this sha256. Raises StoreError where it is missing or altered.

        For people go through ``reads.read_evidence``, which leaves an event.
        """
        address = self._address(connection, key.case_id, digest)
        if address is None:
            raise StoreError(
                "vault.unknown",
                f"case {key.case_id} has no evidence {digest}",
                f"List it with: periksa cases show {key.case_id}",
            )
        return key.open(self._sealed(address), f"evidence {digest}")

    def faults(self, connection: Connection, case_id: str) -> list[str]:
        """What is wrong with the files of a case, without opening them."""
        query = select(vault_files.c.address).where(vault_files.c.case_id == case_id)
        wrong = []
        for address in map(str, connection.execute(query).scalars()):
            try:
                sealed = self._sealed(address)
            except StoreError:
                wrong.append(f"the vault file {address} is missing")
                continue
            if hashlib.sha256(sealed).hexdigest() != address:
                wrong.append(f"the vault file {address} was altered")
        return wrong

    def forget(self, connection: Connection, case_id: str) -> list[Path]:
        """Take the case's rows away; the files to delete once that is committed."""
        mine = vault_files.c.case_id == case_id
        found = connection.execute(select(vault_files.c.address).where(mine)).scalars().all()
        connection.execute(delete(vault_files).where(mine))
        return [self.file(address) for address in found]

    def file(self, address: str) -> Path:
        """Where the file of an address lies."""
        return self.folder / address[:2] / address

    def _address(self, connection: Connection, case_id: str, digest: str) -> str | None:
        query = select(vault_files.c.address).where(
            vault_files.c.case_id == case_id, vault_files.c.sha256 == digest
        )
        return connection.execute(query).scalar()

    def _sealed(self, address: str) -> bytes:
        try:
            return self.file(address).read_bytes()
        except (OSError, ValueError) as error:
            raise StoreError(
                "vault.missing",
                f"the vault file {address} cannot be read",
                "Run: periksa ledger verify, then restore the last backup.",
            ) from error

    def _write(self, address: str, sealed: bytes) -> None:
        file = self.file(address)
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(file, sealed)
        except OSError as error:
            raise StoreError(
                "vault.unwritable",
                f"the vault {self.folder} cannot be written: {error.strerror}",
                "Free space on the disk, or check the permissions of the folder.",
            ) from error
