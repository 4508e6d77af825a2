"""What does a portrait's quality cost: of a 12-megapixel picture, and of a camera's frame?

    ./dev bench quality [--rounds N]

CPU milliseconds on one thread, medians; the picture is a gold portrait enlarged to 12 megapixels,
with a camera's noise, as JPEG. The full set is everything that ``periksa quality`` computes beside
decoding: the search for the face, all components, the passport's measures, the profile. The
coaching set is what a camera's frame of 1,280 x 720 needs: the face and its measures. Memory is the
peak of a fresh process that did nothing but this. The peers have no weights in any package: with
networks that repeat a constant (``benchmarks/peers/ofiq_stubs``) their time would mean nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from benchmarks._cpu import cpu_ms
from benchmarks._history import append
from capture.decode import decode, inspect
from pipeline.portrait.assess import assess_portrait
from pipeline.portrait.component import NotAssessed
from pipeline.portrait.locate import LocatedFace, locate_face
from pipeline.portrait.measures import coaching_measures, standard_measures
from pipeline.portrait.passport import passport_measures
from pipeline.portrait.view import PortraitView

Rgb = NDArray[np.uint8]
PORTRAIT = Path(__file__).parent.parent / "fixtures" / "gold" / "people" / "214_studio.jpg"
_LARGE, _FRAME = (3055, 3928), (1280, 720)  # width, height
_NOISE, _QUALITY = 3.0, 92
_CHILD = "--memory-only"


def main() -> None:
    """Print the figures as JSON and keep them in the history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(_CHILD, choices=("full", "coaching", "imports"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.memory_only:
        _alone(options.memory_only)
        return
    figures = measured(options.rounds)
    for kind in ("imports", "coaching", "full"):
        figures[f"{kind}_peak_mb"] = _peak_of(kind)
    append("quality", figures)
    print(json.dumps(figures, indent=1))


def measured(rounds: int) -> dict[str, float]:
    """Median CPU milliseconds of each part."""
    data, frame = large_jpeg(), camera_frame()
    image = decode(data, inspect(data, "large.jpg"), "large.jpg")
    calls: dict[str, Callable[[], object]] = {
        "decode_ms": lambda: decode(data, inspect(data, "large.jpg"), "large.jpg"),
        "full_ms": lambda: assess_portrait(image),
        "full_locate_ms": lambda: locate_face(image),
        "full_components_ms": lambda: components(image, _found(image), standard=True),
        "coaching_ms": lambda: coached(frame),
        "coaching_locate_ms": lambda: locate_face(frame),
    }
    for call in calls.values():
        call()
    times = [{name: cpu_ms(call) for name, call in calls.items()} for _ in range(rounds)]
    medians = {name: statistics.median(row[name] for row in times) for name in calls}
    medians["full_components_ms"] -= medians["full_locate_ms"]
    least = {
        f"{name}_least": min(row[name] for row in times) for name in ("full_ms", "coaching_ms")
    }
    return {name: round(value, 1) for name, value in {**medians, **least}.items()}


def large_jpeg() -> bytes:
    """A JPEG of 12 megapixels."""
    large = cv2.resize(_portrait(), _LARGE, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    grain = np.random.default_rng(0).normal(0, _NOISE, large.shape[:2])
    noisy = np.clip(large + grain[..., None], 0, 255).astype(np.uint8)
    return bytes(simplejpeg.encode_jpeg(noisy, quality=_QUALITY))


def camera_frame() -> Rgb:
    """A frame of 1,280 x 720 with the portrait in its middle."""
    width, height = _FRAME
    portrait = _portrait()
    scaled = cv2.resize(portrait, (portrait.shape[1] * height // portrait.shape[0], height))
    side = (width - scaled.shape[1]) // 2
    rest = width - scaled.shape[1] - side
    framed = cv2.copyMakeBorder(scaled, 0, 0, side, rest, cv2.BORDER_REPLICATE)
    return framed.astype(np.uint8, copy=False)


def _portrait() -> Rgb:
    data = PORTRAIT.read_bytes()
    return decode(data, inspect(data, PORTRAIT.name), PORTRAIT.name)


def _found(image: Rgb) -> LocatedFace:
    face = locate_face(image)
    if face is None:
        raise RuntimeError("the benchmark's portrait shows no face")
    return face


def components(image: Rgb, face: LocatedFace, *, standard: bool) -> list[float | None]:
    """The raw values of the full set, or of the coaching set."""
    view = PortraitView(image, face)
    full = (*standard_measures(), *passport_measures())
    values: list[float | None] = []
    for measure in full if standard else coaching_measures():
        try:
            values.append(measure.raw(view))
        except NotAssessed:
            values.append(None)
    return values


def coached(frame: Rgb) -> list[float | None]:
    """What the coach needs to know of one frame."""
    return components(frame, _found(frame), standard=False)


def _peak_of(kind: str) -> float:
    """Peak resident megabytes of a fresh process that does ``kind``."""
    command = [sys.executable, "-m", "benchmarks.quality", _CHILD, kind]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return round(float(done.stdout) / 1024, 1)


def _alone(kind: str) -> None:
    if kind == "full":
        path = Path("large.jpg")
        data = _unnoticed_jpeg()
        assess_portrait(decode(data, inspect(data, path.name), path.name))
    elif kind == "coaching":
        coached(camera_frame())
    # Not getrusage's ru_maxrss: a child inherits it from the process that started it.
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0])


def _unnoticed_jpeg() -> bytes:
    """``large_jpeg`` made by another process, so that making it is no part of this one's peak."""
    script = "import sys, benchmarks.quality as q; sys.stdout.buffer.write(q.large_jpeg())"
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
