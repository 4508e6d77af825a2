"""The same promises on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from specimen_reports import report_of
from sqlalchemy import text

from benchmarks._postgres import Server, postgres
from pipeline.adjudication.case import open_case
from pipeline.adjudication.queue import list_cases, show_case
from pipeline.errors import StoreError
from pipeline.findings import Outcome
from pipeline.store import Store, open_store
from pipeline.store.audit import audit
from pipeline.store.backup import backup_store
from pipeline.store.checkpoints import sign_checkpoint
from pipeline.store.erasing import erase_case
from pipeline.store.export import export_lines, prove
from pipeline.store.offline import verify_file
from pipeline.store.reads import keep_evidence, read_evidence
from pipeline.store.signing import signing_key

GUARDS = {
    "sqlite": ["DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete"],
    "postgresql": ["ALTER TABLE ledger_events DISABLE TRIGGER ALL",
                   "GRANT UPDATE, DELETE ON ledger_events TO CURRENT_USER"],
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def home(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    if kind == "postgresql":
        url = request.getfixturevalue("server").new_database()
        monkeypatch.setenv("PERIKSA_DATABASE_URL", url)
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with open_store(home) as opened:
        yield opened


def test_cases_are_kept_renewed_listed_and_shown(store: Store, kind: str) -> None:
    with store.reading() as connection:
        assert connection.dialect.name == kind
    for number, outcome in enumerate(["pass", "review", "fail"]):
        open_case(store, report_of(str(number), Outcome(outcome), name="SITI CONTOH"))
    assert [case.number for case in list_cases(store)] == ["1", "2", "0"]
    again = open_case(store, report_of("1", Outcome.PASS, name="SITI CONTOH"))
    assert again.verifications == 2
    shown = show_case(store, again.id, actor="wati")
    assert shown.report["portrait"]["name"] == "SITI CONTOH"
    assert [event.kind for event in shown.events] == ["case.opened", "case.verified_again"]
    state = audit(store)
    assert (state.ok, state.events) == (True, 5)


def test_the_store_is_there_when_opened_again(home: Path) -> None:
    with open_store(home) as store:
        case = open_case(store, report_of("1"))
    with open_store(home) as store:
        assert [each.id for each in list_cases(store)] == [case.id]


def test_stations_write_side_by_side(home: Path) -> None:
    """Two stores on one database, as two programs have them; four threads each."""
    with open_store(home) as one, open_store(home) as other:

        def work(store: Store, name: int) -> None:
            for number in range(5):
                open_case(store, report_of(f"{name}-{number}"))

        threads = [
            threading.Thread(target=work, args=((one, other)[name % 2], name)) for name in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list_cases(one)) == 40
        state = audit(one)
        assert (state.ok, state.events) == (True, 40)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_events SET actor = 'x' WHERE seq = 1",
        "DELETE FROM ledger_events WHERE seq = 1",
        "INSERT INTO ledger_events VALUES (99, 't', 'k', NULL, 'a', '{}', 'p', 'h')",
        "UPDATE ledger_checkpoints SET head = 'x'",
        "DELETE FROM ledger_checkpoints",
    ],
)
def test_the_database_refuses_to_change_the_ledger(
    store: Store, home: Path, statement: str
) -> None:
    open_case(store, report_of())
    sign_checkpoint(store, signing_key(home))
    with pytest.raises(StoreError) as caught, store.writing() as connection:
        connection.execute(text(statement))
    assert caught.value.code == "store.refused"
    assert audit(store).ok


def test_what_was_done_behind_its_back_is_named(store: Store, kind: str) -> None:
    for number in range(3):
        open_case(store, report_of(str(number)))
    with store.writing() as connection:
        for statement in (*GUARDS[kind], "UPDATE ledger_events SET actor = 'x' WHERE seq = 2"):
            connection.execute(text(statement))
    fault = audit(store).faults[0]
    assert (fault.kind, fault.seq) == ("altered", 2)


def test_a_changed_case_is_named(store: Store) -> None:
    open_case(store, report_of())
    with store.writing() as connection:
        connection.execute(text("UPDATE cases SET outcome = 'review'"))
    assert "outcome was altered" in audit(store).faults[0].message


def test_one_callers_error_leaves_the_others(store: Store) -> None:
    errors: list[StoreError] = []

    def bad() -> None:
        try:
            store.write(lambda connection: connection.execute(text("DELETE FROM ledger_events")))
        except StoreError as error:
            errors.append(error)

    open_case(store, report_of("first"))
    with store.writing():  # everybody waits, and shares the next commit
        threads = [threading.Thread(target=bad)]
        threads += [
            threading.Thread(target=open_case, args=(store, report_of(str(n)))) for n in range(4)
        ]
        for thread in threads:
            thread.start()
        while store._writer._queue.qsize() < len(threads):
            threading.Event().wait(0.005)
    for thread in threads:
        thread.join()
    assert [error.code for error in errors] == ["store.refused"]
    assert len(list_cases(store)) == 5
    assert audit(store).ok


def test_evidence_export_proof_and_erasure(store: Store, home: Path) -> None:
    case = open_case(store, report_of("77"))
    digest = keep_evidence(store, case.id, b"picture", actor="budi")
    assert read_evidence(store, case.id, digest, actor="siti") == b"picture"
    erase_case(store, case.id, actor="admin", reason="rule 4")
    with pytest.raises(StoreError) as caught:
        show_case(store, case.id)
    assert caught.value.code == "case.erased"
    key = signing_key(home)
    assert sign_checkpoint(store, key).size == 4
    (home / "export").write_text("".join(export_lines(store)))
    (home / "proof").write_text(prove(store, 2))
    assert verify_file(home / "export", key.public).events == 4
    assert verify_file(home / "proof", key.public).proves == 2
    assert audit(store).ok


def test_a_newer_schema_is_refused(home: Path) -> None:
    with open_store(home) as store, store.writing() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    with pytest.raises(StoreError) as caught:
        open_store(home)
    assert caught.value.code == "store.newer"


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_server_is_backed_up_by_its_own_tools(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        backup_store(store, tmp_path / "b.tar")
    assert caught.value.code == "store.use_pg_dump"


def test_a_server_that_was_killed_is_found_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERIKSA_DATABASE_URL", server.new_database())
    with open_store(tmp_path) as store:
        open_case(store, report_of("1"))
        server.kill()
        with pytest.raises(StoreError) as caught:
            open_case(store, report_of("2"))
        assert caught.value.code == "store.unreachable"
        server.start()
        open_case(store, report_of("2"))
        assert audit(store).events == 2


def test_a_connection_that_is_lost_fails_for_all_who_shared_it(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERIKSA_DATABASE_URL", server.new_database())
    codes: list[str] = []
    end = text("SELECT pg_terminate_backend(pg_backend_pid())")

    def work(number: int) -> None:
        try:
            if number == 2:
                store.write(lambda connection: connection.execute(end))
            open_case(store, report_of(str(number)))
        except StoreError as error:
            codes.append(error.code)

    with open_store(tmp_path) as store:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
        with store.writing():
            for thread in threads:
                thread.start()
            while store._writer._queue.qsize() < len(threads):
                threading.Event().wait(0.005)
        for thread in threads:
            thread.join()
        assert codes == ["store.unreachable"] * 5
        assert list_cases(store) == ()
        open_case(store, report_of("after"))
        assert audit(store).events == 1


def test_no_server_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgresql://desk:s3cret@/periksa?host={tmp_path}"
    monkeypatch.setenv("PERIKSA_DATABASE_URL", url)
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "store.unreachable"
    assert "s3cret" not in caught.value.message + caught.value.advice
