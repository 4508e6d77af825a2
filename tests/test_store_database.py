"""The case store: opened, refused with a remedy, shared, and whole after a kill."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from raw_sqlite import opened
from specimen_reports import report_of

from pipeline.adjudication.case import open_case
from pipeline.adjudication.queue import list_cases, show_case
from pipeline.errors import StoreError, exit_status
from pipeline.store import home_folder, open_store
from pipeline.store.audit import audit
from pipeline.store.database import FILE

ROOT = Path(__file__).resolve().parent.parent


def test_the_home_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path / "deep" / "er"))
    with open_store() as store:
        assert store.path == tmp_path / "deep" / "er" / FILE
    monkeypatch.delenv("PERIKSA_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert home_folder() == tmp_path / "periksa"


def test_only_this_user_may_read_the_reports(tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        open_case(store, report_of())
        modes = {path.name: path.stat().st_mode & 0o077 for path in store.path.parent.iterdir()}
    assert modes
    assert not any(modes.values())
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0


def test_a_transaction_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, store.reading() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def a_file_in_the_way(home: Path) -> None:
    home.write_text("no folder")


def a_folder_named_like_the_database(home: Path) -> None:
    (home / FILE).mkdir(parents=True)


def garbage(home: Path) -> None:
    home.mkdir()
    (home / FILE).write_bytes(b"this is no database at all, but long enough to look like one" * 99)


def of_another_program(home: Path) -> None:
    home.mkdir()
    with opened(home / FILE) as connection:
        connection.execute("CREATE TABLE recipes (name)")


def of_a_newer_version(home: Path) -> None:
    open_store(home).close()
    with opened(home / FILE) as connection:
        connection.execute("UPDATE schema_version SET version = 99")


def cut_in_half(home: Path) -> None:
    with open_store(home) as store:
        for number in range(30):
            open_case(store, report_of(str(number)))
    data = (home / FILE).read_bytes()
    (home / FILE).write_bytes(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        pytest.param(a_file_in_the_way, "store.unwritable", id="home is a file"),
        pytest.param(a_folder_named_like_the_database, "store.unwritable", id="file is a folder"),
        pytest.param(garbage, "store.corrupt", id="garbage"),
        pytest.param(of_another_program, "store.foreign", id="another program's"),
        pytest.param(of_a_newer_version, "store.newer", id="written by a newer version"),
        pytest.param(cut_in_half, "store.corrupt", id="cut in half"),
    ],
)
def test_a_store_that_cannot_be_used_names_its_remedy(
    tmp_path: Path, spoil: object, code: str
) -> None:
    home = tmp_path / "home"
    spoil(home)
    with pytest.raises(StoreError) as caught, open_store(home) as store:
        audit(store)
    assert caught.value.code == code
    assert str(home) in caught.value.message
    assert caught.value.advice
    assert exit_status(caught.value) == 6


def test_a_store_that_another_program_holds_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.sqlite.BUSY_SECONDS", 0.2)
    open_store(tmp_path).close()
    holder = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with open_store(tmp_path) as store:
            assert list_cases(store) == ()  # reading goes on
            with pytest.raises(StoreError) as caught:
                open_case(store, report_of())
    finally:
        holder.close()
    assert caught.value.code == "store.locked"


@pytest.mark.parametrize(
    "url", ["mysql://desk:s3cret@host/periksa", "postgresql://", "::", "sqlite://"]
)
def test_another_database_is_refused_and_its_password_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PERIKSA_DATABASE_URL", url)
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "store.unsupported"
    assert "s3cret" not in caught.value.message
    assert not list(tmp_path.iterdir())


def test_a_sqlite_address_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERIKSA_DATABASE_URL", f"sqlite:///{tmp_path}/desk.db")
    with open_store() as store:
        assert store.path == tmp_path / "desk.db"


def test_a_transaction_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise RuntimeError("between the case and its event")

    with open_store(tmp_path) as store:
        monkeypatch.setattr("pipeline.adjudication.case.append", refuse)
        with pytest.raises(RuntimeError):
            open_case(store, report_of())
        assert list_cases(store) == ()
        assert audit(store).events == 0


def test_threads_share_a_store(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:

        def work(name: int) -> None:
            for number in range(5):
                open_case(store, report_of(f"{name}-{number}"))

        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list_cases(store)) == 20
        assert audit(store).to_dict() | {"head": ""} == {
            "ok": True, "events": 20, "head": "", "faults": [],
        }  # fmt: skip


def test_processes_that_start_together_make_one_store(tmp_path: Path) -> None:
    script = "from pathlib import Path; from pipeline.store import open_store; import sys\n"
    script += "open_store(Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", script, str(tmp_path / "home")]
    started = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from raw_sqlite import opened
from specimen_reports import report_of
from pipeline.adjudication.case import open_case
from pipeline.store import open_store
with open_store(Path(sys.argv[1])) as store:
    for number in range(100_000):
        print(open_case(store, report_of(f"{sys.argv[2]}-{number}")).id, flush=True)
"""


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    for round_ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(round_)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        with writer:
            assert writer.stdout is not None
            acknowledged.update(writer.stdout.readline().strip() for _ in range(15 + 7 * round_))
            os.kill(writer.pid, signal.SIGKILL)
            rest = writer.stdout.read().split("\n")[:-1]  # what was said before the kill came
            acknowledged.update(rest)
        assert writer.returncode == -signal.SIGKILL
    with open_store(tmp_path) as store:
        kept = {case.id for case in list_cases(store, limit=10**6)}
        chain = audit(store)
        assert acknowledged <= kept
        assert chain.ok
        assert chain.events == len(kept)
        assert show_case(store, min(acknowledged)).events
