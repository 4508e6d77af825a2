"""How often is a zone seen where there is none, and what does it cost to see that?

    ./dev bench accuracy.mrz_negatives [--count 3000] [--faces FOLDER] [--faces-count 800]
        [--workers 1] [--out runs/mrz_negatives.jsonl]

Pictures of 2,000 px on the longer side (``fixtures.documents.scenes.negative``): a third cards as
the KTP, and pages of prose, tables, program text, capitals, numbers, payment slips, bar codes,
letters, drawn faces, textures. ``--faces``: JPEG files of a folder and its subfolders instead of
the last ``--faces-count`` of them, at their own size.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from benchmarks._cpu import cpu_ms
from benchmarks._history import append, machine
from benchmarks._rates import spread
from benchmarks._resume import RUNS, Row, fingerprint, resumed
from benchmarks.accuracy.mrz_generated import MADE_BY, warm
from fixtures.documents.scenes import negative, negative_kind
from pipeline import read_mrz
from pipeline.documents.mrz import MrzReading
from pipeline.evidence import Rgb, rgb_of
from pipeline.faces.interval import interval

FACES = "PERIKSA_BENCH_FACES"  # tells the workers: folder, first seed, how many


def judge(seed: int) -> Row:
    """One picture without a zone."""
    kind, image = picture(seed)
    readings: list[MrzReading] = []
    warm()
    cost = cpu_ms(lambda: readings.append(read_mrz(image)))
    reading = readings[0]
    return {
        "seed": seed,
        "kind": kind,
        "longer": max(image.shape[:2]),
        "found": reading.found,
        "verified": reading.verified,
        "lines": list(reading.lines),
        "cpu_ms": round(cost, 2),
    }


def picture(seed: int) -> tuple[str, Rgb]:
    """What a seed shows: a generated picture, or a photograph of the folder of faces."""
    if FACES in os.environ:
        folder, first, count = json.loads(os.environ[FACES])
        if seed >= first:
            files = sorted(Path(folder).rglob("*.jpg"))
            return "photographed face", rgb_of(files[(seed - first) * len(files) // count])
    return negative_kind(seed), negative(seed)


def tally(rows: list[Row]) -> dict[str, Any]:
    """Counts and costs."""
    found = sum(row["found"] for row in rows)
    return {
        "count": len(rows),
        "found": found,
        "found_upper": round(interval(found, len(rows))[1], 5),
        "verified": sum(row["verified"] for row in rows),
        "cpu_ms": spread([row["cpu_ms"] for row in rows]),
    }


def main() -> None:
    """Measure, print each false zone and the table, append to the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--faces", type=Path, help="a folder of photographs of faces (JPEG)")
    parser.add_argument("--faces-count", type=int, default=800)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RUNS / "mrz_negatives.jsonl")
    chosen = parser.parse_args()
    made_by = fingerprint(*MADE_BY)
    if chosen.faces:
        last = min(chosen.faces_count, chosen.count)
        os.environ[FACES] = json.dumps([str(chosen.faces.resolve()), chosen.count - last, last])
        made_by += f" {chosen.faces_count} faces of {chosen.count}"
    rows = resumed(chosen.out, made_by, range(chosen.count), judge, chosen.workers)
    _report(rows)


def _report(rows: list[Row]) -> None:
    for row in rows:
        if row["found"]:
            print(f"seen in {row['seed']} ({row['kind']}), verified {row['verified']}:")
            print("   " + "\n   ".join(row["lines"]))
    names = sorted({row["kind"] for row in rows})
    kinds = {name: tally([row for row in rows if row["kind"] == name]) for name in names}
    large = [row for row in rows if row["longer"] == 2000]
    whole = {**tally(rows), "cpu_ms_at_2000": spread([row["cpu_ms"] for row in large])}
    print(f"{machine()}\n\n| pictures | count | found | verified | CPU ms median / p95 / max |")
    print("|---|---|---|---|---|")
    for name, value in {**kinds, "all": whole, "all of 2,000 px": tally(large)}.items():
        cost = value["cpu_ms"]
        print(
            f"| {name} | {value['count']:,} | {value['found']} | {value['verified']} "
            f"| {cost['median']:.0f} / {cost['p95']:.0f} / {cost['max']:.0f} |"
        )
    print(f"appended to {append('mrz_negatives', {**whole, 'kinds': kinds})}")


if __name__ == "__main__":
    main()
