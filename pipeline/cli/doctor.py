"""``periksa doctor``: is every part there, and if not, what cures it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from shutil import which

import typer

from pipeline.cli.boundary import Attempt, status_of, told_of
from pipeline.cli.options import AsJson
from pipeline.cli.output import Output, ReaderGone
from pipeline.errors import ExitStatus

EXAMPLE = "periksa doctor\n  periksa doctor --json | grep -v '\"ok\"'"
PACKAGES = (
    "numpy",
    "opencv-python-headless",
    "onnxruntime",
    "ai-edge-litert",
    "pillow",
    "simplejpeg",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the installation; ``status`` is ok, broken, or absent (nobody needs it)."""

    part: str
    status: str
    detail: str
    advice: str | None = None
    exit_status: ExitStatus = ExitStatus.OK


def doctor(as_json: AsJson = False) -> None:
    """Check every part of the installation; name each remedy.

    Packages, weights, inference, policy and store; the exit status is that of the first fault.
    """
    output = Output(as_json=as_json)
    parts = []
    for part in _parts():
        parts.append(part)
        if as_json:
            line = asdict(part)
            del line["exit_status"]
            output.line(line)
    if not as_json:
        _show(parts, output)
    # The first fault is the cause; what follows from it may look worse.
    raise typer.Exit(next((part.exit_status for part in parts if part.exit_status), 0))


def _parts() -> Iterator[Part]:
    yield Part("python", "ok", f"{platform.python_version()} on {platform.platform()}")
    for package in PACKAGES:
        yield _package(package)
    for name, probe in PROBES.items():
        yield _try(name, probe)
    yield _tesseract()


def _package(name: str) -> Part:
    try:
        return Part(name, "ok", version(name))
    except PackageNotFoundError:
        advice = f"Install Periksa again, or run: python -m pip install {name}"
        return Part(name, "broken", "not installed", advice, ExitStatus.MODEL)


def _try(name: str, probe: Callable[[], str]) -> Part:
    detail = ""
    with Attempt(ReaderGone) as attempt:
        detail = probe()
    if attempt.error is None:
        return Part(name, "ok", detail)
    told = told_of(attempt.error)
    return Part(name, "broken", told["message"], told["advice"], status_of(attempt.error))


def _weights() -> str:
    from models.catalogue import check, model_folder, names_in, path_of

    names = (*names_in("core"), *names_in("own"))
    for state in check(names):
        if state.status != "ok":
            path_of(state.name)  # raises what is wrong with it, and the cure
    return f"{len(names)} verified, in {model_folder()}"


def _inference() -> str:
    import numpy as np

    from models.faces.blazeface import BlazeFace
    from models.faces.dlib_resnet import DlibResNetInt8

    blank = np.zeros((150, 150, 3), np.uint8)
    BlazeFace().detect(blank)  # LiteRT
    DlibResNetInt8().descriptors(blank[None])  # ONNX Runtime
    return "LiteRT and ONNX Runtime run"


def _policy() -> str:
    from pipeline.policy import load_policy

    policy = load_policy()
    return f"{policy.name} {policy.version} ({policy.digest[:12]})"


def _store() -> str:
    from pipeline.errors import StoreError
    from pipeline.store import open_store
    from pipeline.store.audit import audit

    with open_store() as store:
        chain = audit(store)
    if not chain.ok:
        raise StoreError(
            "ledger.broken",
            f"{store.place}: {chain.faults[0].message}",
            "Run: periksa ledger verify",
        )
    return f"{store.place}, {chain.events} events, chain whole"


PROBES = {"weights": _weights, "inference": _inference, "policy": _policy, "store": _store}


def _tesseract() -> Part:
    path = which("tesseract")
    if path:
        return Part("tesseract", "ok", path)
    advice = "Only needed as a second reader of text: apt install tesseract-ocr"
    return Part("tesseract", "absent", "not installed", advice)


def _show(parts: list[Part], output: Output) -> None:
    from rich.text import Text

    from pipeline.cli.show import table

    styles = {"ok": "green", "broken": "bold red", "absent": "dim"}
    rows = table("part", "state", "")
    for part in parts:
        detail = part.detail if part.advice is None else f"{part.detail}\n-> {part.advice}"
        rows.add_row(part.part, Text(part.status, styles[part.status]), detail)
    output.show(rows)
