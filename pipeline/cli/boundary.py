"""The boundary: what a command could not handle becomes a message, an exit status, a JSON line."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self

from pipeline.cli.output import Output, ReaderGone, tolerant_streams
from pipeline.errors import KNOWN_ERRORS, ExitStatus, KnownError, error_to_dict, exit_status

SIGPIPE_STATUS = 141  # what a shell shows for a program that died of SIGPIPE
_debug: ContextVar[bool] = ContextVar("debug", default=False)


class Attempt:
    """``with Attempt() as attempt:`` runs a piece of work; ``attempt.error`` is what stopped it.

    Exceptions of the kinds ``through`` pass, and so do SystemExit and Ctrl-C.
    """

    def __init__(self, *through: type[Exception]) -> None:
        self.error: Exception | None = None
        self._through = through

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, self._through):
            return False
        self.error = error
        if _debug.get() and not isinstance(error, ReaderGone):
            traceback.print_exception(error)
        return True


def run_guarded(run: Callable[[list[str]], object], words: Sequence[str]) -> int:
    """Run the command line ``words``; whatever happens ends as one of our exit statuses."""
    tolerant_streams()
    rest = _without_debug(words)
    _debug.set(len(rest) < len(words) or os.environ.get("PERIKSA_DEBUG", "") not in ("", "0"))
    with Attempt() as attempt:
        run(rest)
    if attempt.error is None:
        return ExitStatus.OK
    if isinstance(attempt.error, ReaderGone):
        # Python flushes stdout once more when it ends; that must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SIGPIPE_STATUS
    Output(as_json="--json" in rest).failed({"error": told_of(attempt.error)})
    return status_of(attempt.error)


def status_of(error: Exception) -> ExitStatus:
    """The exit status for whatever went wrong."""
    return exit_status(error) if isinstance(error, KNOWN_ERRORS) else ExitStatus.INTERNAL


def told_of(error: Exception) -> dict[str, Any]:
    """``code``, ``message`` and ``advice`` for whatever went wrong."""
    if isinstance(error, KnownError):
        return error_to_dict(error)
    text = " ".join(str(error).split())[:300]
    return {
        "code": "internal",
        "message": f"a fault of Periksa itself: {type(error).__name__}: {text}",
        "advice": "Run it again with --debug and report what it prints, with the version "
        "(periksa --version); leave personal data out.",
    }


def _without_debug(words: Sequence[str]) -> list[str]:
    """``words`` without ``--debug``, which may stand anywhere before a bare ``--``."""
    end = words.index("--") if "--" in words else len(words)
    return [word for word in words[:end] if word != "--debug"] + list(words[end:])
