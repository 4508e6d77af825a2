"""What does comparing two one-megapixel portraits cost, from file to decision, and in memory?

    ./dev bench match [--rounds 40]

CPU time of one thread. face_recognition (load, locate, encode, distance) and dlib's own embedding
run in the same process on the same pictures, rounds interleaved, so that noise hits all alike;
ratios are of the medians, with 95 % intervals by bootstrap over rounds. Memory and loading are
measured in processes of their own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from benchmarks._cpu import cpu_ms
from benchmarks._history import append, machine
from benchmarks.peers import face_recognition_peer
from capture.sample import Sample
from models.catalogue import path_of
from models.faces.dlib_resnet import DlibResNet, DlibResNetInt8
from pipeline import match_faces
from pipeline.portrait.locate import locate_face

PEOPLE = Path(__file__).resolve().parent.parent / "fixtures" / "gold" / "people"
PIXELS = 1_000_000
DRAWS = 2000
WHOLE = ("two pictures, Periksa", "two pictures, face_recognition")
EMBEDDING = ("a chip, int8 and mirror image", "a chip, float32 and mirror image", "a chip, dlib")
# The kernel's own mark of this process; what wait4 tells includes the parent's memory at the fork.
PEAK = """
import atexit, re, sys
from pathlib import Path
from pipeline.cli import main

@atexit.register
def tell():
    mark = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
    print(int(mark[1]) / 1024, file=sys.stderr)

sys.exit(main(["match", *sys.argv[1:], "--json"]))
"""
# Imports are not loading: they are done before the clock starts.
LOADING = """
import time, numpy, cv2, onnxruntime
from ai_edge_litert.interpreter import Interpreter
import pipeline.faces.match
from models.faces.detectors import detector
from models.faces.embedders import embedder
from models.faces.face_mesh import FaceMesh
wall, cpu = time.perf_counter(), time.process_time()
detector(), FaceMesh(), embedder()
print(time.perf_counter() - wall, time.process_time() - cpu)
"""


def main() -> None:
    """Measure, print a table, append the figures to the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as scratch:
        files = [
            enlarged(PEOPLE / f"214_{kind}.jpg", Path(scratch)) for kind in ("studio", "other")
        ]
        times = interleaved({**whole(files), **embedding(files[0])}, rounds)
        memory = statistics.median(peak_mb(files) for _ in range(3))
    loading = [load_seconds() for _ in range(5)]
    figures: dict[str, Any] = {name: spread_of(values) for name, values in times.items()}
    figures |= {
        "whole_ratio": ratio(times[WHOLE[1]], times[WHOLE[0]]),
        "embedding_ratio": ratio(times[EMBEDDING[2]], times[EMBEDDING[0]]),
        "embedding_ratio_float32": ratio(times[EMBEDDING[2]], times[EMBEDDING[1]]),
        "peak_mb": memory,
        "load_wall_s": statistics.median(wall for wall, _ in loading),
        "load_cpu_s": statistics.median(cpu for _, cpu in loading),
        "rounds": rounds,
    }
    show(figures)
    print(f"\nappended to {append('match', figures)}")


def enlarged(file: Path, folder: Path) -> Path:
    """The portrait at one megapixel, as a JPEG of quality 92."""
    image = Sample.from_file(file).image
    scale = (PIXELS / (image.shape[0] * image.shape[1])) ** 0.5
    large = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    target = folder / file.name
    target.write_bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(large), quality=92))
    return target


def whole(files: list[Path]) -> dict[str, Callable[[], object]]:
    """From two files to a decision."""
    return {
        WHOLE[0]: lambda: match_faces(*files),
        WHOLE[1]: lambda: face_recognition_peer.compare(*files),
    }


def embedding(file: Path) -> dict[str, Callable[[], object]]:
    """From one chip to its template."""
    import dlib

    image = Sample.from_file(file).image
    face = locate_face(image)
    if face is None:
        raise SystemExit(f"no face in {file}")
    small, reference = DlibResNetInt8(), DlibResNet()
    chip = small.chip(image, face.landmarks)
    original = dlib.face_recognition_model_v1(str(path_of("dlib_resnet_dat")))
    return {
        EMBEDDING[0]: lambda: small.embed_chip(chip),
        EMBEDDING[1]: lambda: reference.embed_chip(chip),
        EMBEDDING[2]: lambda: original.compute_face_descriptor(chip),
    }


def interleaved(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """CPU ms of every call in every round, after one round that warms everybody up."""
    for call in calls.values():
        call()
    rows = [{name: cpu_ms(call) for name, call in calls.items()} for _ in range(rounds)]
    return {name: [row[name] for row in rows] for name in calls}


def spread_of(values: list[float]) -> dict[str, float]:
    """Median and 95th percentile, ms."""
    middle, high = np.quantile(values, [0.5, 0.95])
    return {"median_ms": round(float(middle), 2), "p95_ms": round(float(high), 2)}


def ratio(slow: list[float], fast: list[float]) -> dict[str, float]:
    """Ratio of the medians and its 95 % interval: rounds are drawn with replacement."""
    chance = np.random.default_rng(1)
    drawn = chance.integers(0, len(slow), (DRAWS, len(slow)))
    times: list[NDArray[np.float64]] = [np.array(values)[drawn] for values in (slow, fast)]
    low, high = np.quantile(np.median(times[0], 1) / np.median(times[1], 1), [0.025, 0.975])
    value = statistics.median(slow) / statistics.median(fast)
    return {
        name: round(float(v), 1)
        for name, v in zip(("x", "low", "high"), (value, low, high), strict=True)
    }


def peak_mb(files: list[Path]) -> float:
    """Largest resident memory of `periksa match A B` in a process of its own, MB."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *map(str, files)], capture_output=True, text=True, check=True
    )
    return float(done.stderr.split()[-1])


def load_seconds() -> tuple[float, float]:
    """Wall and CPU seconds that a fresh process takes to verify and load the face networks."""
    done = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, text=True, check=True
    )
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu


def show(figures: dict[str, Any]) -> None:
    """The table for people."""
    print(f"{machine()}\nCPU ms, {figures['rounds']} rounds: median, 95th percentile\n")
    for name in (*WHOLE, *EMBEDDING):
        print(f"  {name:<36}{figures[name]['median_ms']:9.1f}{figures[name]['p95_ms']:9.1f}")
    print()
    for name in ("whole_ratio", "embedding_ratio", "embedding_ratio_float32"):
        print("  {:<26}{x:6.1f} x  ({low:.1f} .. {high:.1f})".format(name, **figures[name]))
    print(f"  peak memory of a match    {figures['peak_mb']:6.0f} MB")
    print(f"  loading the networks      {figures['load_wall_s']:6.2f} s wall,", end="")
    print(f" {figures['load_cpu_s']:.2f} s CPU\n\n{json.dumps(figures)}")


if __name__ == "__main__":
    main()
