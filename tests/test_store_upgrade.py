"""A store of the first release comes up to date whole, or stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import periksa
from first_release import NAME, write_store
from raw_sqlite import opened
from specimen_reports import report_of

from pipeline.adjudication.case import open_case
from pipeline.adjudication.queue import list_cases, show_case
from pipeline.errors import StoreError
from pipeline.store import open_store
from pipeline.store.audit import audit
from pipeline.store.database import FILE
from pipeline.store.guards import altered_guards
from pipeline.store.upgrade import upgrade_store


def bytes_of(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.iterdir() if file.name.startswith(FILE))


def test_an_old_store_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    write_store(tmp_path / FILE, 1)
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "store.older"
    assert "periksa store upgrade" in caught.value.advice


def test_cases_reports_and_events_come_along(tmp_path: Path) -> None:
    ids = write_store(tmp_path / FILE, 5)
    assert NAME.encode() in bytes_of(tmp_path)
    assert upgrade_store(tmp_path, actor="admin") == (1, 2)
    assert NAME.encode() not in bytes_of(tmp_path)  # not in free pages, not in the log either
    with open_store(tmp_path) as store:
        chain = audit(store)
        assert (chain.ok, chain.events) == (True, 10)  # each case was sealed
        assert [case.id for case in list_cases(store)] == ids
        shown = show_case(store, ids[2])
        assert shown.report["portrait"]["name"] == NAME
        assert [event.kind for event in shown.events] == ["case.opened", "case.sealed"]
        with store.reading() as connection:
            assert altered_guards(connection) == []
        again = open_case(store, report_of("3"))
        assert (again.id, again.verifications) == (ids[2], 2)
        assert audit(store).ok
    assert upgrade_store(tmp_path) == (2, 2)


def shape(file: Path) -> dict[str, object]:
    """Tables with their columns, indexes and triggers, without the words of their SQL."""
    with opened(file) as connection:
        names = connection.execute(
            "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
            " AND name != 'alembic_version'"
        ).fetchall()
        tables = [name for kind, name in names if kind == "table"]
        columns = {
            name: sorted(
                row[1:3] + row[5:] for row in connection.execute(f"PRAGMA table_info({name})")
            )
            for name in tables
        }
        indexes = {
            (name, row[1], row[2], row[4])
            for name in tables
            for row in connection.execute(f"PRAGMA index_list({name})")
            if row[3] == "c"
        }
    return {"names": sorted(names), "columns": columns, "indexes": indexes}


def test_an_upgraded_store_has_the_shape_of_a_new_one(tmp_path: Path) -> None:
    write_store(tmp_path / "old" / FILE, 1)
    upgrade_store(tmp_path / "old")
    open_store(tmp_path / "new").close()
    assert shape(tmp_path / "old" / FILE) == shape(tmp_path / "new" / FILE)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE cases SET report = 'x' WHERE number = '2'", id="a report"),
        pytest.param("UPDATE cases SET report_sha256 = 'x' WHERE number = '2'", id="a digest"),
        pytest.param("DROP TRIGGER ledger_no_update; UPDATE ledger_events SET actor = 'x'",
                     id="an event"),
    ],
)  # fmt: skip
def test_what_was_altered_is_not_sealed_over(tmp_path: Path, statement: str) -> None:
    write_store(tmp_path / FILE, 3)
    with opened(tmp_path / FILE) as connection:
        connection.executescript(statement)
        before = list(connection.iterdump())
    with pytest.raises(StoreError) as caught:
        upgrade_store(tmp_path)
    assert caught.value.code == "store.not_upgraded"
    with opened(tmp_path / FILE) as connection:
        assert list(connection.iterdump()) == before


def test_the_command_says_what_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path))
    write_store(tmp_path / FILE, 1)
    refused = periksa("cases", "list", "--json")
    assert (refused.status, refused.only["error"]["code"]) == (6, "store.older")
    assert periksa("store", "upgrade", "--json").only == {"from": 1, "to": 2}
    assert periksa("ledger", "verify").status == 0
    assert "already" in periksa("store", "upgrade").out


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with opened(tmp_path / FILE) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(StoreError) as caught:
        upgrade_store(tmp_path)
    assert caught.value.code == "store.newer"


def test_nothing_becomes_a_new_store(tmp_path: Path) -> None:
    assert upgrade_store(tmp_path) == (2, 2)
    with open_store(tmp_path) as store:
        assert audit(store).ok
