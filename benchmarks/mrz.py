"""What does reading a zone cost, and what is right, beside PassportEye, RapidOCR and tesseract?

    ./dev bench mrz [--data FOLDER] [--scenes 110] [--negatives 30] [--readers periksa,passporteye]

One run: every picture goes to every reader in turn, in an order that changes from picture to
picture, so that a slow minute of the machine hits all alike. Each reader runs in a process of its
own; the peers' environments are made below ``.peers`` on the first run. CPU time is that of the
process, its threads and its children. ``--data``: real pictures with truth.csv (as
``accuracy.mrz``) instead of generated ones; pictures without a zone are added by ``--negatives``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._cpu import cpu_ms
from benchmarks._history import append, machine
from benchmarks._pictures import Known, generated, real
from benchmarks._rates import spread
from benchmarks.peers._process import PEERS, Answer, Reader
from pipeline.documents.mrz import parse_mrz

SAMPLE = Path(__file__).resolve().parents[1] / "fixtures" / "applications" / "pass" / "passport.jpg"
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture read by one reader."""

    known: Known
    answer: Answer

    @property
    def exact(self) -> bool:
        return bool(self.known.lines) and self.known.same(self.answer.lines)

    @property
    def passes(self) -> bool:
        """Whether the text has a format and every check digit of it fits."""
        text = parse_mrz(self.answer.lines)
        return text.format is not None and all(check.ok for check in text.checks)


def main() -> None:
    """Measure everybody, print the tables, append to the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a folder of real pictures with truth.csv")
    parser.add_argument("--scenes", type=int, default=110)
    parser.add_argument("--negatives", type=int, default=30)
    parser.add_argument("--readers", default=",".join(PEERS))
    chosen = parser.parse_args()
    names = chosen.readers.split(",")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        pictures = list(_pictures(chosen, Path(folder)))
        readers = {name: stack.enter_context(Reader(name)) for name in names}
        shots, noise = measured(pictures, readers)
    figures = {name: summary(shots[name]) for name in names}
    _show(figures, names)
    ratios = {name: ratio(shots["periksa"], shots[name]) for name in names if name != "periksa"}
    _show_ratios(ratios)
    peak = peak_megabytes(SAMPLE)
    print(f"\nperiksa mrz PICTURE, a new process: {peak:.0f} MB at its peak")
    print(f"the same work took {noise['low']:.1f} to {noise['high']:.1f} ms CPU during the run")
    print(f"load average {os.getloadavg()[0]:.1f}; {machine()}")
    kept = {
        "data": "real" if chosen.data else f"{chosen.scenes} scenes", "readers": figures,
        "ratios": ratios, "peak_mb": round(peak), "noise": noise, "load": os.getloadavg()[0],
    }  # fmt: skip
    print(f"appended to {append('mrz_readers', json.loads(json.dumps(kept)))}")


def _pictures(chosen: argparse.Namespace, folder: Path) -> list[Known]:
    if chosen.data:
        return [*real(chosen.data), *generated(folder, 0, chosen.negatives)]
    return list(generated(folder, chosen.scenes, chosen.negatives))


def measured(
    pictures: Sequence[Known], readers: dict[str, Reader]
) -> tuple[dict[str, list[Shot]], dict[str, float]]:
    """Every picture by every reader, interleaved; and how much a fixed piece of work varied."""
    shots: dict[str, list[Shot]] = {name: [] for name in readers}
    order, rng = list(readers), random.Random(1)
    for reader in readers.values():
        reader.read(SAMPLE)  # loading models is not reading
    same_work = []
    for count, known in enumerate(pictures, 1):
        rng.shuffle(order)
        for name in order:
            shots[name].append(Shot(known, readers[name].read(known.path)))
        same_work.append(cpu_ms(_fixed_work))
        sys.stderr.write(f"\r\x1b[K{count} of {len(pictures)}" if sys.stderr.isatty() else "")
    ordered = sorted(same_work)
    cut = len(ordered) // 20
    return shots, {"low": round(ordered[cut], 1), "high": round(ordered[-1 - cut], 1)}


def _fixed_work() -> int:
    return sum(number * number % 7 for number in range(60_000))


def summary(shots: Sequence[Shot]) -> dict[str, Any]:
    """What is right, what is called right, what it costs."""
    zones = [shot for shot in shots if shot.known.lines]
    empty = [shot for shot in shots if not shot.known.lines]
    return {
        "zones": len(zones),
        "exact": sum(shot.exact for shot in zones),
        "valid": sum(shot.answer.valid for shot in zones),
        "valid_wrong": sum(shot.answer.valid and not shot.exact for shot in zones),
        "passes": sum(shot.passes for shot in zones),
        "passes_wrong": sum(shot.passes and not shot.exact for shot in zones),
        "not_found": sum(not shot.answer.lines for shot in zones),
        "failed": sum(shot.answer.error is not None for shot in shots),
        "no_zone": len(empty),
        "false_zones": sum(bool(shot.answer.lines) for shot in empty),
        "cpu_ms": spread([shot.answer.cpu_ms for shot in zones]) if zones else None,
        "cpu_ms_no_zone": spread([shot.answer.cpu_ms for shot in empty]) if empty else None,
    }


def ratio(ours: Sequence[Shot], theirs: Sequence[Shot]) -> dict[str, list[float]]:
    """How many times more CPU they take on pictures with a zone: value and 95 % interval.

    Intervals by resampling the pictures (Efron 1979), both readers on the same ones.
    """
    pairs = [
        (one.answer.cpu_ms, other.answer.cpu_ms)
        for one, other in zip(ours, theirs, strict=True)
        if one.known.lines
    ]
    return {
        "median": _interval(pairs, statistics.median),
        "mean": _interval(pairs, statistics.fmean),
    }


def _interval(
    pairs: Sequence[tuple[float, float]], centre: Callable[[list[float]], float]
) -> list[float]:
    rng = random.Random(7)

    def times(some: Sequence[tuple[float, float]]) -> float:
        return centre([b for _, b in some]) / centre([a for a, _ in some])

    drawn = sorted(times(rng.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    ends = (drawn[round(0.025 * RESAMPLES)], drawn[round(0.975 * RESAMPLES) - 1])
    return [round(value, 1) for value in (times(pairs), *ends)]


def peak_megabytes(picture: Path) -> float:
    """The largest resident memory of ``periksa mrz`` in a process of its own, MB.

    Started by a small process: a child inherits the peak of a large one that starts it.
    """
    script = (
        "import os, sys; process = os.posix_spawn(sys.executable, [sys.executable, '-m',"
        " 'pipeline.cli', 'mrz', '--json', sys.argv[1]], os.environ,"
        " file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]);"
        " print(os.wait4(process, 0)[2].ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(picture)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) * 1024 / 1e6


def _show(figures: dict[str, dict[str, Any]], names: Sequence[str]) -> None:
    print(
        "| reader | exact | called proven, wrong ones | passes check digits, wrong ones "
        "| not found | false zones | failed | CPU ms median / mean / p95 "
        "| without a zone: median / p95 |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    for name in names:
        value = figures[name]
        print(
            f"| {PEERS[name].label} | {value['exact']} of {value['zones']} "
            f"| {value['valid']}, {value['valid_wrong']} | {value['passes']}, "
            f"{value['passes_wrong']} | {value['not_found']} | {value['false_zones']} of "
            f"{value['no_zone']} | {value['failed']} | {_costs(value['cpu_ms'], 'mean')} "
            f"| {_costs(value['cpu_ms_no_zone'])} |"
        )


def _costs(cost: dict[str, float] | None, *more: str) -> str:
    names = ("median", *more, "p95")
    return " / ".join(f"{cost[name]:,.0f}" for name in names) if cost else "-"


def _show_ratios(ratios: dict[str, dict[str, list[float]]]) -> None:
    for name, value in ratios.items():
        (median, low, high), (mean, mean_low, mean_high) = value["median"], value["mean"]
        print(
            f"{PEERS[name].label}: {median:.0f} x our median ({low:.0f} to {high:.0f}), "
            f"{mean:.0f} x our mean ({mean_low:.0f} to {mean_high:.0f})"
        )


if __name__ == "__main__":
    main()
