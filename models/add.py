"""Adding a user's own model: checked, run once, copied, and described by a card.

A model appears whole with its card, or not at all.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from models.cards import NAME, Kind, ModelCard, read_card
from models.catalogue import added_folder, weights
from models.describe import Wishes, described, refused
from models.faces.detectors import DEFAULT as OUR_DETECTOR
from models.faces.embedders import OURS
from models.install import folder_lock


def add_model(
    file: Path, name: str, kind: Kind, wishes: Wishes, *, licence: str, source: str
) -> ModelCard:
    """Copy ``file`` into the model folder with a card. Raises AddRefused or another ModelError."""
    _usable_name(name)
    data = _read(file, wishes.sha256)
    with folder_lock():
        folder = added_folder()
        folder.mkdir(exist_ok=True)
        if (folder / f"{name}.toml").exists():
            raise refused("exists", f"there is a model {name} already", f"models remove {name}")
        with tempfile.TemporaryDirectory(dir=folder, prefix=".add-") as scratch:
            copy = Path(scratch) / f"{name}.onnx"
            _write(copy, data)
            card = described(copy, name, kind, wishes)
            card = replace(
                card, sha256=hashlib.sha256(data).hexdigest(), licence=licence, source=source
            )
            written = Path(scratch) / f"{name}.toml"
            _write(written, card.to_toml().encode())
            read_card(written)  # what is written must be readable
            copy.replace(folder / copy.name)
            written.replace(folder / written.name)  # with its card the model is there
    return card


def remove_model(name: str) -> Path:
    """Remove a model that was added, with its card; returns where it lay. Raises AddRefused."""
    with folder_lock():
        folder = added_folder()
        card, model = folder / f"{name}.toml", folder / f"{name}.onnx"
        if not NAME.fullmatch(name) or not card.exists():
            raise refused("not_added", f"no model {name!r} was added", "models list --group added")
        card.unlink()
        model.unlink(missing_ok=True)
    return model


def _usable_name(name: str) -> None:
    taken = {*OURS, OUR_DETECTOR, *(each.name for each in weights() if each.group != "added")}
    if not NAME.fullmatch(name) or name in taken:
        raise refused(
            "name",
            f"{name!r} cannot be the name of an added model",
            "models add with another --name: small letters, digits, dots, dashes; not one of ours",
        )


def _read(file: Path, sha256: str | None) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise refused(
            "unreadable", f"{file} cannot be read: {error.strerror}", "models add with its path"
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if sha256 is not None and found != sha256.lower():
        raise refused(
            "digest",
            f"{file} has sha256 {found}, not {sha256}",
            "models add with the file that its publisher names",
        )
    return data


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
