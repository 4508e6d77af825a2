"""Opening: for searching, for changes, or a new gallery."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from pipeline.faces.gallery.errors import GalleryError, disk_faults
from pipeline.faces.gallery.files import WriterLock, sync_folder
from pipeline.faces.gallery.gallery import Engine, Gallery
from pipeline.faces.gallery.log import Log
from pipeline.faces.gallery.manifest import FILE, Manifest, write_manifest
from pipeline.faces.gallery.seal import KEY_BYTES, KeyWrapper, Sealer
from pipeline.faces.gallery.state import load_state
from pipeline.faces.gallery.writer import GalleryWriter, remove_others

LOCK = "lock"


def is_gallery(folder: Path) -> bool:
    """Whether there is a gallery in ``folder``."""
    return (folder / FILE).exists()


def open_gallery(
    folder: Path, keys: KeyWrapper, models: Mapping[str, str], *, engine: Engine = "auto"
) -> Gallery:
    """The gallery in ``folder`` for searching, as it is at this moment.

    ``models`` are the digests of what makes the templates. Raises GalleryError if it is missing,
    damaged or of other models, StoreError if the key does not fit, EngineMissing.
    """
    state = load_state(folder, keys)
    _check_models(folder, state.manifest.models, models)
    return Gallery(folder, state, engine)


def _check_models(folder: Path, made_with: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Raise GalleryError if templates of these two sets of models cannot be compared."""
    if dict(made_with) == dict(now):
        return
    names = sorted({*made_with, *now})
    differing = [name for name in names if made_with.get(name) != now.get(name)]
    raise GalleryError(
        "gallery.other_model",
        f"the gallery {folder} was made with other models: {', '.join(differing)}",
        "Templates of two models cannot be compared: choose the policy with the gallery's models, "
        "or build a new gallery from the pictures: periksa gallery build DIR --gallery NAME",
    )


def create_gallery(
    folder: Path, keys: KeyWrapper, models: Mapping[str, str], *, dimensions: int
) -> GalleryWriter:
    """A new, empty gallery in ``folder``. Raises GalleryError if one is there."""
    with disk_faults(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)
    with ExitStack() as undo:
        lock = WriterLock(folder / LOCK)
        undo.callback(lock.release)
        if is_gallery(folder):
            raise GalleryError(
                "gallery.exists",
                f"there is a gallery in {folder} already",
                "Give another name, or add to it: periksa gallery enrol",
            )
        sealer = Sealer(os.urandom(KEY_BYTES))
        manifest = Manifest(
            gallery=os.urandom(16).hex(),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            dimensions=dimensions,
            models=dict(models),
            log=f"log-{os.urandom(8).hex()}",
            segments=(),
        )
        Log.create(folder / manifest.log, manifest.gallery, sealer).close()
        write_manifest(folder, manifest, sealer, keys)
        made = GalleryWriter(folder, load_state(folder, keys), keys, lock, "auto")
        undo.pop_all()
    return made


def edit_gallery(
    folder: Path, keys: KeyWrapper, models: Mapping[str, str], *, engine: Engine = "auto"
) -> GalleryWriter:
    """The gallery in ``folder``, open for changes.

    Raises GalleryError if it is missing, damaged, of other models, or if another process writes.
    """
    if not is_gallery(folder):
        load_state(folder, keys)  # says that it is missing, without making a file
    with ExitStack() as undo:
        lock = WriterLock(folder / LOCK)
        undo.callback(lock.release)
        state = load_state(folder, keys)
        _check_models(folder, state.manifest.models, models)
        remove_others(folder, state.manifest)
        opened = GalleryWriter(folder, state, keys, lock, engine)
        undo.pop_all()
    return opened
