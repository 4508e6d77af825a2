"""What does the deviation report of a log of a million events cost, in CPU time and memory?

    ./dev bench deviations [--events 1000000]

A generated log (fixtures/sop, 5 % of cases deviate) is written as CSV with its rows in the order
of time, so that cases are interleaved as in a live system. `periksa sop deviations --report --csv`
then runs as a process of its own: CPU time of all its threads, largest resident memory by the
kernel's mark. A log of a tenth of the size tells how both grow.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks._history import append, machine
from fixtures.sop.log import Asked, generate
from pipeline.sop.exports.csv_log import write_csv

RATES = {f"D{number:02}": 0.05 / 14 for number in range(1, 15)}
A_CASE = 18  # events, nearly
RUN = """
import atexit, re, resource, sys
from pathlib import Path
from pipeline.cli import main

@atexit.register
def tell():
    mark = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
    used = resource.getrusage(resource.RUSAGE_SELF)
    print("USED", used.ru_utime + used.ru_stime, int(mark[1]) / 1024, file=sys.stderr)

sys.exit(main(["sop", "deviations", *sys.argv[1:], "--json"]))
"""


def main() -> None:
    """Measure both sizes, print and keep the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    figures = {f"{size} events": measured(size) for size in (events // 10, events)}
    print(f"{machine()}\n{json.dumps(figures, indent=1)}")
    print(f"appended to {append('deviations', figures)}")


def measured(events: int) -> dict[str, Any]:
    """CPU seconds and MB of one report, and what it found."""
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log.csv"
        written(events, log)
        report, rows = Path(scratch) / "report.html", Path(scratch) / "deviations.csv"
        words = [str(log), "--report", str(report), "--csv", str(rows)]
        done = subprocess.run(
            [sys.executable, "-c", RUN, *words], capture_output=True, text=True, check=True
        )
        size = report.stat().st_size
    told = re.search(r"USED (\S+) (\S+)", done.stderr)
    if told is None:
        raise RuntimeError(done.stderr)
    found = json.loads(done.stdout)
    return {
        "events": found["events"],
        "cases": found["cases"],
        "variants": found["variants"],
        "deviations": found["deviations"],
        "cpu_s": round(float(told[1]), 2),
        "peak_mb": round(float(told[2]), 1),
        "report_kb": round(size / 1024),
    }


def written(events: int, path: Path) -> None:
    """A log of about ``events`` events in the order of time."""
    made = list(generate(Asked(seed=5, cases=round(events / A_CASE), offices=12, rates=RATES)))
    made.sort(key=lambda event: event.time)
    with path.open("w", encoding="utf-8", newline="") as sink:
        write_csv(made, sink)


if __name__ == "__main__":
    main()
