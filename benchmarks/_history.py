"""Each run of a benchmark is one line of results/NAME.jsonl, with the machine that ran it."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"


def machine() -> str:
    """Processor, cores, memory and Python in one line."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{names[0] if names else platform.machine()}, {len(os.sched_getaffinity(0))} cores, "
        f"{memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


def append(name: str, figures: dict[str, Any]) -> Path:
    """Append ``figures`` to the history of benchmark ``name``; returns the file."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.jsonl"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"at": now, "machine": machine(), **figures}, allow_nan=False)
    with path.open("a", encoding="utf-8") as sink:
        sink.write(line + "\n")
    return path
