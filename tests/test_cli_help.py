"""The command line explains itself, starts light, and refuses wrong use with status 2."""

from __future__ import annotations

import subprocess
import sys

import pytest
from commands import ROOT, periksa, surroundings

COMMANDS = (
    "", "verify", "mrz", "read", "quality", "portrait", "coach", "match", "serve", "doctor",
    "cases", "cases list",
    "cases show", "ledger", "ledger verify", "ledger checkpoint", "ledger export", "ledger prove",
    "store", "store upgrade", "store backup", "store restore", "store erase",
    "models", "models list", "models install",
    "models check", "calibrate", "models add", "models remove",
    "sop", "sop check", "sop deviations", "sop export", "sop profiles",
    "gallery", "gallery build", "gallery search", "gallery duplicates",
)  # fmt: skip
HEAVY = {"cv2", "numpy", "onnxruntime", "ai_edge_litert", "sqlalchemy", "fastapi", "PIL", "rich"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = periksa(*name.split(), "--help")
    assert done.status == 0
    assert f"Example:\n    periksa {name}".rstrip() in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert not done.err


def test_the_list_of_commands_cuts_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = periksa("--help")
    assert "..." not in done.out.partition("Commands:")[2]
    assert "Exit status:" in done.out


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["verify", "--help"], ["nonsense"]])
def test_what_only_talks_loads_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('LOADED', *sys.modules, file=sys.stderr))\n"
        f"from pipeline.cli import main\nsys.exit(main({words!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=surroundings({}), capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == (2 if words == ["nonsense"] else 0)
    assert not set(done.stderr.partition("LOADED")[2].split()) & HEAVY


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["nonsense"], id="no such command"),
        pytest.param(["mrz"], id="no picture named"),
        pytest.param(["mrz", "--nonsense", "x.jpg"], id="no such option"),
        pytest.param(["match", "one.jpg"], id="one picture cannot be compared"),
        pytest.param(["match", "a.jpg", "b.jpg", "--pairs", "p.csv"], id="two kinds of input"),
        pytest.param(["read", "--expected", "visa", "x.jpg"], id="a kind that is not known"),
        pytest.param(["verify", "x", "--report", "no/such/folder/r.html"], id="no such folder"),
        pytest.param(["cases", "list", "--state", "lost"], id="no such state"),
        pytest.param(["cases", "list", "--limit", "0"], id="nothing to list"),
        pytest.param(["serve", "--port", "70000"], id="no such port"),
        pytest.param(["models", "list", "--group", "none"], id="no such group"),
    ],
)
def test_wrong_use_is_status_2(words: list[str]) -> None:
    done = periksa(*words)
    assert done.status == 2
    assert not done.out
    assert "Error:" in done.err
    assert "Traceback" not in done.err
