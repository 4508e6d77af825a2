"""Writing: enrol, update, delete. What a call acknowledged by returning survives a kill -9.

Acknowledged means: the change was on the disk (fsync) before the call returned. A call that was
killed before may have happened or not, but never half; opening the gallery tells.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.gallery.block import Block
from pipeline.faces.gallery.change import Change, encode
from pipeline.faces.gallery.errors import EntryRefused, disk_faults
from pipeline.faces.gallery.files import WriterLock, sync_folder
from pipeline.faces.gallery.gallery import Engine, Gallery, checked
from pipeline.faces.gallery.index import Index
from pipeline.faces.gallery.log import Log
from pipeline.faces.gallery.manifest import Manifest, write_manifest
from pipeline.faces.gallery.record import Record, check_records
from pipeline.faces.gallery.repack import Batch, Packed, living, pack, to_rewrite
from pipeline.faces.gallery.seal import KeyWrapper
from pipeline.faces.gallery.segment import Matrix, SegmentWriter
from pipeline.faces.gallery.state import State, stored_blocks

FOLD_AT = 4096  # rows of the log from which they move into segments
BULK = 1024  # entries of one call from which they bypass the log


class GalleryWriter(Gallery):
    """A gallery open for changes, by one process at a time; its threads may share it.

    ``create_gallery`` and ``edit_gallery`` give one.
    """

    def __init__(
        self, folder: Path, state: State, keys: KeyWrapper, lock: WriterLock, engine: Engine
    ) -> None:
        super().__init__(folder, state, engine)
        self._keys = keys
        self._lock = lock
        self._log = Log(
            folder / state.manifest.log, state.manifest.gallery, state.sealer, state.log
        )
        self._changing = threading.Condition()
        self._busy: set[str] = set()  # ids of calls that wait for the disk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __contains__(self, name: str) -> bool:
        with self._changing:
            return name in self._state.tail_rows or name in self._index

    def close(self) -> None:
        """Let the next writer in."""
        self._log.close()
        self._lock.release()

    def enrol(self, record: Record, template: NDArray[np.float32]) -> None:
        """Add an entry. Raises EntryRefused (id taken, wrong record), GalleryError."""
        self.enrol_many([record], template[None])

    def enrol_many(self, records: Sequence[Record], templates: Matrix) -> None:
        """Add entries (``templates`` n x dimensions), all or none. Raises as ``enrol`` does."""
        check_records(records)
        rows = checked(templates, self.dimensions)
        if len(records) != len(rows):
            raise ValueError(f"{len(records)} records for {len(rows)} templates")
        names = {record.id for record in records}
        if len(names) < len(records):
            raise EntryRefused(
                "gallery.id_twice", "an id is given twice", "Give every face its id."
            )
        if len(records) >= BULK:
            self._enrol_bulk(records, rows, names)
        elif records:
            changes = [Change("enrol", *pair) for pair in zip(records, rows, strict=True)]
            self._commit(names, lambda: self._all_free(names, changes))

    def update(self, record: Record, template: NDArray[np.float32] | None = None) -> None:
        """Replace an entry's attributes, and its template if one is given.

        Raises EntryRefused (no such id, wrong record), GalleryError.
        """
        check_records([record])
        given = None if template is None else checked(template[None], self.dimensions)[0]

        def changes() -> list[Change]:
            block, row = self._standing(record.id)
            kept = block.matrix()[row] if given is None else given
            return [Change("update", record, kept, self._was(record.id))]

        self._commit({record.id}, changes)

    def delete(self, name: str) -> None:
        """Remove an entry: no search finds it again. ``fold`` erases its bytes.

        Raises EntryRefused (no such id), GalleryError.
        """

        def changes() -> list[Change]:
            self._standing(name)
            return [Change("delete", Record(name), None, self._was(name))]

        self._commit({name}, changes)

    def record_of(self, name: str) -> Record:
        """The record of an entry. Raises EntryRefused if there is none."""
        with self._changing:
            block, row = self._standing(name)
            return block.record(row)

    def fold(self) -> None:
        """Move the log into segments and erase what was deleted: no file has its bytes any more.

        What the file system keeps of old files, and backups, is beyond this. Raises GalleryError.
        """
        with self._alone():
            self._rewrite([])

    def _enrol_bulk(self, records: Sequence[Record], rows: Matrix, names: set[str]) -> None:
        with self._alone():
            self._all_free(names, [])
            self._rewrite([(rows, records)])

    def _commit(self, names: set[str], changes: Callable[[], list[Change]]) -> None:
        """Log what ``changes`` says, then do it; calls about the same id take turns."""
        if max(len(self._log), self._state.tail.rows) >= FOLD_AT:
            self.fold()  # before, not after: what is acknowledged cannot fail any more
        with self._changing:
            self._changing.wait_for(lambda: not names & self._busy)
            wanted = changes()
            self._busy |= names
        try:
            self._log.append(encode(wanted))
            with self._changing:
                for change in wanted:
                    self._index.forget(change.record.id)
                    self._state.apply(change)
        finally:
            with self._changing:
                self._busy -= names
                self._changing.notify_all()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else changes anything, and nobody waits for the disk."""
        with self._changing:
            self._changing.wait_for(lambda: not self._busy)
            yield

    @cached_property
    def _index(self) -> Index:
        return Index(self._state)

    def _all_free(self, names: set[str], changes: list[Change]) -> list[Change]:
        taken = (names & self._state.tail_rows.keys()) | self._index.known(names)
        if taken:
            raise EntryRefused(
                "gallery.id_taken",
                f"{min(taken)} is enrolled already",
                "Give another id, or replace the entry: periksa gallery update",
            )
        return changes

    def _was(self, name: str) -> tuple[str, int] | None:
        """Where an entry stands in the segments; None if it stands in the log."""
        return None if name in self._state.tail_rows else self._index.find(name)

    def _standing(self, name: str) -> tuple[Block, int]:
        """The block and row of an entry. Raises EntryRefused if there is none."""
        row = self._state.tail_rows.get(name)
        if row is not None:
            return self._state.tail, row
        place = self._index.find(name)
        if place is None:
            raise EntryRefused(
                "gallery.id_unknown", f"{name} is not enrolled", "Check the id's spelling."
            )
        return self._state.stored[place[0]], place[1]

    def _rewrite(self, added: Sequence[Batch]) -> None:
        """Make a state without log and dead rows, with ``added``; the manifest makes it true."""
        old = self._state
        growing = bool(added) or len(old.tail_rows) > 0
        touched = to_rewrite(old.stored, growing=growing)
        if not touched and not growing and not old.tail.rows:
            return
        blocks: list[Block] = [*(old.stored[name] for name in touched), old.tail]
        batches = (living(block) for block in blocks)
        writer = SegmentWriter(self.folder, old.manifest.gallery, old.sealer)
        packed = list(pack(_chained(batches, added), writer))
        self._replace(touched, packed)

    def _replace(self, touched: Sequence[str], packed: Sequence[Packed]) -> None:
        old = self._state
        kept = [entry for entry in old.manifest.segments if entry.name not in touched]
        manifest = replace(
            old.manifest,
            segments=(*kept, *(part.entry for part in packed)),
            log=f"log-{os.urandom(8).hex()}",
        )
        log = Log.create(self.folder / manifest.log, manifest.gallery, old.sealer)
        state = _state_of(self.folder, manifest, old)
        write_manifest(self.folder, manifest, old.sealer, self._keys)  # from here on it is so
        before, self._log, self._state = self._log, log, state
        before.close()
        for part in packed:
            self._index.add(part.entry.name, part.ids)
        remove_others(self.folder, manifest)


def _state_of(folder: Path, manifest: Manifest, old: State) -> State:
    """The state of a new manifest; segments that stay keep what they have loaded."""
    fresh = stored_blocks(folder, manifest, old.sealer)
    stored = {name: old.stored.get(name, block) for name, block in fresh.items()}
    return State(manifest, old.sealer, stored, old.tail.empty())


def _chained(batches: Iterator[Batch], added: Sequence[Batch]) -> Iterator[Batch]:
    yield from batches
    yield from added


def remove_others(folder: Path, manifest: Manifest) -> None:
    """Remove what a crash or the last rewriting left over; readers hold their files open."""
    kept = {manifest.log, *(entry.name for entry in manifest.segments)}
    with disk_faults(folder):
        for path in (*folder.glob("segment-*"), *folder.glob("log-*"), *folder.glob("*.new")):
            if path.name not in kept:
                path.unlink(missing_ok=True)
        sync_folder(folder)
