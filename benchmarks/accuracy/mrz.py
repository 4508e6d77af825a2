"""How well machine-readable zones are read: ``python -m benchmarks.accuracy.mrz --data FOLDER``.

FOLDER holds pictures and truth.csv (file, format, line1, line2, line3, note ...); pictures of
format NONE have no zone. A reading is exact if every line equals the truth; where the note says
that O and 0 are not decidable, they count as equal in the optional data of an MRV-A.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.documents.mrz import MrzReading, read_mrz

OPTIONAL = 28  # column where the optional data of an MRV-A begins


@dataclass(frozen=True, slots=True)
class Row:
    """One picture: truth, reading and cost."""

    file: str
    format: str
    exact: bool
    false_zone: bool
    errors: int
    characters: int
    cpu_ms: float
    reading: MrzReading


def measure(folder: Path) -> list[Row]:
    """A row for each picture of ``folder/truth.csv``."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    read_mrz(folder / entries[0]["file"])  # loading the weights is not reading
    return [_row(folder, entry) for entry in entries]


def _row(folder: Path, entry: dict[str, str]) -> Row:
    truth = tuple(line for line in (entry[f"line{n}"] for n in (1, 2, 3)) if line)
    data = (folder / entry["file"]).read_bytes()
    start = time.process_time()
    reading = read_mrz(data)
    cpu = (time.process_time() - start) * 1e3
    negative = entry["format"] == "NONE"
    lenient = entry["format"] == "MRVA" and "O/0" in entry.get("note", "")
    wanted, got = _comparable(truth, lenient), _comparable(reading.lines, lenient)
    return Row(
        entry["file"],
        entry["format"],
        exact=not negative and wanted == got,
        false_zone=negative and reading.found,
        errors=0 if negative else edit_distance("\n".join(wanted), "\n".join(got)),
        characters=sum(map(len, truth)),
        cpu_ms=cpu,
        reading=reading,
    )


def _comparable(lines: tuple[str, ...], lenient: bool) -> tuple[str, ...]:
    if not lenient or len(lines) < 2:
        return lines
    return (lines[0], lines[1][:OPTIONAL] + lines[1][OPTIONAL:].replace("O", "0"))


def edit_distance(a: str, b: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def summary(rows: list[Row]) -> dict[str, Any]:
    """The figures that the documentation quotes."""
    zones = [row for row in rows if row.format != "NONE"]
    empty = [row for row in rows if row.format == "NONE"]
    verified = [row for row in zones if row.reading.verified]
    times = [row.cpu_ms for row in rows]
    return {
        "zones": len(zones),
        "exact": sum(row.exact for row in zones),
        "verified": len(verified),
        "verified_wrong": sum(not row.exact for row in verified),
        "not_found": sum(not row.reading.found for row in zones),
        "character_error": sum(r.errors for r in zones) / max(1, sum(r.characters for r in zones)),
        "negatives": len(empty),
        "false_zones": sum(row.false_zone for row in empty),
        "cpu_ms_median": statistics.median(times),
        "cpu_ms_mean": statistics.fmean(times),
        "cpu_ms_max": max(times),
    }


def main() -> None:
    """Print a line for each picture that was not read exactly, then the summary as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--all", action="store_true", help="show exact readings too")
    options = parser.parse_args()
    rows = measure(options.data)
    for row in rows:
        good = row.exact or (row.format == "NONE" and not row.false_zone)
        if options.all or not good:
            state = "exact" if good else "WRONG"
            checked = " verified" if row.reading.verified else ""
            print(f"{state}{checked} {row.file} {row.format} -> {row.reading.format}"
                  f" errors {row.errors} confidence {row.reading.confidence:.3f}"
                  f" {row.cpu_ms:.0f} ms")  # fmt: skip
            if not good:
                print("   " + "\n   ".join(row.reading.lines))
    print(json.dumps(summary(rows), indent=1))


if __name__ == "__main__":
    main()
