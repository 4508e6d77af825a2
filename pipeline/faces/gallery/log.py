"""The log: changes that are on the disk when ``append`` returns, whatever happens next.

A frame is length, sequence number, CRC-32 of both (16 bytes), then the sealed payload. The seal is
bound to gallery, file and sequence number, so that no frame can be altered, moved or left out; only
the newest ones can be cut off, by whoever may write to the folder.

Threads that append at the same time share one write and one fsync (group commit).
"""

from __future__ import annotations

import os
import struct
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.faces.gallery.errors import GalleryError, damaged, disk_faults
from pipeline.faces.gallery.files import write_all, write_whole
from pipeline.faces.gallery.seal import NotAuthentic, Sealer, about

_FIELDS = struct.Struct("<IQ")
_HEAD = struct.Struct("<IQI")
_SECTOR = 512  # the least that a disk writes at once


@dataclass(frozen=True)
class LogState:
    """What a log holds: the payloads that are whole, and the bytes after the last of them.

    ``torn`` bytes are a write that a crash cut short, so it was never acknowledged.
    """

    payloads: tuple[bytes, ...]
    end: int
    torn: int


def read_log(path: Path, gallery: str, sealer: Sealer) -> LogState:
    """Every whole frame. Raises GalleryError where bytes are not those that were written."""
    with disk_faults(path):
        data = path.read_bytes()
    payloads: list[bytes] = []
    place = 0
    while place < len(data):
        frame = _frame(data, place, len(payloads))
        if frame is None:
            if not _is_torn(data, place):
                raise damaged(path, f"its bytes from {place:,} are not those that were written")
            break
        try:
            payload = sealer.open(frame, about(gallery, path.name, len(payloads)))
        except NotAuthentic:
            if not _is_torn(data, place):
                raise damaged(path, f"entry {len(payloads)} was altered") from None
            break
        payloads.append(payload)
        place += _HEAD.size + len(frame)
    return LogState(tuple(payloads), place, len(data) - place)


def _frame(data: bytes, place: int, sequence: int) -> memoryview | None:
    """The sealed payload of the frame at ``place``; None if its head is wrong or it is short."""
    if len(data) - place < _HEAD.size:
        return None
    length, number, crc = _HEAD.unpack_from(data, place)
    end = place + _HEAD.size + length
    if crc != zlib.crc32(data[place : place + _FIELDS.size]) or number != sequence:
        return None
    return memoryview(data)[place + _HEAD.size : end] if end <= len(data) else None


def _is_torn(data: bytes, place: int) -> bool:
    """Whether the bytes from ``place`` look like a write that a crash cut short.

    A killed process leaves the beginning of a frame; a power cut may leave sectors of zeros, which
    sealed bytes never have. Anything else was altered.
    """
    if len(data) - place < _HEAD.size:
        return True
    length, _, crc = _HEAD.unpack_from(data, place)
    announced = crc == zlib.crc32(data[place : place + _FIELDS.size])
    if announced and place + _HEAD.size + length > len(data):
        return True
    if not any(data[place:]):
        return True
    first = -(-place // _SECTOR) * _SECTOR
    sectors = range(first, len(data) - _SECTOR + 1, _SECTOR)
    return any(not any(data[start : start + _SECTOR]) for start in sectors)


class Log:
    """The open log of the one writer. ``append`` may be called from several threads."""

    def __init__(self, path: Path, gallery: str, sealer: Sealer, state: LogState) -> None:
        self._path = path
        self._gallery = gallery
        self._sealer = sealer
        self._end = state.end
        self._next = len(state.payloads)
        self._waiting: list[bytes] = []
        self._done = 0  # frames that are on the disk or failed, since this log was opened
        self._queued = 0
        self._writing = False
        self._broken: GalleryError | None = None
        self._turn = threading.Condition()
        with disk_faults(path):
            self._handle = os.open(path, os.O_WRONLY)
            if state.torn:
                os.ftruncate(self._handle, self._end)
                os.fsync(self._handle)
            os.lseek(self._handle, self._end, os.SEEK_SET)

    @classmethod
    def create(cls, path: Path, gallery: str, sealer: Sealer) -> Log:
        """A new, empty log."""
        write_whole(path, [])
        return cls(path, gallery, sealer, LogState((), 0, 0))

    def __len__(self) -> int:
        """How many frames it has."""
        return self._next

    def append(self, payload: bytes) -> None:
        """Returns when ``payload`` is on the disk. Raises GalleryError, for good, if it is not."""
        with self._turn:
            if self._broken:
                raise self._broken
            self._waiting.append(self._framed(payload))
            self._queued += 1
            mine = self._queued
            while self._done < mine and self._writing:
                self._turn.wait()
            if self._done < mine:  # nobody is writing: this thread does it for all who wait
                self._writing = True
                batch, self._waiting = self._waiting, []
            else:
                batch = []
        if batch:
            self._write(batch)
        with self._turn:
            if self._broken:
                raise self._broken

    def _framed(self, payload: bytes) -> bytes:
        name = about(self._gallery, self._path.name, self._next)
        sealed = self._sealer.seal(payload, name)
        fields = _FIELDS.pack(len(sealed), self._next)
        self._next += 1
        return fields + struct.pack("<I", zlib.crc32(fields)) + sealed

    def _write(self, batch: list[bytes]) -> None:
        failure = None
        try:
            with disk_faults(self._path):
                write_all(self._handle, b"".join(batch))
                os.fdatasync(self._handle)
        except GalleryError as error:
            failure = error  # whether the bytes are there is unknown: only opening again tells
        with self._turn:
            self._broken = self._broken or failure
            self._done += len(batch)
            self._writing = False
            self._turn.notify_all()

    def close(self) -> None:
        """Give the file back."""
        os.close(self._handle)
