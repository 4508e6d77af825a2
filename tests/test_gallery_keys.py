"""The office key: made once, private, and nothing opens without it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store.keys import KEY_BYTES, VARIABLE, OfficeKeys, office_keys, rotate_office_key

SECRET = b"s" * KEY_BYTES


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_the_key_is_made_at_first_use_and_stays(tmp_path: Path) -> None:
    wrapped = office_keys(tmp_path).wrap(SECRET, "gallery 1")
    path = tmp_path / "keys" / "office.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert len(path.read_bytes()) == KEY_BYTES
    assert [file.name for file in path.parent.iterdir()] == ["office.key"]
    assert office_keys(tmp_path).unwrap(wrapped, "gallery 1") == SECRET


def test_a_wrapped_key_shows_neither_key(tmp_path: Path) -> None:
    keys = office_keys(tmp_path)
    wrapped = keys.wrap(SECRET, "p")
    form, name, _ = wrapped.split(":")
    assert (form, name) == ("k1", keys.key_id)
    assert keys.wrap(SECRET, "p") != wrapped  # a nonce of its own each time
    assert (tmp_path / "keys" / "office.key").read_bytes().hex()[:16] != name


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(office_keys(tmp_path).key_id))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        pytest.param(lambda text: text[:-3] + "AAA", "keys.refused", id="another end"),
        pytest.param(lambda text: text.replace("k1:", "k9:"), "keys.refused", id="another format"),
        pytest.param(lambda text: text[:40], "keys.refused", id="cut"),
        pytest.param(lambda _text: "nonsense", "keys.refused", id="nonsense"),
        pytest.param(lambda text: text[:20] + "é" + text[21:], "keys.refused", id="no base64"),
        pytest.param(
            lambda text: f"k1:{'0' * 16}:{text.split(':')[2]}", "keys.unknown", id="another key"
        ),
    ],
)
def test_what_was_altered_does_not_open(spoil: Callable[[str], str], code: str) -> None:
    keys = OfficeKeys(b"k" * 32)
    with pytest.raises(StoreError) as caught:
        keys.unwrap(spoil(keys.wrap(SECRET, "p")), "p")
    assert caught.value.code == code
    assert caught.value.advice


def test_a_wrapped_key_serves_one_purpose() -> None:
    keys = OfficeKeys(b"k" * 32)
    with pytest.raises(StoreError, match="belongs elsewhere"):
        keys.unwrap(keys.wrap(SECRET, "gallery a"), "gallery b")


def test_a_mounted_secret_is_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"m" * KEY_BYTES)
    path.chmod(0o444)  # as container platforms mount it
    monkeypatch.setenv(VARIABLE, str(path))
    assert office_keys(tmp_path).key_id == OfficeKeys(b"m" * KEY_BYTES).key_id
    assert not (tmp_path / "keys" / "office.key").exists()
    with pytest.raises(StoreError) as caught:
        rotate_office_key(tmp_path)
    assert caught.value.code == "keys.foreign"


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        pytest.param(lambda path: path.write_bytes(b"short"), "keys.malformed", id="too short"),
        pytest.param(lambda path: path.chmod(0o640), "keys.exposed", id="others may read it"),
        pytest.param(
            lambda path: (path.unlink(), path.mkdir(mode=0o700)), "keys.unreadable", id="a folder"
        ),
    ],
)
def test_a_key_that_cannot_be_used(
    tmp_path: Path, prepare: Callable[[Path], object], code: str
) -> None:
    office_keys(tmp_path)
    prepare(tmp_path / "keys" / "office.key")
    with pytest.raises(StoreError) as caught:
        office_keys(tmp_path)
    assert caught.value.code == code


def test_a_missing_secret_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(StoreError) as caught:
        office_keys(tmp_path)
    assert caught.value.code == "keys.unreadable"


def test_a_retired_key_still_opens(tmp_path: Path) -> None:
    old = office_keys(tmp_path)
    wrapped = old.wrap(SECRET, "p")
    new = rotate_office_key(tmp_path)
    assert new.key_id != old.key_id
    assert office_keys(tmp_path).unwrap(wrapped, "p") == SECRET
    assert new.wrap(SECRET, "p").split(":")[1] == new.key_id
    with pytest.raises(StoreError):
        old.unwrap(new.wrap(SECRET, "p"), "p")
    names = sorted(path.name for path in (tmp_path / "keys").rglob("*"))
    assert names == sorted(["office.key", "retired", f"{old.key_id}.key"])
