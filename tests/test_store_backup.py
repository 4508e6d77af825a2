"""A backup is one state, verified; a restore replaces nothing before all of it is proven."""

from __future__ import annotations

import io
import random
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import periksa
from specimen_reports import report_of

from pipeline.adjudication.case import open_case
from pipeline.adjudication.queue import list_cases, show_case
from pipeline.errors import StoreError
from pipeline.store import open_store
from pipeline.store.audit import audit
from pipeline.store.backup import backup_store
from pipeline.store.checkpoints import sign_checkpoint
from pipeline.store.database import FILE
from pipeline.store.reads import keep_evidence, read_evidence
from pipeline.store.restore import restore_store
from pipeline.store.signing import signing_key

PICTURE = b"picture" * 99


@pytest.fixture
def office(tmp_path: Path) -> Path:
    home = tmp_path / "office"
    with open_store(home) as store:
        for number in range(3):
            case = open_case(store, report_of(str(number), name="SITI CONTOH"))
            keep_evidence(store, case.id, PICTURE + bytes([number]), actor="budi")
        sign_checkpoint(store, signing_key(home))
    return home


@pytest.fixture
def backup(office: Path, tmp_path: Path) -> Path:
    file = tmp_path / "backup.tar"
    with open_store(office) as store:
        backup_store(store, file)
    return file


def with_keys(office: Path, home: Path) -> Path:
    """A new machine, to which the office key was brought."""
    (home / "keys").mkdir(mode=0o700, parents=True)
    key = home / "keys" / "office.key"
    key.write_bytes((office / "keys" / "office.key").read_bytes())
    key.chmod(0o600)
    return home


def test_a_new_machine_with_the_office_key_has_everything(
    office: Path, backup: Path, tmp_path: Path
) -> None:
    home = with_keys(office, tmp_path / "new")
    made = restore_store(backup, home)
    assert made.events == 6
    with open_store(office) as old, open_store(home) as new:
        assert list_cases(new) == list_cases(old)
        assert audit(new) == audit(old)
        assert audit(new).ok
        case = list_cases(new)[1]
        assert show_case(new, case.id).report["application"]["number"] == "1"
        with new.reading() as connection:
            query = "SELECT sha256 FROM vault_files WHERE case_id = ?"
            digest = connection.exec_driver_sql(query, (case.id,)).scalar()
        assert read_evidence(new, case.id, digest, actor="siti") == PICTURE + b"\x01"
    assert sorted(path.name for path in home.iterdir() if path.is_dir()) == ["keys", "vault"]


def test_a_backup_is_private_and_says_nothing(office: Path, backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    data = backup.read_bytes()
    assert b"SITI" not in data
    assert (office / "keys" / "office.key").read_bytes() not in data


def test_a_backup_during_work_is_one_state(office: Path, tmp_path: Path) -> None:
    with open_store(office) as store:
        ending = threading.Event()

        def work() -> None:
            number = 100
            while not ending.is_set():
                case = open_case(store, report_of(str(number)))
                keep_evidence(store, case.id, PICTURE + str(number).encode(), actor="budi")
                number += 1

        worker = threading.Thread(target=work)
        worker.start()
        made = [backup_store(store, tmp_path / f"{n}.tar") for n in range(3)]
        ending.set()
        worker.join()
    for number, manifest in enumerate(made):
        home = with_keys(office, tmp_path / f"home-{number}")
        assert restore_store(tmp_path / f"{number}.tar", home) == manifest


def repacked(file: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    with tarfile.open(file) as tar:
        parts = {name: tar.extractfile(name).read() for name in tar.getnames()}
    change(parts)
    with tarfile.open(file, "w") as tar:
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def put(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda file: repacked(file, lambda parts: parts.update({name: data}))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda file: file.write_bytes(b""), id="empty"),
        pytest.param(lambda file: file.write_bytes(b"x" * 5000), id="no tar"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:50_000]), id="cut"),
        pytest.param(lambda file: file.unlink(), id="not there"),
        pytest.param(put("manifest.json", b"{}"), id="an empty manifest"),
        pytest.param(put("manifest.json", b"[]"), id="a manifest that is a list"),
        pytest.param(put("../evil", b"x"), id="a name that leads out"),
        pytest.param(put(FILE, b"x" * 4096), id="another database"),
        pytest.param(
            lambda file: repacked(file, lambda parts: parts.popitem()), id="a file left out"
        ),
    ],
)
def test_a_spoilt_backup_replaces_nothing(
    office: Path, backup: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(backup)
    before = {path: path.read_bytes() for path in office.rglob("*") if path.is_file()}
    with pytest.raises(StoreError) as caught:
        restore_store(backup, office, replace=True)
    assert caught.value.code == "store.not_restored"
    assert {path: path.read_bytes() for path in office.rglob("*") if path.is_file()} == before


def test_one_flipped_bit_of_a_backup_is_refused_or_padding(
    office: Path, backup: Path, tmp_path: Path
) -> None:
    data, chance = backup.read_bytes(), random.Random(3)
    home = with_keys(office, tmp_path / "new")
    refused = 0
    for bit in chance.sample(range(8 * len(data)), 20):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        backup.write_bytes(changed)
        try:
            restore_store(backup, home, replace=True)
        except StoreError:
            refused += 1
            continue
        with open_store(home) as store:  # a bit that says nothing: tar's padding and times
            assert audit(store).ok
    assert refused >= 12


def test_a_store_that_is_there_is_moved_aside(office: Path, backup: Path) -> None:
    with open_store(office) as store:
        open_case(store, report_of("later"))
    with pytest.raises(StoreError) as caught:
        restore_store(backup, office)
    assert caught.value.code == "store.exists"
    restore_store(backup, office, replace=True)
    with open_store(office) as store:
        assert len(list_cases(store)) == 3
        assert audit(store).ok
    (aside,) = office.glob("replaced-*")
    assert (aside / FILE).exists()
    assert (aside / "vault").is_dir()


def test_without_the_office_key_nothing_is_replaced(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        restore_store(backup, tmp_path / "new")
    assert caught.value.code == "store.not_restored"
    assert not [path for path in (tmp_path / "new").rglob("*") if path.is_file()]


def test_a_broken_store_is_not_backed_up(office: Path, tmp_path: Path) -> None:
    with open_store(office) as store:
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE cases SET office = 'elsewhere'")
        with pytest.raises(StoreError) as caught:
            backup_store(store, tmp_path / "b.tar")
    assert caught.value.code == "ledger.broken"
    assert not list(tmp_path.glob("*.tar"))


def test_the_commands(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERIKSA_HOME", str(office))
    made = periksa("store", "backup", tmp_path / "b.tar", "--json").only
    assert made["events"] == 6
    assert periksa("store", "restore", tmp_path / "b.tar").status == 6
    assert periksa("store", "restore", "--replace", tmp_path / "b.tar", "--json").only[
        "head"
    ] == made["head"]  # fmt: skip
    assert periksa("ledger", "verify").status == 0
    done = periksa("store", "backup", tmp_path / "no" / "b.tar", "--json")
    assert (done.status, done.only["error"]["code"]) == (6, "store.unwritable")
