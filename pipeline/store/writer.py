"""The one writer of a store: callers queue up, and one commit serves all who wait.

A disk syncs a hundred times a second; while it syncs, the next callers gather, and their
transactions share the next sync. Each has a savepoint of its own, so that it stands or falls alone,
and hears of it only after the commit: what was acknowledged is on the disk.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection

from pipeline.errors import StoreError

Result = TypeVar("Result")
Begin = Callable[[], AbstractContextManager[Connection]]
MOST_WAITING = 1024  # callers; the next one is told that the store is busy
MOST_AT_ONCE = 256  # transactions of one commit: it bounds what a caller waits for others
GATHERING_SECONDS = 0.002  # how long those who were just answered may take to come again
PATIENCE_SECONDS = 15.0  # how long a caller waits for a place in the queue


class Writer:
    """Runs transactions one after another in a thread of its own, many to a commit."""

    def __init__(
        self, begin: Begin, *, most_waiting: int = MOST_WAITING, most_at_once: int = MOST_AT_ONCE
    ) -> None:
        self._begin = begin
        self._most = most_at_once
        self._waiting = most_waiting
        self._room = threading.Semaphore(most_waiting)
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._door = threading.Lock()  # nobody comes in while it is being closed
        self._closed = False

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """What ``work`` returned, once it is on the disk; its own error if it raised one.

        Raises StoreError where the commit failed: then nothing of it is in the store.
        """
        result: Result = self._submit(work).result()
        return result

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """The writer's connection for a ``with``: a transaction in the caller's own thread."""
        loan = _Loan()
        future = self._submit(loan.lend)
        future.add_done_callback(lambda _: loan.given.set())
        loan.given.wait()
        if loan.connection is None:
            future.result()  # raises why there is none
        loan.failed = True  # until the block has ended well
        try:
            yield loan.taken()
            loan.failed = False
        finally:
            loan.returned.set()
            if loan.failed:
                future.exception()  # waits for the rollback; the block's own error goes on
        future.result()

    def close(self) -> None:
        """Finish what was submitted, then end. Nothing is taken afterwards."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _submit(self, work: Callable[[Connection], Any]) -> Future[Any]:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a transaction inside a transaction would wait for itself")
        if not self._room.acquire(timeout=PATIENCE_SECONDS):
            raise StoreError(
                "store.busy",
                f"{self._waiting} transactions wait for the case store already",
                "Try again in a moment; if it stays so, the disk is too slow for this office.",
            )
        job = _Job(work)
        with self._door:
            if self._closed:
                raise StoreError("store.closed", "the case store was closed", "Open it again.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
                self._thread.start()
            self._queue.put(job)
        return job.done

    def _serve(self) -> None:
        expected = 1  # as many as the last time; nobody waits for company that never comes
        while True:
            jobs = self._gather(expected)
            self._commit([job for job in jobs if job is not None])
            if None in jobs:
                return
            expected = len(jobs)

    def _gather(self, expected: int) -> list[_Job | None]:
        jobs = [self._queue.get()]
        until = time.monotonic() + GATHERING_SECONDS
        while len(jobs) < self._most:
            try:
                wait = until - time.monotonic() if len(jobs) < expected else 0.0
                jobs.append(self._queue.get(timeout=max(0.0, wait)))
            except queue.Empty:
                break
        return jobs

    def _commit(self, jobs: list[_Job]) -> None:
        if not jobs:
            return
        with _Caught() as caught, self._begin() as connection:
            for job in jobs:
                job.attempt(connection)
        for job in jobs:
            self._room.release()
            job.settle(caught.error)


@dataclass(slots=True)
class _Job:
    """One caller's transaction, and what it comes to."""

    work: Callable[[Connection], Any]
    done: Future[Any] = field(default_factory=Future)
    result: Any = None
    error: BaseException | None = None

    def attempt(self, connection: Connection) -> None:
        connection.exec_driver_sql("SAVEPOINT caller")
        with _Caught() as caught:
            self.result = self.work(connection)
        self.error = caught.error
        if caught.error is not None:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT caller")
        connection.exec_driver_sql("RELEASE SAVEPOINT caller")

    def settle(self, fate: BaseException | None) -> None:
        """Tell the caller; ``fate`` is what happened to the whole commit."""
        error = self.error or fate
        if error is None:
            self.done.set_result(self.result)
        else:
            self.done.set_exception(error)


class _Caught:
    """``with _Caught() as caught:`` keeps what was raised for the thread that it concerns."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        self.error = error
        return True


class _Abandoned(Exception):
    """The borrower's own thread knows why."""


class _Loan:
    """A connection that goes to the caller's thread and comes back."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.given = threading.Event()
        self.returned = threading.Event()
        self.failed = False

    def lend(self, connection: Connection) -> None:
        self.connection = connection
        self.given.set()
        self.returned.wait()
        if self.failed:
            raise _Abandoned

    def taken(self) -> Connection:
        if self.connection is None:
            raise RuntimeError("nothing was lent")
        return self.connection
