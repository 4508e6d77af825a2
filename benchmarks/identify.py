"""How fast and how exactly is a face found among 1e4, 1e5 and 1e6 enrolled ones?

    ./dev bench identify [--sizes 10000,100000,1000000] [--rounds 15]

One thread. Templates are random unit vectors of 128 numbers that crowd as those of faces do, and
every hundredth person is enrolled twice. The yardsticks run in the same rounds on the same memory:
sgemv reads every template once, sgemm multiplies by 64 queries. CPU ms unless it says wall.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._cpu import cpu_seconds
from benchmarks._history import append, machine
from pipeline.faces.gallery import (
    Filter,
    Gallery,
    Record,
    create_gallery,
    edit_gallery,
    open_gallery,
)
from pipeline.faces.gallery.duplicates import duplicates
from pipeline.store.keys import OfficeKeys

DIMENSIONS = 128
QUERIES = 64
PROBES = 100
STEP = 4096
MODELS = {"random": "0"}
KEYS = OfficeKeys(os.urandom(32))
Matrix = NDArray[np.float32]


def main() -> None:
    """Measure every size, print a table, append the figures to the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=_sizes, default=(10_000, 100_000, 1_000_000))
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    _one_thread()
    print(f"{machine()}, one thread, load {os.getloadavg()[0]:.1f}\n")
    figures = {"load": round(os.getloadavg()[0], 1), "sgemm_peak_gflops": _peak()}
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder:
            figures[str(size)] = measure(Path(folder) / "gallery", size, chosen.rounds)
        show(size, figures[str(size)])
    print(f"sgemm peak {figures['sgemm_peak_gflops']} GFLOP/s")
    print(f"appended to {append('identify', figures)}")


def measure(folder: Path, size: int, rounds: int) -> dict[str, Any]:
    """Every figure of one size."""
    rows = templates(size)
    figures = enrolling(folder, rows)
    plain = open_gallery(folder, KEYS, MODELS, engine="numpy")
    half = open_gallery(folder, KEYS, MODELS, engine="half")
    probes = probes_of(rows)
    figures["first_search_wall_ms"] = wall_ms(lambda: plain.search(probes[:1]))
    figures["first_half_wall_ms"] = wall_ms(lambda: half.search(probes[:1]))
    figures |= single(rows, probes, plain, half, rounds)
    figures |= batch(rows, probes, plain, max(3, rounds // 3))
    figures |= recall(rows, probes, {"numpy": plain, "half": half})
    if size <= 100_000:
        figures |= all_pairs(plain, size)
    return figures


def templates(size: int) -> Matrix:
    """``size`` x 128 unit vectors; every hundredth resembles the one before it."""
    rng = np.random.default_rng(size)
    middle = rng.standard_normal(DIMENSIONS, np.float32)
    middle /= np.linalg.norm(middle)
    rows = np.empty((size, DIMENSIONS), np.float32)
    for first in range(0, size, 50_000):
        part = rows[first : first + 50_000]
        rng.standard_normal(out=part, dtype=np.float32)
        part *= 0.42 / np.sqrt(DIMENSIONS)  # strangers score 0.85 in the mean, as faces do
        part += middle
        part[99::100] = part[98::100] + 0.1 * (part[99::100] - middle)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return rows


def probes_of(rows: Matrix) -> Matrix:
    """Other pictures of enrolled persons, half of them; the rest strangers."""
    rng = np.random.default_rng(7)
    known = rows[rng.integers(0, len(rows), PROBES // 2)]
    strangers = rows[: PROBES - len(known)][:, ::-1]
    probes = np.concatenate((known, strangers))
    probes += 0.12 / np.sqrt(DIMENSIONS) * rng.standard_normal(probes.shape, np.float32)
    unit: Matrix = probes / np.linalg.norm(probes, axis=1, keepdims=True)
    return unit


def enrolling(folder: Path, rows: Matrix) -> dict[str, Any]:
    """Enrol all, enrol one by one, and open; sizes on the disk."""
    records = [
        Record(f"A{row:08}", f"office {row % 120}", "F" if row % 2 else "M", 1940 + row % 80)
        for row in range(len(rows))
    ]
    with create_gallery(folder, KEYS, MODELS, dimensions=DIMENSIONS) as gallery:
        before = cpu_seconds()
        wall = wall_ms(lambda: gallery.enrol_many(records, rows))
        cpu = 1e3 * (cpu_seconds() - before)
        size = gallery.info()["bytes"]
    opening = [wall_ms(lambda: open_gallery(folder, KEYS, MODELS)) for _ in range(5)]
    with edit_gallery(folder, KEYS, MODELS) as gallery:
        gallery.enrol(Record("first"), rows[0])
        each = [
            wall_ms(lambda number=number: gallery.enrol(Record(f"x{number}"), rows[number]))
            for number in range(50)
        ]
        for number in range(51):
            gallery.delete("first" if number == 50 else f"x{number}")
        gallery.fold()
    return {
        "enrol_all_wall_ms": wall,
        "enrol_all_cpu_ms": cpu,
        "open_wall_ms": statistics.median(opening),
        "enrol_one_wall_ms": statistics.median(each),
        "bytes": size,
    }


def single(
    rows: Matrix, probes: Matrix, plain: Gallery, half: Gallery, rounds: int
) -> dict[str, Any]:
    """One query beside sgemv, interleaved, each round with another probe."""
    space = np.empty(len(rows), np.float32)
    wanted = Filter(office="office 7", sex="F")
    times: dict[str, list[float]] = {}
    for number in range(-1, rounds):
        probe = probes[number % PROBES][None]
        calls: dict[str, Callable[[], object]] = {
            "sgemv_ms": lambda probe=probe: np.matmul(rows, probe[0], out=space),
            "numpy_ms": lambda probe=probe: plain.search(probe),
            "half_ms": lambda probe=probe: half.search(probe),
            "filtered_ms": lambda probe=probe: plain.search(probe, wanted=wanted),
        }
        for name, call in calls.items():
            spent = repeated_ms(call, max(1, 100_000 // len(rows)))
            if number >= 0:  # the first round warms up
                times.setdefault(name, []).append(spent)
    figures = {name: statistics.median(found) for name, found in times.items()}
    figures["sgemv_gb_s"] = rows.nbytes / figures["sgemv_ms"] / 1e6
    figures["numpy_of_sgemv"] = figures["sgemv_ms"] / figures["numpy_ms"]
    # Half the bytes at the same bandwidth would take half the time.
    figures["half_of_half_bytes"] = figures["sgemv_ms"] / 2 / figures["half_ms"]
    return figures


def batch(rows: Matrix, probes: Matrix, plain: Gallery, rounds: int) -> dict[str, Any]:
    """64 queries at once beside sgemm of the same product."""
    queries = probes[:QUERIES]
    turned, space = np.ascontiguousarray(queries.T), np.empty((STEP, QUERIES), np.float32)

    def sgemm() -> None:
        for first in range(0, len(rows), STEP):
            part = rows[first : first + STEP]
            np.matmul(part, turned, out=space[: len(part)])

    times: dict[str, list[float]] = {"sgemm_64_ms": [], "batch_64_ms": []}
    for _ in range(rounds):
        times["sgemm_64_ms"].append(repeated_ms(sgemm, max(1, 100_000 // len(rows))))
        times["batch_64_ms"].append(
            repeated_ms(lambda: plain.search(queries), max(1, 100_000 // len(rows)))
        )
    figures = {name: statistics.median(found) for name, found in times.items()}
    figures["batch_of_sgemm"] = figures["sgemm_64_ms"] / figures["batch_64_ms"]
    figures["batch_gflops"] = 2 * rows.size * QUERIES / figures["batch_64_ms"] / 1e6
    return figures


def recall(rows: Matrix, probes: Matrix, galleries: dict[str, Gallery]) -> dict[str, Any]:
    """The share of the exact top 1 and top 10 (double precision) that each engine finds."""
    best = np.full((PROBES, 10), -2.0)
    names = np.zeros((PROBES, 10), np.int64)
    for first in range(0, len(rows), STEP):
        part = rows[first : first + STEP].astype(np.float64)
        scores = np.concatenate((best, probes.astype(np.float64) @ part.T), axis=1)
        numbers = np.concatenate(
            (names, np.tile(np.arange(first, first + len(part)), (PROBES, 1))), 1
        )
        order = np.argsort(-scores, axis=1, kind="stable")[:, :10]
        best, names = (np.take_along_axis(table, order, axis=1) for table in (scores, numbers))
    figures = {}
    for engine, gallery in galleries.items():
        found = [gallery.search(probe[None], top=10)[0].best for probe in probes]
        ids = [[int(hit.record.id[1:]) for hit in hits] for hits in found]
        hits = [len(set(got) & set(right.tolist())) for got, right in zip(ids, names, strict=True)]
        first_right = [got[0] == right[0] for got, right in zip(ids, names, strict=True)]
        figures[f"recall_1_{engine}"] = float(np.mean(first_right))
        figures[f"recall_10_{engine}"] = sum(hits) / (10 * PROBES)
    return figures


def all_pairs(gallery: Gallery, size: int) -> dict[str, Any]:
    """Every pair of the archive compared."""
    before = cpu_seconds()
    found = sum(1 for _ in duplicates(gallery, 0.98, lambda _done, _all: None))
    spent = cpu_seconds() - before
    return {
        "duplicates_cpu_s": spent,
        "duplicates_found": found,
        "million_pairs_a_second": size * (size - 1) / 2 / spent / 1e6,
    }


def wall_ms(call: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - began)


def repeated_ms(call: Callable[[], object], times: int) -> float:
    """CPU time of a call, warmed up by one; short ones are repeated, for the clock is coarse."""
    call()
    before = time.process_time()
    for _ in range(times):
        call()
    return 1e3 * (time.process_time() - before) / times


def show(size: int, figures: dict[str, Any]) -> None:
    """One size as a table."""
    print(f"{size:,} x {DIMENSIONS}")
    for name, value in figures.items():
        print(
            f"  {name:<26}{value:14,.4g}"
            if isinstance(value, float)
            else f"  {name:<26}{value:14,}"
        )
    print()


def _peak() -> float:
    """What sgemm reaches at its best, in GFLOP/s."""
    square = np.random.default_rng(0).standard_normal((512, 512), np.float32)
    space = np.empty_like(square)
    best = min(repeated_ms(lambda: np.matmul(square, square, out=space), 20) for _ in range(20))
    return round(2 * 512**3 / best / 1e6, 1)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(float(part)) for part in text.split(","))


def _one_thread() -> None:
    """Start again with one thread, if the libraries were loaded with more: they read it once."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    if all(os.environ.get(name) == "1" for name in names):
        return
    words = [sys.executable, "-m", "benchmarks.identify", *sys.argv[1:]]
    os.execve(sys.executable, words, {**os.environ, **dict.fromkeys(names, "1")})  # noqa: S606


if __name__ == "__main__":
    main()
