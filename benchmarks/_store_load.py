"""Clients that open cases in one store until they are killed, and what must be true afterwards.

``python -m benchmarks._store_load HOME NAME`` writes a line ``number id`` for every case that was
acknowledged, as soon as it was.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from types import SimpleNamespace

from sqlalchemy import select

from pipeline.adjudication.case import open_case
from pipeline.errors import StoreError
from pipeline.findings import Outcome
from pipeline.store import open_store
from pipeline.store.audit import audit
from pipeline.store.schema import cases, ledger_events

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8


def main() -> None:
    """Open cases from CLIENTS threads until somebody ends this process, or the store fails."""
    home, name = Path(sys.argv[1]), sys.argv[2]
    with open_store(home) as store:

        def client(number: int) -> None:
            for turn in range(10**9):
                try:
                    case = open_case(store, report(f"{name}-{number}-{turn}"))
                except StoreError:  # the server was killed; nothing was acknowledged
                    return
                os.write(1, f"{case.number} {case.id}\n".encode())

        threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def report(number: str) -> SimpleNamespace:
    """As much of a verification report as a case needs."""
    picture = SimpleNamespace(name="portrait.jpg", sha256="a" * 64)
    return SimpleNamespace(
        application=SimpleNamespace(number=number, office="Kanim Contoh", type="renewal_adult"),
        outcome=Outcome.REVIEW,
        picture=picture,
        documents=(),
        policy=SimpleNamespace(digest="p" * 64),
        to_dict=lambda: {"number": number, "findings": []},
    )


def load_and_kill(
    home: Path, name: str, chance: Random, victim: Callable[[int], None] | None = None
) -> dict[str, str]:
    """Start clients, kill them at a random moment of their work; what they had acknowledged.

    ``victim`` kills something else instead, given the clients' process id.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks._store_load", str(home), name],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    ) as clients:  # fmt: skip
        if clients.stdout is None:
            raise RuntimeError("no pipe")
        lines = [clients.stdout.readline() for _ in range(chance.randrange(1, 60))]
        time.sleep(chance.uniform(0, 0.03))
        (victim or (lambda pid: os.kill(pid, signal.SIGKILL)))(clients.pid)
        rest = clients.stdout.read()
    whole = "".join(lines) + rest
    told = whole[: whole.rfind("\n") + 1].splitlines()
    return dict(line.split() for line in told)


def faults(home: Path, acknowledged: Mapping[str, str]) -> list[str]:
    """What is lost, doubled or broken in the store, given everything ever acknowledged."""
    with open_store(home) as store:
        state = audit(store)
        with store.reading() as connection:
            kept = connection.execute(select(cases.c.number, cases.c.id)).all()
            opened = connection.execute(select(ledger_events.c.case_id)).scalars().all()
    found = [fault.message for fault in state.faults]
    ids = {row.number: row.id for row in kept}
    found += [f"case {n} lost" for n, case_id in acknowledged.items() if ids.get(n) != case_id]
    found += [f"case {n} doubled" for n, times in _often(row.number for row in kept)]
    found += [f"event of {case_id} doubled" for case_id, _ in _often(opened)]
    if set(opened) != {row.id for row in kept}:
        found.append("cases and events differ")
    return found


def _often(values: object) -> list[tuple[str, int]]:
    return [(value, times) for value, times in Counter(values).items() if times > 1]


if __name__ == "__main__":
    main()
