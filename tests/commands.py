"""Running the command line: in this process where possible, as a real program where it matters."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pipeline.cli import main

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "fixtures" / "applications"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit status and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What stands on stdout, as JSON lines; fails if anything else is there, NaN included."""
        rows = [json.loads(line, parse_constant=_refuse) for line in self.out.splitlines()]
        assert all(isinstance(row, dict) for row in rows)
        return rows

    @property
    def only(self) -> dict[str, Any]:
        """The one JSON line."""
        (row,) = self.lines
        return row


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is no JSON")


def periksa(*words: str | Path) -> Done:
    """Run ``periksa WORDS`` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main([str(word) for word in words])
        except SystemExit as left:
            status = int(left.code or 0)
    return Done(status, out.getvalue(), err.getvalue())


def program(*words: str | Path, **environment: str | Path) -> Done:
    """Run ``periksa WORDS`` as a program of its own, with these environment variables."""
    done = subprocess.run(
        command(*words), env=surroundings(environment), capture_output=True, text=True, timeout=120
    )
    return Done(done.returncode, done.stdout, done.stderr)


def command(*words: str | Path) -> list[str]:
    """The command line that starts the program with this Python."""
    return [sys.executable, "-m", "pipeline.cli", *map(str, words)]


def surroundings(more: Mapping[str, str | Path]) -> dict[str, str]:
    """The environment with ``more``, and with our packages importable from any folder."""
    given = {name: str(value) for name, value in more.items()}
    return {**os.environ, "PYTHONPATH": str(ROOT), **given}
