"""Restoring a backup: everything is verified before anything is replaced."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from pipeline.errors import StoreError
from pipeline.store.audit import audit
from pipeline.store.backup import FORMAT, MANIFEST, Manifest
from pipeline.store.database import Store, is_file
from pipeline.store.durable import sync_folder
from pipeline.store.keys import VARIABLE
from pipeline.store.place import FILE, database_url, home_folder
from pipeline.store.schema import SCHEMA_VERSION
from pipeline.store.signing import PUBLIC
from pipeline.store.sqlite import sqlite_engine
from pipeline.store.vault import FOLDER


def restore_store(file: Path, home: Path | None = None, *, replace: bool = False) -> Manifest:
    """Put the backup in place of the store in ``home``; the old one is moved aside, not deleted.

    The digests, the chain, the cases and the keys are verified first. Raises StoreError, and then
    nothing was replaced. Nobody may work with the store meanwhile.
    """
    place = home or home_folder()
    url = database_url(home)
    if not is_file(url):
        raise _refused("PERIKSA_DATABASE_URL names a server; pg_restore restores it")
    database = Path(url.database or "")
    if database.exists() and not replace:
        raise StoreError(
            "store.exists",
            f"there is a store already: {database}",
            "Stop the server, then give --replace; the old store is moved aside.",
        )
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _told_as_ours(file), tempfile.TemporaryDirectory(dir=place, prefix="restore-") as folder:
        manifest = _unpack(file, Path(folder))
        _verify(Path(folder), place, manifest)
        _put_in_place(Path(folder), place, database)
    return manifest


@contextmanager
def _told_as_ours(file: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, json.JSONDecodeError, UnicodeDecodeError, TypeError) as error:
        raise _refused(f"{file} is no backup of this program") from error
    except OSError as error:
        raise _refused(f"{file} cannot be restored: {error.strerror}") from error


def _unpack(file: Path, folder: Path) -> Manifest:
    with tarfile.open(file, "r:") as tar:
        members = {member.name: member for member in tar.getmembers() if member.isfile()}
        manifest = _manifest(tar, members)
        if set(members) != {MANIFEST, *manifest.files}:
            raise _refused("its files are not those of its manifest")
        for name, digest in manifest.files.items():
            _extract(tar, members[name], _target(folder, name), digest)
    return manifest


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> Manifest:
    source = tar.extractfile(members[MANIFEST]) if MANIFEST in members else None
    told: Any = json.load(source) if source else {}
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _refused("it is no backup of this program")
    manifest = Manifest(**told)
    if not isinstance(manifest.files, dict) or not isinstance(manifest.schema, int):
        raise _refused("its manifest is malformed")
    if manifest.schema != SCHEMA_VERSION:
        raise StoreError(
            "store.newer" if manifest.schema > SCHEMA_VERSION else "store.older",
            f"the backup has schema {manifest.schema}, this version needs {SCHEMA_VERSION}",
            "Restore it with the version that wrote it.",
        )
    return manifest


def _target(folder: Path, name: str) -> Path:
    """Where a member goes; a name that we do not write is refused."""
    kind, _, address = name.partition("/")
    if name in (FILE, PUBLIC):
        return folder / name
    if kind == FOLDER and len(address) == 64 and address.isalnum():
        return folder / FOLDER / address[:2] / address
    raise _refused(f"it holds {name!r}")


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path, digest: str) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = tar.extractfile(member)
    if source is None:
        raise _refused(f"{member.name} cannot be read")
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with source, os.fdopen(handle, "w+b") as sink:
        shutil.copyfileobj(source, sink)
        sink.flush()
        os.fsync(sink.fileno())
        sink.seek(0)
        if hashlib.file_digest(sink, "sha256").hexdigest() != digest:
            raise _refused(f"{member.name} is not what the manifest says")


def _verify(folder: Path, place: Path, manifest: Manifest) -> None:
    named = os.environ.get(VARIABLE, "").strip()
    if not named and not (place / "keys" / "office.key").exists():  # none is made in its stead
        raise _refused(f"the office key {manifest.office_key} is not in {place / 'keys'}")
    (place / "keys").mkdir(mode=0o700, exist_ok=True)
    if (folder / PUBLIC).exists() and not (place / "keys" / PUBLIC).exists():
        shutil.copy(folder / PUBLIC, place / "keys" / PUBLIC)
    url = URL.create("sqlite", database=str(folder / FILE))
    with Store(folder, url, sqlite_engine(url), place) as store:
        chain = audit(store)
        store.compact()
    if not chain.ok:
        raise _refused(chain.faults[0].message)
    if (chain.events, chain.head) != (manifest.events, manifest.head):
        raise _refused("its ledger is not the one that its manifest names")


def _put_in_place(folder: Path, place: Path, database: Path) -> None:
    aside = place / f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.urandom(3).hex()}"
    aside.mkdir(mode=0o700)
    for old in (database, *(Path(f"{database}-{end}") for end in ("wal", "shm")), place / FOLDER):
        if old.exists():
            old.replace(aside / old.name)
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / FILE).replace(database)
    if (folder / FOLDER).exists():
        (folder / FOLDER).replace(place / FOLDER)
    if not any(aside.iterdir()):
        aside.rmdir()
    sync_folder(place)
    sync_folder(database.parent)


def _refused(why: str) -> StoreError:
    return StoreError(
        "store.not_restored",
        f"nothing was replaced: {why}",
        "Try another backup; bring back the office key that the manifest names.",
    )
