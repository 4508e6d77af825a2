"""Long runs that continue where they were stopped: one JSON line for each seed that is done."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RUNS = ROOT / "runs"
Row = dict[str, Any]


class OtherReader(SystemExit):
    """The lines in the file were made by other code or weights; mixing them would prove nothing."""


def fingerprint(*patterns: str) -> str:
    """A digest of all files of the project that the patterns name; it changes with any of them."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def resumed(
    path: Path, made_by: str, seeds: Iterable[int], judge: Callable[[int], Row], workers: int
) -> list[Row]:
    """A row for each seed: those of ``path`` that are there, the others measured and appended.

    ``judge`` must be a function of a module, so that workers can import it. Raises OtherReader.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted = list(seeds)
    done = _known(path, made_by)
    todo = [seed for seed in wanted if seed not in done]
    with path.open("a", encoding="utf-8") as sink:
        if not done:
            sink.write(json.dumps({"made_by": made_by}) + "\n")
        for count, row in enumerate(_judged(todo, judge, workers), 1):
            done[row["seed"]] = row
            sink.write(json.dumps(row) + "\n")
            sink.flush()
            _progress(count, len(todo))
    return [done[seed] for seed in wanted]


def _known(path: Path, made_by: str) -> dict[int, Row]:
    """Rows by seed; a last line that was cut off is measured again."""
    if not path.is_file() or not path.stat().st_size:
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    if json.loads(lines[0]).get("made_by") != made_by:
        raise OtherReader(
            f"{path} was made by other code or weights. Remove it, or name another file with --out."
        )
    if not path.read_bytes().endswith(b"\n"):
        lines = lines[:-1]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = (json.loads(line) for line in lines[1:])
    return {row["seed"]: row for row in rows}


def _judged(todo: list[int], judge: Callable[[int], Row], workers: int) -> Iterator[Row]:
    if workers <= 1:
        yield from map(judge, todo)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(judge, todo, chunksize=4)


_BEGAN = time.monotonic()


def _progress(count: int, total: int) -> None:
    """A line on the terminal; every five hundred elsewhere."""
    tell = sys.stderr.isatty()
    if not tell and count % 500 and count != total:
        return
    left = (time.monotonic() - _BEGAN) / count * (total - count)
    text = f"{count:,} of {total:,}, about {left / 60:.0f} min left"
    sys.stderr.write(f"\r\x1b[K{text}" if tell else text + "\n")
    if tell and count == total:
        sys.stderr.write("\n")
