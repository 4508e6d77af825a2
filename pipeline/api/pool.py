"""A bounded pool: so many verifications at once, so many waiting, and a clear no to the rest."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from pipeline.api.problems import Problem

Result = TypeVar("Result")
RETRY_SECONDS = 2  # about the time of one verification


class Busy(Problem):
    """Every worker is at work and the queue is full."""

    def __init__(self) -> None:
        super().__init__(
            503,
            "server.busy",
            "every worker is at work and the queue is full",
            "Send it again after the seconds that Retry-After names.",
            headers={"Retry-After": str(RETRY_SECONDS)},
        )


class Pool:
    """Runs blocking work in threads; OpenCV and the inference engines release the GIL."""

    def __init__(self, workers: int | None, queue: int) -> None:
        count = workers or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="verify")
        self._most = count + queue
        self._pending = 0
        self._lock = Lock()

    def refuse_if_full(self) -> None:
        """Raises Busy; asked before a body is read, so that a full server takes no memory."""
        if self._pending >= self._most:
            raise Busy

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of ``work`` from a thread. Raises Busy, and whatever ``work`` raises."""
        with self._lock:
            self.refuse_if_full()
            self._pending += 1
        future = self._threads.submit(work)
        # Not when the client goes away, but when the thread is free again.
        future.add_done_callback(self._release)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Finish what runs, drop what waits."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _release(self, _future: Future[Result]) -> None:
        with self._lock:
            self._pending -= 1
