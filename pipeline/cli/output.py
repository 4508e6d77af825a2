"""Output: results on stdout, as JSON lines or as tables; everything else on stderr."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.json_text import json_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


class ReaderGone(Exception):
    """Whoever read our stdout has closed it (``| head``): nobody wants the rest."""


class Output:
    """Where a command writes. With ``as_json`` stdout carries JSON lines and nothing else."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, value: Mapping[str, Any]) -> None:
        """One JSON object on one line of stdout. Raises ReaderGone."""
        self.text(json_line(value) + "\n")

    def text(self, whole: str) -> None:
        """``whole`` as it is, on stdout. Raises ReaderGone."""
        try:
            sys.stdout.write(whole)
            sys.stdout.flush()
        except BrokenPipeError:
            raise ReaderGone from None

    def show(self, *parts: RenderableType) -> None:
        """Something for people, on stdout. Raises ReaderGone."""
        for part in parts:
            self._console.print(part)

    def failed(self, line: Mapping[str, Any]) -> None:
        """A line with ``error``: what went wrong, for people on stderr. Raises ReaderGone."""
        if self.as_json:
            self.line(line)
        told = line["error"]
        self.say(f"periksa: {told['message']}\n         {told['advice']}")

    def say(self, text: str) -> None:
        """A remark for people, on stderr."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def note(self, text: str) -> None:
        """A line of progress that stays; only on a terminal."""
        if sys.stderr.isatty():
            self.say(text)

    def progress(self, text: str) -> None:
        """A line that the next one overwrites; only on a terminal. Empty text wipes it."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        class _Console(Console):
            def on_broken_pipe(self) -> None:
                raise ReaderGone

        return _Console(markup=False, highlight=False, emoji=False)


def tolerant_streams() -> None:
    """File names are bytes: one that is no UTF-8 must not stop the output."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
