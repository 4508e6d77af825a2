"""Runs one reader in its own environment: a JSON line in for each picture, a JSON line out.

    python benchmarks/peers/_worker.py ADAPTER     (stdin: {"path": "..."})

The adapter is a module of this folder with ``answer(path) -> {"lines": [...], "valid": bool}``.
Only the standard library is used here, because each environment holds one reader and nothing else.
CPU time includes threads and finished child processes (tesseract), measured around the call.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self


def cpu_seconds() -> float:
    """User and system time of this process and of its finished children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Attempt:
    """``with Attempt() as attempt``: a reader that fails is a result of the measurement."""

    def __init__(self) -> None:
        self.error = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Exception):
            self.error = f"{type(error).__name__}: {error}"[:300]
        return isinstance(error, Exception)


def answered(adapter: Any, path: Path) -> dict[str, Any]:
    """The adapter's answer with its cost; what it raised, if it raised."""
    answer: dict[str, Any] = {"lines": [], "valid": False}
    before = cpu_seconds()
    with Attempt() as attempt:
        answer = adapter.answer(path)
    told = {"error": attempt.error} if attempt.error else {}
    return {**answer, **told, "cpu_ms": 1e3 * (cpu_seconds() - before)}


def main() -> None:
    """Answer until stdin ends. What readers print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    adapter = importlib.import_module(sys.argv[1])
    for line in sys.stdin:
        answers.write(json.dumps(answered(adapter, Path(json.loads(line)["path"]))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
