"""Does a kill -9 under load lose or double anything that was acknowledged? Is a flipped bit found?

Kills: 100 on SQLite; 20 on PostgreSQL, where client and server are killed in turn. Bits: 1,000 of
an exported ledger, 1,000 of the database file; a bit of the file that changes no row is told apart
by comparing everything that the database holds.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random

from benchmarks._history import append as remember
from benchmarks._postgres import Server, postgres
from benchmarks._store_load import faults, load_and_kill, report
from pipeline.adjudication.case import open_case
from pipeline.errors import StoreError
from pipeline.store import open_store
from pipeline.store.audit import audit
from pipeline.store.checkpoints import sign_checkpoint
from pipeline.store.export import export_lines
from pipeline.store.offline import verify_file
from pipeline.store.place import FILE
from pipeline.store.reads import keep_evidence
from pipeline.store.signing import signing_key

DATABASE = "PERIKSA_DATABASE_URL"


def main() -> None:
    """Kill, flip, print, remember."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sqlite", type=int, default=100, help="kills")
    parser.add_argument("--postgres", type=int, default=20, help="kills")
    parser.add_argument("--bits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ.pop(DATABASE, None)
    figures: dict[str, object] = {"seed": given.seed}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        figures |= bits(home / "bits", given.bits, Random(given.seed))
        figures |= kills(home / "sqlite", "sqlite", given.sqlite, Random(given.seed), None)
        if given.postgres:
            with postgres() as server:
                os.environ[DATABASE] = server.new_database()
                chance = Random(given.seed)
                figures |= kills(home / "pg", "postgres", given.postgres, chance, server)
                del os.environ[DATABASE]
    for name, value in figures.items():
        print(f"{name:32} {value}")
    remember("store_crash", figures)


def kills(
    home: Path, kind: str, times: int, chance: Random, server: Server | None
) -> dict[str, object]:
    """Kill so often, and look after each kill."""
    acknowledged: dict[str, str] = {}
    wrong: list[str] = []
    for number in range(times):
        at_server = server is not None and number % 2 == 1
        victim = (lambda _pid: server.kill()) if server and at_server else None
        acknowledged |= load_and_kill(home, f"k{number}", chance, victim)
        if server and at_server:
            server.start()
        wrong += faults(home, acknowledged)
        print(f"{kind} {number + 1}/{times}: {len(acknowledged)} acknowledged, {wrong[:3]}")
    return {
        f"{kind}_kills": times,
        f"{kind}_acknowledged": len(acknowledged),
        f"{kind}_lost_or_doubled": len(wrong),
    }


def bits(home: Path, times: int, chance: Random) -> dict[str, object]:
    """Flip single bits of an export and of the database file."""
    with open_store(home) as store:
        for number in range(40):
            case = open_case(store, report(str(number)))
            keep_evidence(store, case.id, str(number).encode() * 99, actor="bench")
        key = signing_key(home)
        sign_checkpoint(store, key)
        exported = "".join(export_lines(store)).encode()
        store.compact()
    file, missed = home / "export", 0
    for bit in chance.sample(range(8 * len(exported)), times):
        file.write_bytes(flipped(exported, bit))
        missed += not _refused(lambda: verify_file(file, key.public))
    return {
        "export_bits": times,
        "export_missed": missed,
        **_database_bits(home, times, chance),
    }


def _database_bits(home: Path, times: int, chance: Random) -> dict[str, object]:
    file = home / FILE
    whole, before = file.read_bytes(), content(file)
    found = idle = missed = 0
    for bit in chance.sample(range(8 * len(whole)), times):
        file.write_bytes(flipped(whole, bit))
        for log in (home / f"{FILE}-wal", home / f"{FILE}-shm"):
            log.unlink(missing_ok=True)
        if _refused(lambda: _audited(home)):
            found += 1
        elif content(file) == before:
            idle += 1  # no row, no index and no guard has changed
        else:
            missed += 1
            print("missed", bit // 8, bit % 8)
    file.write_bytes(whole)
    return {
        "database_bits": times,
        "database_found": found,
        "database_in_unused_space": idle,
        "database_missed": missed,
    }


def flipped(data: bytes, bit: int) -> bytes:
    """``data`` with one bit turned over."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def content(file: Path) -> list[tuple[object, ...]] | None:
    """Everything that the database holds, its schema included; None if it cannot be read."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.text_factory = bytes
            schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
            rows: list[tuple[object, ...]] = schema.fetchall()
            for kind, name, *_ in list(rows):
                if kind == b"table":
                    rows += connection.execute(f'SELECT * FROM "{name.decode()}"')  # noqa: S608
            return sorted(rows, key=repr)
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def _audited(home: Path) -> None:
    with open_store(home) as store:
        state = audit(store)
    if not state.ok:
        raise StoreError("ledger.broken", state.faults[0].message, "")


def _refused(check: object) -> bool:
    try:
        check()  # type: ignore[operator]
    except StoreError:
        return True
    return False


if __name__ == "__main__":
    main()
