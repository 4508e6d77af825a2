"""Readers as processes of their own environments, made on demand below ``.peers``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
PLACE = ROOT / ".peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """A reader: its adapter in this folder and what pip installs for it (nothing: our own)."""

    label: str
    adapter: str
    packages: tuple[str, ...] = ()


PEERS = {
    "periksa": Peer("Periksa", "periksa_reader"),
    "passporteye": Peer(
        "PassportEye 2.2.2", "passporteye_peer", ("passporteye==2.2.2", "setuptools<81")
    ),
    "rapidocr": Peer(
        "RapidOCR 3.10, whole picture",
        "rapidocr_peer",
        ("rapidocr==3.10.0", "onnxruntime==1.32.0", "opencv-python-headless"),
    ),
    "tesseract": Peer(
        "tesseract (eng) behind a classical localiser",
        "tesseract_peer",
        ("pytesseract==0.3.13", "opencv-python-headless"),
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says of one picture. No lines: it found no zone."""

    lines: tuple[str, ...]
    valid: bool  # what the reader itself calls proven
    cpu_ms: float
    error: str | None = None


class Reader:
    """A running reader; ``with Reader(...)`` ends it."""

    def __init__(self, name: str) -> None:
        peer = PEERS[name]
        self.label = peer.label
        python = environment(name, peer.packages) if peer.packages else Path(sys.executable)
        self._process = subprocess.Popen(
            [str(python), str(FOLDER / "_worker.py"), peer.adapter],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=_surroundings(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def read(self, path: Path) -> Answer:
        """The answer for one picture file. RuntimeError if the process has died."""
        asked, told = self._process.stdin, self._process.stdout
        if asked is None or told is None:
            raise RuntimeError(f"{self.label} has no pipes")
        asked.write(json.dumps({"path": str(path)}) + "\n")
        asked.flush()
        line = told.readline()
        if not line:
            raise RuntimeError(f"{self.label} died on {path} with {self._process.wait()}")
        given: dict[str, Any] = json.loads(line)
        return Answer(
            tuple(given["lines"]), bool(given["valid"]), given["cpu_ms"], given.get("error")
        )


def environment(name: str, packages: tuple[str, ...]) -> Path:
    """The Python of the reader's own environment, made and filled where it is not there yet."""
    place = PLACE / name
    python, stamp = place / "bin" / "python", place / "packages"
    wanted = " ".join(packages)
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    sys.stderr.write(f"making the environment of {name}: {wanted}\n")
    venv.create(place, with_pip=True)
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
    subprocess.run(install, check=True)
    stamp.write_text(wanted)
    return python


def _surroundings() -> dict[str, str]:
    """One thread for everybody: CPU time then has no waiting threads in it."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "PERIKSA_THREADS"), "1")
    return {**os.environ, **one, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
