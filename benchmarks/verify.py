"""What does one verification cost, stage by stage, beside face_recognition and PassportEye?

    ./dev bench verify [--application FOLDER] [--rounds 15]

CPU time, not wall time; everybody reads the same files in the same run, rounds interleaved.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks._cpu import cpu_ms, median_cpu_ms
from benchmarks._history import append, machine
from benchmarks.peers import face_recognition_peer, passporteye_peer
from pipeline import match_faces, read_mrz, verify
from pipeline.application import load_application

SAMPLE = Path(__file__).resolve().parent.parent / "fixtures" / "applications" / "pass"


def main() -> None:
    """Measure, print a table, append the figures to the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--application", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()

    whole = median_cpu_ms({"verify": lambda: verify(chosen.application)}, chosen.rounds)["verify"]
    stages = stage_medians(chosen.application, chosen.rounds)
    beside = peers(chosen.application, chosen.rounds)
    process = statistics.median(cpu_ms(lambda: cold(chosen.application)) for _ in range(3))
    importing = statistics.median(cpu_ms(bare_import) for _ in range(5))

    print(f"{machine()}\nmedian CPU ms of {chosen.rounds} rounds\n")
    for stage, value in stages.items():
        print(f"  {stage:<14}{value:8.1f}")
    print(f"  {'whole':<14}{whole:8.1f}   ({1e3 / whole:.1f} applications a second and core)")
    print(f"  {'a new process':<14}{process:8.1f}   (periksa verify, everything loaded anew)")
    print(f"  {'import':<14}{importing:8.1f}   (python -c 'import pipeline')\n")
    for name, value in beside.items():
        print(f"  {name:<44}{value:8.1f}")
    figures = {
        "whole": whole, "stages": stages, "process": process, "import": importing, **beside,
    }  # fmt: skip
    print(f"\nappended to {append('verify', figures)}")


def stage_medians(application: Path, rounds: int) -> dict[str, float]:
    """Median CPU ms of each stage as the report states it."""
    reports = [verify(application) for _ in range(rounds)]
    return {
        stage: statistics.median(report.timings[stage].cpu_ms for report in reports)
        for stage in reports[0].timings
    }


def peers(application: Path, rounds: int) -> dict[str, float]:
    """The two jobs that peers do as well, on the portrait and the passport of the application."""
    files = load_application(application)
    portrait = files.portrait
    passport = next(paper.path for paper in files.documents if paper.kind == "old_passport")
    return median_cpu_ms(
        {
            "two faces compared, Periksa": lambda: match_faces(portrait, passport),
            "two faces compared, face_recognition": lambda: face_recognition_peer.compare(
                portrait, passport
            ),
            "MRZ read, Periksa": lambda: read_mrz(passport),
            "MRZ read, PassportEye": lambda: passporteye_peer.read(passport),
        },
        rounds,
    )


def cold(application: Path) -> None:
    """One verification in a process of its own, nothing stored."""
    subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "verify", str(application), "--no-store", "--json"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def bare_import() -> None:
    """A new interpreter that imports the package and stops."""
    subprocess.run([sys.executable, "-c", "import pipeline"], check=True)


if __name__ == "__main__":
    main()
