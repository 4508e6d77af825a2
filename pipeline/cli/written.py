"""Files that a command writes: there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import ExitStatus, PipelineError


class FileUnwritable(PipelineError):
    """The result cannot be written where it was asked for."""

    exit_status = ExitStatus.USAGE


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, in place of what was there. Raises FileUnwritable."""
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe
            path.write_bytes(data)
            return
        _replace(path.resolve(), data)
    except OSError as error:
        raise FileUnwritable(
            "file.unwritable",
            f"{path} cannot be written: {error.strerror}",
            "Name another file, in a folder that is there and may be written to.",
        ) from error


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write the lines to ``path`` one by one, in place of what was there. Raises FileUnwritable."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("w", encoding="ascii", newline="\n") as sink:
            sink.writelines(lines)
        part.replace(path)
    except OSError as error:
        raise FileUnwritable(
            "file.unwritable",
            f"{path} cannot be written: {error.strerror}",
            "Name another file, in a folder that is there and may be written to.",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
