"""The manifest: which files a gallery consists of. Replacing it is the moment of every change
that the log does not carry; it is sealed, so that no file can be added, dropped or exchanged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.faces.gallery.errors import GalleryError, damaged, disk_faults
from pipeline.faces.gallery.files import write_whole
from pipeline.faces.gallery.seal import KeyWrapper, NotAuthentic, Sealer, about
from pipeline.json_text import canonical_json

FILE = "gallery.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment file: its name (random, so never used twice), rows and size."""

    name: str
    rows: int
    size: int  # bytes


@dataclass(frozen=True)
class Manifest:
    """What a gallery is made of; ``models`` are the digests that its templates hang on."""

    gallery: str  # a random name, in every sealed piece
    created: str  # UTC, ISO 8601
    dimensions: int
    models: Mapping[str, str]
    log: str  # the file of the changes that follow these segments
    segments: tuple[SegmentEntry, ...]

    @property
    def rows(self) -> int:
        return sum(segment.rows for segment in self.segments)


def write_manifest(folder: Path, manifest: Manifest, sealer: Sealer, keys: KeyWrapper) -> None:
    """Make ``manifest`` the gallery's state, in one step that a crash cannot halve."""
    body = {"version": VERSION, **asdict(manifest)}
    body["key"] = keys.wrap(sealer.data_key, _purpose(manifest.gallery))
    seal = sealer.seal(b"", about("manifest", canonical_json(body)))
    text = json.dumps({**body, "seal": seal.hex()}, indent=1)
    write_whole(folder / FILE, [text.encode()])


def read_manifest(folder: Path, keys: KeyWrapper) -> tuple[Manifest, Sealer]:
    """The gallery's state and what opens its files.

    Raises GalleryError (missing, damaged, newer) or StoreError for a key that does not fit.
    """
    path = folder / FILE
    try:
        with disk_faults(path):
            body = json.loads(path.read_bytes()) if path.exists() else None
        if body is None:
            raise GalleryError(
                "gallery.missing",
                f"there is no gallery in {folder}",
                "Make one: periksa gallery build DIR --gallery NAME",
            )
        if body["version"] != VERSION:
            raise _newer(path, body["version"])
        return _opened(path, body, keys)
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, f"it is no manifest ({type(error).__name__})") from error


def _opened(path: Path, body: dict[str, Any], keys: KeyWrapper) -> tuple[Manifest, Sealer]:
    seal = bytes.fromhex(body.pop("seal"))
    gallery = str(body["gallery"])
    sealer = Sealer(keys.unwrap(str(body["key"]), _purpose(gallery)))
    try:
        sealer.open(seal, about("manifest", canonical_json(body)))
    except NotAuthentic:
        raise damaged(path, "its seal does not fit what it says") from None
    manifest = Manifest(
        gallery,
        str(body["created"]),
        int(body["dimensions"]),
        dict(body["models"]),
        str(body["log"]),
        tuple(SegmentEntry(**entry) for entry in body["segments"]),
    )
    return manifest, sealer


def _purpose(gallery: str) -> str:
    return f"gallery {gallery}"


def _newer(path: Path, version: object) -> GalleryError:
    return GalleryError(
        "gallery.newer",
        f"{path} has format {version}; this version of Periksa knows format {VERSION}",
        "Update Periksa on this machine.",
    )
