"""Files that are whole or not there, and one writer at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable
from pathlib import Path

from pipeline.faces.gallery.errors import GalleryError, disk_faults

BUSY_SECONDS = 15.0  # how long a writer waits for another one
Bytes = bytes | memoryview


def write_whole(path: Path, parts: Iterable[Bytes]) -> None:
    """Write a file so that after a crash it is there with every byte, or not at all."""
    with disk_faults(path):
        fresh = path.with_suffix(path.suffix + ".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            for part in parts:
                write_all(handle, part)
            os.fsync(handle)
        finally:
            os.close(handle)
        fresh.replace(path)
        sync_folder(path.parent)


def write_all(handle: int, data: Bytes) -> None:
    """Write every byte; the system may take fewer at a time. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync_folder(folder: Path) -> None:
    """Make names that were added to or removed from a folder survive a crash."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class WriterLock:
    """Holds a gallery for one writer; the system gives it back when the process dies."""

    def __init__(self, path: Path, *, wait: float | None = None) -> None:
        with disk_faults(path):
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + (BUSY_SECONDS if wait is None else wait)
        while not self._taken():
            if time.monotonic() > deadline:
                os.close(self._handle)
                raise GalleryError(
                    "gallery.locked",
                    f"another program is writing to the gallery {path.parent}",
                    "Wait for it to end, then try again.",
                )
            time.sleep(0.02)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let the next writer in."""
        os.close(self._handle)
