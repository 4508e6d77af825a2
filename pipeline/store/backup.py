"""A backup: one tar file with a consistent copy of the database and the vault's files.

The office key and the signing key are not in it: the manifest names the key that opens the data,
so that whoever finds a backup cannot read reports or pictures.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, select

from pipeline.errors import StoreError
from pipeline.store.audit import audit
from pipeline.store.database import Store
from pipeline.store.durable import sync_folder
from pipeline.store.place import FILE
from pipeline.store.schema import SCHEMA_VERSION, vault_files
from pipeline.store.signing import PUBLIC
from pipeline.store.vault import FOLDER

FORMAT = "periksa-backup-1"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, and which keys it needs."""

    format: str
    schema: int
    time: str  # ISO 8601, UTC
    events: int
    head: str
    office_key: str  # the id of the key that wraps the cases' keys; retired ones may be needed, too
    files: dict[str, str]  # sha256 by name

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def backup_store(store: Store, file: Path) -> Manifest:
    """Write a backup while others go on working; it is verified before it gets its name.

    Raises StoreError, and then ``file`` is what it was.
    """
    database = store.path
    if database is None:
        raise StoreError(
            "store.use_pg_dump",
            f"{store.place} is backed up by PostgreSQL's own tools",
            f"Run pg_dump, and copy {store.vault.folder} after it.",
        )
    part = file.with_name(f".{file.name}.{os.urandom(6).hex()}")
    try:
        with tempfile.TemporaryDirectory(dir=store.home, prefix="backup-") as folder:
            manifest = _write(store, database, Path(folder) / FILE, part)
        part.replace(file)
        sync_folder(file.absolute().parent)
    except OSError as error:
        raise StoreError(
            "store.unwritable",
            f"the backup {file} cannot be written: {error.strerror}",
            "Name a file in a folder with room that this user may write.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(store: Store, database: Path, copy: Path, part: Path) -> Manifest:
    _copy_database(database, copy)
    with _opened(store, copy) as frozen:
        chain = audit(frozen)
        if not chain.ok:
            raise StoreError(
                "ledger.broken",
                f"{store.place} is not backed up: {chain.faults[0].message}",
                "Run: periksa ledger verify; restore the last backup.",
            )
        with frozen.reading() as connection:
            addresses = list(connection.execute(select(vault_files.c.address)).scalars())
    sources = {FILE: copy}
    public = store.keys_home / "keys" / PUBLIC
    if public.exists():
        sources[PUBLIC] = public
    sources |= {f"{FOLDER}/{address}": store.vault.file(address) for address in addresses}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    digests = {name: _digest(path) for name, path in sources.items()}
    made = Manifest(
        FORMAT, SCHEMA_VERSION, now, chain.events, chain.head, store.keys.key_id, digests
    )
    _pack(part, made, sources)
    return made


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's online backup: one state of the database, whoever writes meanwhile."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it


@contextmanager
def _opened(store: Store, copy: Path) -> Iterator[Store]:
    """The copy as a store, with the vault and the keys of ``store``."""
    engine: Engine = create_engine(f"sqlite:///{copy}")
    with Store(store.home, engine.url, engine, store.keys_home) as frozen:
        yield frozen


def _pack(part: Path, manifest: Manifest, sources: dict[str, Path]) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink:
        with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as tar:
            text = json.dumps(manifest.to_dict(), indent=1).encode()
            told = tarfile.TarInfo(MANIFEST)
            told.size = len(text)
            tar.addfile(told, io.BytesIO(text))
            for name, path in sources.items():
                tar.add(path, name, recursive=False)
        sink.flush()
        os.fsync(sink.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
