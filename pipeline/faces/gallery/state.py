"""State: a gallery as its files say it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.faces.gallery.block import Block, StoredBlock, Tail
from pipeline.faces.gallery.change import Change, decode
from pipeline.faces.gallery.errors import GalleryError, damaged
from pipeline.faces.gallery.log import LogState, read_log
from pipeline.faces.gallery.manifest import FILE, Manifest, read_manifest
from pipeline.faces.gallery.seal import KeyWrapper, Sealer
from pipeline.faces.gallery.segment import Segment

NO_LOG = LogState((), 0, 0)
ATTEMPTS = 5  # to open while another process replaces files; each fold takes longer than one


@dataclass
class State:
    """Segments, and the tail that the log adds to them."""

    manifest: Manifest
    sealer: Sealer
    stored: dict[str, StoredBlock]
    tail: Tail
    log: LogState = NO_LOG
    tail_rows: dict[str, int] = field(default_factory=dict)  # of the entries that stand in the log

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (*self.stored.values(), self.tail)

    def __len__(self) -> int:
        return sum(block.rows - len(block.dead) for block in self.blocks)

    def apply(self, change: Change) -> None:
        """Do to the memory what the log says.

        The new row comes before the old one goes: a search beside it may see both, never neither.
        """
        name = change.record.id
        old = self.tail_rows.get(name)
        if change.template is not None:
            self.tail_rows[name] = self.tail.add(change.record, change.template)
        elif old is not None:
            del self.tail_rows[name]
        if change.was is not None:
            self.stored[change.was[0]].kill(change.was[1])
        elif change.kind != "enrol":
            self.tail.kill(_known(old))


def load_state(folder: Path, keys: KeyWrapper) -> State:
    """The newest state. Raises GalleryError or StoreError."""
    for attempt in range(ATTEMPTS):
        seen = _fingerprint(folder)
        try:
            return _load(folder, keys)
        except GalleryError:
            if attempt == ATTEMPTS - 1 or _fingerprint(folder) == seen:
                raise  # no writer replaced the files meanwhile
    raise AssertionError


def stored_blocks(folder: Path, manifest: Manifest, sealer: Sealer) -> dict[str, StoredBlock]:
    """The segments of a manifest, mapped and not yet loaded. Raises GalleryError."""
    return {
        entry.name: StoredBlock(
            Segment(folder, manifest.gallery, sealer, entry, manifest.dimensions)
        )
        for entry in manifest.segments
    }


def _load(folder: Path, keys: KeyWrapper) -> State:
    manifest, sealer = read_manifest(folder, keys)
    stored = stored_blocks(folder, manifest, sealer)
    path = folder / manifest.log
    log = read_log(path, manifest.gallery, sealer)
    state = State(manifest, sealer, stored, Tail(manifest.dimensions), log)
    try:
        for payload in log.payloads:
            for change in decode(payload, manifest.dimensions):
                state.apply(change)
    except (ValueError, KeyError) as error:
        raise damaged(path, f"its changes do not fit the segments ({error!r})") from error
    return state


def _known(row: int | None) -> int:
    if row is None:
        raise ValueError("a change of an entry that is not there")
    return row


def _fingerprint(folder: Path) -> bytes | None:
    path = folder / FILE
    return path.read_bytes() if path.exists() else None
