"""The one writer: many callers to a commit, each with its own result or its own error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from pipeline.errors import StoreError
from pipeline.store import Store, open_store
from pipeline.store.audit import audit
from pipeline.store.ledger import append
from pipeline.store.writer import Writer

Work = Callable[[Connection], object]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def event(name: str) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        return append(connection, kind="test", case_id=None, actor=name, payload={}).seq

    return work


def actors(store: Store) -> list[str]:
    with store.reading() as connection:
        rows = connection.execute(text("SELECT actor FROM ledger_events ORDER BY seq"))
        return list(rows.scalars())


@contextmanager
def held(store: Store) -> Iterator[None]:
    """While the writer is lent out, everybody who comes must wait, and shares the next commit."""
    with store.writing():
        yield


def test_a_caller_gets_what_its_work_returned(store: Store) -> None:
    assert [store.write(event(name)) for name in "abc"] == [1, 2, 3]
    assert actors(store) == list("abc")


def gathered(store: Store, works: list[Work]) -> list[object]:
    """Run ``works`` so that all wait together; what each came to."""

    def run(work: Work) -> object:
        try:
            return store.write(work)
        except (RuntimeError, StoreError) as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        with held(store):
            futures = [pool.submit(run, work) for work in works]
            deadline = threading.Event()
            while store._writer._queue.qsize() < len(works):
                deadline.wait(0.005)
        return [future.result(timeout=30) for future in futures]


def test_many_callers_share_a_commit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write(event("first"))
    commits: list[int] = []
    begin = store._writer._begin

    @contextmanager
    def counted() -> Iterator[Connection]:
        with begin() as connection:
            yield connection
        commits.append(1)

    monkeypatch.setattr(store._writer, "_begin", counted)
    results = gathered(store, [event(f"{n}") for n in range(20)])
    assert sorted(results) == list(range(2, 22))
    assert len(commits) <= 2  # the loan that held them up, and theirs
    assert audit(store).events == 21


def test_one_callers_error_is_its_own(store: Store) -> None:
    def refused(connection: Connection) -> None:
        event("never")(connection)
        raise RuntimeError("after its event")

    def by_the_database(connection: Connection) -> None:
        connection.execute(text("UPDATE ledger_events SET actor = 'x'"))

    store.write(event("before"))
    results = gathered(store, [event("a"), refused, event("b"), by_the_database, event("c")])
    assert [type(result) for result in results] == [int, RuntimeError, int, StoreError, int]
    assert results[3].code == "store.refused"
    assert sorted(actors(store)) == ["a", "b", "before", "c"]
    assert audit(store).ok


def test_a_commit_that_fails_fails_for_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = store._writer._begin

    @contextmanager
    def breaking() -> Iterator[Connection]:
        with begin() as connection:
            yield connection
            raise StoreError("store.disk", "the disk is full", "free space")

    store.write(event("before"))
    monkeypatch.setattr(store._writer, "_begin", breaking)
    with pytest.raises(StoreError, match="disk is full"):
        store.write(event("a"))
    with pytest.raises(StoreError, match="disk is full"), store.writing() as connection:
        event("b")(connection)
    monkeypatch.undo()
    assert actors(store) == ["before"]
    assert store.write(event("after")) == 2


def test_nothing_is_acknowledged_before_the_commit(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    begin = store._writer._begin

    @contextmanager
    def noted() -> Iterator[Connection]:
        with begin() as connection:
            yield connection
        order.append("committed")

    monkeypatch.setattr(store._writer, "_begin", noted)
    store.write(event("a"))
    order.append("acknowledged")
    with store.writing() as connection:
        event("b")(connection)
    order.append("acknowledged")
    assert order == ["committed", "acknowledged"] * 2


def test_a_with_is_a_transaction_too(store: Store) -> None:
    with store.writing() as connection:
        event("kept")(connection)
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        assert event("lost")(connection) / 0
    assert actors(store) == ["kept"]


def test_the_queue_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.writer.PATIENCE_SECONDS", 0.05)
    writer = Writer(store._begin, most_waiting=2)
    with ThreadPoolExecutor(1) as pool:
        with writer.lent():
            waiting = pool.submit(writer.run, event("second"))
            while writer._queue.qsize() < 1:
                threading.Event().wait(0.005)
            with pytest.raises(StoreError) as caught:
                writer.run(event("third"))
        assert waiting.result() == 1
    assert caught.value.code == "store.busy"
    writer.close()


def test_a_transaction_inside_a_transaction_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        store.write(lambda _: store.write(event("inner")))


def test_closing_finishes_what_was_submitted(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(store.write, event(str(n))) for n in range(8)]
        while not any(future.done() for future in futures):
            threading.Event().wait(0.005)
        store.close()
    kept = [future.result() for future in futures if not future.exception()]
    refused = [future.exception() for future in futures if future.exception()]
    assert all(isinstance(error, StoreError) for error in refused)
    with pytest.raises(StoreError, match="closed"):
        store.write(event("late"))
    with open_store(tmp_path) as again:
        assert len(actors(again)) == len(kept)
