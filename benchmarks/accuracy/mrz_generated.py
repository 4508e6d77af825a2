"""How well are hard generated pictures read, kind by kind, and is anything wrong called verified?

    ./dev bench accuracy.mrz_generated [--count 10000] [--first 0] [--workers 1]
        [--out runs/mrz_generated.jsonl] [--sheet failures.png]

The pictures are ``fixtures.documents.scenes`` (seeds 0, 1, 2 ...): 22 kinds, six formats, one
document in fifty with a wrong digit as printed, which must be read as printed and never be
verified. A stopped run continues. CPU time is that of the reading alone.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks._cpu import cpu_ms
from benchmarks._history import append, machine
from benchmarks._rates import spread
from benchmarks._resume import RUNS, Row, fingerprint, resumed
from fixtures.documents.scenes import Scene, scene
from pipeline import read_mrz
from pipeline.documents.distance import edit_distance
from pipeline.documents.mrz import MrzReading
from pipeline.faces.interval import interval

MADE_BY = (
    "pipeline/documents/mrz/*.py", "models/text/*.py", "models/weights/*.onnx",
    "pipeline/policies/*.toml", "fixtures/documents/scenes/*.py",
)  # fmt: skip


def judge(seed: int) -> Row:
    """One picture: what was printed against what was read."""
    made = scene(seed)
    readings: list[MrzReading] = []
    warm()
    cost = cpu_ms(lambda: readings.append(read_mrz(made.image)))
    return {"seed": seed, "cpu_ms": round(cost, 2), **compared(made, readings[0])}


@lru_cache(maxsize=1)
def warm() -> None:
    """Loading the weights is not reading: once in each process, before anything is measured."""
    read_mrz(scene(0).image)


def compared(made: Scene, reading: MrzReading) -> Row:
    """The verdict on one reading."""
    return {
        "kind": made.kind,
        "format": made.format,
        "found": reading.found,
        "exact": reading.lines == made.lines,
        "verified": reading.verified,
        "confidence": round(reading.confidence, 4),
        "errors": edit_distance("\n".join(made.lines), "\n".join(reading.lines)),
    }


def tally(rows: list[Row]) -> dict[str, Any]:
    """Counts, rates with intervals, and costs of some rows."""
    count, exact = len(rows), sum(row["exact"] for row in rows)
    wrong = sum(row["verified"] and not row["exact"] for row in rows)
    low, high = interval(exact, count)
    return {
        "count": count,
        "exact": round(exact / count, 4),
        "exact_interval": [round(low, 4), round(high, 4)],
        "verified": round(sum(row["verified"] for row in rows) / count, 4),
        "verified_wrong": wrong,
        "verified_wrong_upper": round(interval(wrong, count)[1], 5),
        "not_found": round(sum(not row["found"] for row in rows) / count, 4),
        "cpu_ms": spread([row["cpu_ms"] for row in rows]),
    }


def grouped(rows: list[Row], key: str) -> dict[str, dict[str, Any]]:
    """The tally of each kind or format."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return {name: tally(groups[name]) for name in sorted(groups)}


def table(figures: dict[str, dict[str, Any]]) -> str:
    """A Markdown table, one line a group."""
    head = (
        "| pictures | count | exact (95 % interval) | verified | verified but wrong | not found "
        "| CPU ms median / p95 |\n|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(_line(name, value) for name, value in figures.items())])


def _line(name: str, value: dict[str, Any]) -> str:
    low, high = (100 * v for v in value["exact_interval"])
    cost = value["cpu_ms"]
    return (
        f"| {name} | {value['count']:,} | {100 * value['exact']:.1f} % ({low:.1f}-{high:.1f}) "
        f"| {100 * value['verified']:.1f} % | {value['verified_wrong']} "
        f"| {100 * value['not_found']:.1f} % | {cost['median']:.0f} / {cost['p95']:.0f} |"
    )


def main() -> None:
    """Measure, print the table and the failures' seeds, append to the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RUNS / "mrz_generated.jsonl")
    parser.add_argument("--sheet", type=Path, help="a picture of up to 60 failures")
    parser.add_argument("--kind", help="only failures of this kind on the sheet")
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.count)
    rows = resumed(chosen.out, fingerprint(*MADE_BY), seeds, judge, chosen.workers)
    whole = tally(rows)
    kinds, formats = grouped(rows, "kind"), grouped(rows, "format")
    print(f"{machine()}\n\n{table({**kinds, **formats, 'all': whole})}\n")
    failed = [row for row in rows if not row["exact"]]
    wrong = [row["seed"] for row in failed if row["verified"]]
    print(f"verified but wrong: {wrong}\nnot exact: {[row['seed'] for row in failed][:200]}")
    if chosen.sheet:
        _draw(chosen.sheet, [row for row in failed if chosen.kind in (None, row["kind"])])
    figures = {"first": chosen.first, **whole, "kinds": kinds, "formats": formats}
    print(f"appended to {append('mrz_generated', json.loads(json.dumps(figures)))}")


def _draw(path: Path, failed: list[Row]) -> None:
    from benchmarks._sheet import failures

    worst = sorted(failed, key=lambda row: (not row["verified"], row["seed"]))[:60]
    failures(path, [(scene(row["seed"]), row["seed"]) for row in worst])
    print(f"the failures are shown in {path}")


if __name__ == "__main__":
    main()
