"""Does any picture file, however broken, make the MRZ reader fail or hang?

    ./dev bench fuzz_mrz_pictures [--count 20000] [--first 0] [--out runs/fuzz_mrz_pictures.jsonl]

Every file must end as a reading or as one of our own coded errors, in less than a second of CPU.
A stopped run continues. A file that hangs or kills the process is named when the run is started
again, and skipped: the watchdog ends the process after 20 s of CPU with a traceback. Runs of other
seeds into other files may go on beside it.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import math
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks._cpu import cpu_seconds
from benchmarks._history import append, machine
from benchmarks._mutations import mutated
from benchmarks._rates import spread
from benchmarks._resume import RUNS, Row, fingerprint, resumed
from benchmarks.accuracy.mrz_generated import MADE_BY, warm
from pipeline import read_mrz
from pipeline.cli.boundary import Attempt
from pipeline.documents.mrz import MrzReading
from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.errors import KNOWN_ERRORS

LIMIT_MS = 1000.0
HANG_S = 20.0  # of CPU
DEADLOCK_S = 600  # of the clock, however busy the machine is


def judge(begun: Path, seed: int) -> Row:
    """One file: how it ended and what it cost.

    ``begun`` names the seed that is being read; it stays there if the process dies.
    """
    kind, data = mutated(seed)
    warm()
    if begun.is_file() and begun.read_text() == str(seed):
        begun.unlink()
        return {
            "seed": seed, "kind": kind, "end": "died", "verified": False, "bytes": len(data),
            "cpu_ms": HANG_S * 1e3, "wall_ms": HANG_S * 1e3,
        }  # fmt: skip
    begun.write_text(str(seed))
    _watch(HANG_S)
    readings: list[MrzReading] = []
    cpu, wall = cpu_seconds(), time.perf_counter()
    with Attempt() as attempt:
        readings.append(read_mrz(data))
    cpu, wall = cpu_seconds() - cpu, time.perf_counter() - wall
    _watch(0)
    begun.unlink()
    return {
        "seed": seed, "kind": kind, "end": _end(attempt.error, readings),
        "verified": bool(readings) and readings[0].verified, "bytes": len(data),
        "cpu_ms": round(cpu * 1e3, 1), "wall_ms": round(wall * 1e3, 1),
    }  # fmt: skip


def _watch(seconds: float) -> None:
    """End the process with a traceback after that much CPU from now on; 0: do not."""
    faulthandler.register(signal.SIGPROF, chain=True)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    if seconds:
        faulthandler.dump_traceback_later(DEADLOCK_S, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()


def _end(error: Exception | None, readings: list[MrzReading]) -> str:
    """How it ended: found, none, the code of our own error, or what must not be."""
    if isinstance(error, KNOWN_ERRORS):
        return error.code
    if error is not None:
        return f"FAULT {type(error).__name__}: {error}"[:200]
    fault = _malformed(readings[0])
    return f"FAULT {fault}" if fault else ("found" if readings[0].found else "none")


def _malformed(reading: MrzReading) -> str:
    """What is wrong with the reading itself; empty if nothing is."""
    signs = set("".join(reading.lines + reading.raw_lines)) - set(ALPHABET)
    places = [value for corner in reading.polygon or () for value in corner]
    wrong = {
        "lines without a zone": bool(reading.lines) and not reading.found,
        "verified without a zone": reading.verified and not reading.found,
        f"foreign signs {sorted(signs)}": bool(signs),
        "confidence outside 0..1": not 0 <= reading.confidence <= 1,
        "a corner that is no number": not all(map(math.isfinite, places)),
    }
    json.dumps(reading.to_dict(), allow_nan=False)
    return "; ".join(name for name, holds in wrong.items() if holds)


def main() -> None:
    """Read them all, print how they ended and the slowest, append to the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RUNS / "fuzz_mrz_pictures.jsonl")
    chosen = parser.parse_args()
    RUNS.mkdir(exist_ok=True)
    made_by = fingerprint(*MADE_BY, "capture/*.py", "benchmarks/_mutations.py")
    seeds = range(chosen.first, chosen.first + chosen.count)
    rows = resumed(chosen.out, made_by, seeds, partial(judge, chosen.out.with_suffix(".begun")), 1)
    ends = Counter(row["end"].partition(":")[0] for row in rows)
    faults = [row for row in rows if row["end"].startswith(("FAULT", "died"))]
    slow = [row for row in rows if row["cpu_ms"] > LIMIT_MS]
    print(machine())
    for end, count in ends.most_common():
        print(f"  {count:7,} {end}")
    for row in faults:
        print(f"FAULT seed {row['seed']} ({row['kind']}): {row['end']}")
    for row in sorted(rows, key=lambda row: -row["cpu_ms"])[:8]:
        print(f"  slow: {row['seed']} ({row['kind']}) {row['cpu_ms']:.0f} ms CPU, {row['end']}")
    cpu, wall = (spread([row[name] for row in rows]) for name in ("cpu_ms", "wall_ms"))
    print(f"CPU ms {cpu}\nwall ms {wall} (with whatever else the machine did)")
    figures = {
        "first": chosen.first, "count": len(rows), "faults": len(faults), "slow": len(slow),
        "ends": dict(ends), "cpu_ms": cpu, "wall_ms": wall,
    }  # fmt: skip
    print(f"appended to {append('fuzz_mrz_pictures', figures)}")
    if faults or slow:
        raise SystemExit(f"{len(faults)} faults, {len(slow)} above {LIMIT_MS:.0f} ms of CPU")


if __name__ == "__main__":
    main()
