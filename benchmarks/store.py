"""How many events a second does the store take from 32 clients, against one commit an event?

Both ways append the same events through the same functions to stores of their own, in rounds that
take turns, so that a busy disk hits both alike. A latency is what one client waits for one event.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from benchmarks._history import append as remember
from pipeline.store import Store, open_store
from pipeline.store.audit import audit
from pipeline.store.ledger import append
from pipeline.store.writer import Begin, Writer

CLIENTS = 32


def main() -> None:
    """Measure, print, remember."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=640, help="a round, a way")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--home", type=Path, help="a folder on the disk to measure")
    parser.add_argument("--slower-ms", type=float, default=0.0, help="pretend a slower disk")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.home) as folder:
        figures = measure(Path(folder), given.events, given.rounds, given.slower_ms)
    for name, value in figures.items():
        print(f"{name:28} {value}")
    remember("store", figures)


def measure(folder: Path, events: int, rounds: int, slower_ms: float) -> dict[str, object]:
    """Events a second and latencies in ms of both ways, medians over the rounds."""
    with open_store(folder / "group") as group, open_store(folder / "single") as single:
        group._writer = Writer(slowed(group, slower_ms))
        single._writer = Writer(slowed(single, slower_ms), most_at_once=1)
        ways = {"group": group, "single": single}
        rates: dict[str, list[float]] = {name: [] for name in ways}
        waits: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(rounds + 1):
            for name, store in ways.items():
                rate, each = load(store, events)
                if number:  # the first round warms both
                    rates[name].append(rate)
                    waits[name].extend(each)
        whole = all(audit(store).events == events * (rounds + 1) for store in ways.values())
    ratios = [a / b for a, b in zip(rates["group"], rates["single"], strict=True)]
    return {
        "disk_sync_ms": round(sync_ms(folder), 2),
        "slowed_by_ms": slower_ms,
        "clients": CLIENTS,
        "events_a_round": events,
        "rounds": rounds,
        "group_events_s": round(statistics.median(rates["group"])),
        "single_events_s": round(statistics.median(rates["single"])),
        "ratio_median": round(statistics.median(ratios), 1),
        "ratio_worst": round(min(ratios), 1),
        **{
            f"{name}_p{percent}_ms": round(at(waits[name], percent), 1)
            for name in ways
            for percent in (50, 99)
        },
        "every_event_there": whole,
    }


def slowed(store: Store, slower_ms: float) -> Begin:
    """The store's own transactions, each with a disk that takes so much longer to sync."""

    @contextmanager
    def begin() -> Iterator[Connection]:
        with store._begin() as connection:
            yield connection
        time.sleep(slower_ms / 1e3)

    return begin


def sync_ms(folder: Path) -> float:
    """What the disk takes for one fsync of 4 KiB, median of 50: it bounds what sharing can gain."""
    times = []
    with (folder / "sync").open("wb") as sink:
        for _ in range(50):
            sink.write(bytes(4096))
            sink.flush()
            began = time.perf_counter()
            os.fsync(sink.fileno())
            times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)


def at(values: list[float], percent: int) -> float:
    """The percentile of ``values`` in ms."""
    return 1e3 * sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def load(store: Store, events: int) -> tuple[float, list[float]]:
    """Events a second when CLIENTS append as fast as they are acknowledged, and their waits."""
    waits: list[float] = []

    def client(name: str) -> None:
        for _ in range(events // CLIENTS):
            began = time.perf_counter()
            store.write(
                lambda connection: append(
                    connection, kind="bench", case_id=name, actor="bench", payload={"n": 1}
                )
            )
            waits.append(time.perf_counter() - began)

    threads = [threading.Thread(target=client, args=(f"c{n}",)) for n in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return events / (time.perf_counter() - began), waits


if __name__ == "__main__":
    main()
