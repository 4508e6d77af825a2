"""The vault: sealed, whole or refused, and gone for good once a case is erased."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import periksa
from specimen_reports import report_of
from sqlalchemy import update

from pipeline.adjudication.case import AdjudicationCase, open_case
from pipeline.adjudication.queue import list_cases, show_case
from pipeline.errors import StoreError
from pipeline.store import Store, open_store
from pipeline.store.audit import audit
from pipeline.store.erasing import erase_case
from pipeline.store.ledger import events_of
from pipeline.store.reads import keep_evidence, read_evidence
from pipeline.store.schema import metadata

PICTURE = b"\xff\xd8 a portrait of SITI CONTOH " * 50


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def case(store: Store) -> AdjudicationCase:
    return open_case(store, report_of("1104-77", name="SITI CONTOH"))


def everything(home: Path) -> bytes:
    files = [path for path in home.rglob("*") if path.is_file() and path.parent.name != "keys"]
    return b"".join(path.read_bytes() for path in files)


def kinds(store: Store, case_id: str) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(event.kind, event.actor) for event in events_of(connection, case_id)]


def test_what_is_kept_comes_back_and_each_look_is_an_event(
    store: Store, case: AdjudicationCase, tmp_path: Path
) -> None:
    digest = keep_evidence(store, case.id, PICTURE, actor="budi")
    assert digest == hashlib.sha256(PICTURE).hexdigest()
    assert read_evidence(store, case.id, digest, actor="siti") == PICTURE
    show_case(store, case.id, actor="wati")
    assert kinds(store, case.id) == [
        ("case.opened", "system"), ("evidence.kept", "budi"), ("case.read", "siti"),
        ("case.read", "wati"),
    ]  # fmt: skip
    assert b"SITI" not in everything(tmp_path)
    assert audit(store).ok
    files = [path for path in (tmp_path / "vault").rglob("*") if path.is_file()]
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in files] == [files[0].name]
    assert files[0].stat().st_mode & 0o077 == 0


def test_the_same_picture_is_kept_once_a_case(store: Store, case: AdjudicationCase) -> None:
    other = open_case(store, report_of("8"))
    for where in (case, case, other):
        keep_evidence(store, where.id, PICTURE, actor="budi")
    files = [path for path in store.vault.folder.rglob("*") if path.is_file()]
    assert len(files) == 2  # cases share no file: they share no key


def test_the_ledger_does_not_tell_whose_picture_it_was(
    store: Store, case: AdjudicationCase
) -> None:
    digest = keep_evidence(store, case.id, PICTURE, actor="budi")
    with store.reading() as connection:
        text = json.dumps([event.to_dict() for event in events_of(connection, case.id)])
    assert digest not in text
    assert case.report_sha256 not in text
    assert "a" * 64 not in text  # the portrait's digest in the report


def no_file(path: Path) -> None:
    path.unlink()


def one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


@pytest.mark.parametrize(
    ("spoil", "code"),
    [(no_file, "vault.missing"), (one_bit, "vault.altered"), (cut, "vault.altered")],
)
def test_a_spoilt_file_is_refused_and_found(
    store: Store, case: AdjudicationCase, spoil: Callable[[Path], None], code: str
) -> None:
    digest = keep_evidence(store, case.id, PICTURE, actor="budi")
    (file,) = (path for path in store.vault.folder.rglob("*") if path.is_file())
    spoil(file)
    with pytest.raises(StoreError) as caught:
        read_evidence(store, case.id, digest, actor="siti")
    assert caught.value.code == code
    assert "vault file" in audit(store).faults[0].message


def test_a_file_of_another_case_does_not_open(store: Store, case: AdjudicationCase) -> None:
    other = open_case(store, report_of("8"))
    digest = keep_evidence(store, case.id, PICTURE, actor="budi")
    keep_evidence(store, other.id, PICTURE, actor="budi")
    with store.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TEMP TABLE x AS SELECT case_id, address FROM vault_files"
        )
        connection.exec_driver_sql("UPDATE vault_files SET sha256 = case_id")
        connection.exec_driver_sql(
            "UPDATE vault_files SET case_id = (SELECT x.case_id FROM x WHERE x.case_id != "
            "vault_files.case_id), sha256 = ?",
            (digest,),
        )
    with pytest.raises(StoreError) as caught:
        read_evidence(store, case.id, digest, actor="siti")
    assert caught.value.code == "vault.altered"


def test_an_erased_case_is_gone_and_its_ledger_holds(
    store: Store, case: AdjudicationCase, tmp_path: Path
) -> None:
    other = open_case(store, report_of("8"))
    digest = keep_evidence(store, case.id, PICTURE, actor="budi")
    with store.reading() as connection:
        wrapped = connection.exec_driver_sql("SELECT wrapped FROM case_keys").scalars().first()
    assert wrapped.encode() in everything(tmp_path)
    erase_case(store, case.id, actor="admin", reason="retention rule 4")
    for gone in (wrapped.encode(), b"1104-77", digest.encode(), case.report_sha256.encode()):
        assert gone not in everything(tmp_path)  # neither in free pages nor in the log
    assert not [path for path in store.vault.folder.rglob("*") if path.is_file()]
    for read in (
        lambda: show_case(store, case.id),
        lambda: read_evidence(store, case.id, digest, actor="siti"),
        lambda: keep_evidence(store, case.id, PICTURE, actor="siti"),
        lambda: erase_case(store, case.id, actor="admin", reason="again"),
    ):
        with pytest.raises(StoreError) as caught:
            read()
        assert caught.value.code == "case.erased"
    assert [each.id for each in list_cases(store)] == [other.id]
    assert show_case(store, other.id).report["application"]["number"] == "8"
    assert audit(store).ok
    assert kinds(store, case.id)[-1] == ("case.erased", "admin")
    fresh = open_case(store, report_of("1104-77"))  # the person may apply again
    assert fresh.id != case.id


def test_a_change_of_an_erased_case_shows(store: Store, case: AdjudicationCase) -> None:
    erase_case(store, case.id, actor="admin", reason="retention rule 4")
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE cases SET office = 'elsewhere'")
    assert "erased case was altered" in audit(store).faults[0].message


def test_the_command_erases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path))
    with open_store() as store:
        case = open_case(store, report_of())
    assert periksa("store", "erase", case.id).status == 2  # a reason is needed
    assert periksa("store", "erase", case.id, "--reason", "rule 4", "--json").only["erased"]
    assert periksa("cases", "list", "--json").out == ""
    done = periksa("store", "erase", "nothing", "--reason", "rule 4", "--json")
    assert (done.status, done.only["error"]["code"]) == (6, "case.not_found")
    assert periksa("ledger", "verify").status == 0


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("cases", "number"), ("cases", "office"), ("cases", "type"), ("cases", "state"),
        ("cases", "priority"), ("cases", "opened_at"), ("cases", "verified_at"),
        ("cases", "verifications"), ("cases", "report_sha256"), ("cases", "erased_at"),
        ("vault_files", "sha256"), ("case_keys", "wrapped"),
    ],
)  # fmt: skip
def test_no_column_can_be_changed_unseen(
    store: Store, case: AdjudicationCase, table: str, column: str
) -> None:
    keep_evidence(store, case.id, PICTURE, actor="budi")
    value = "decided" if column == "state" else 7
    with store.writing() as connection:
        connection.execute(update(metadata.tables[table]).values({column: value}))
    assert audit(store).faults[0].kind == "case"
