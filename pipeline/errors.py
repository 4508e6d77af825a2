"""Exceptions of the pipeline, and the exit and HTTP status of every error that a user can meet.

PipelineError
├── ApplicationError   application.toml is missing or wrong          exit 3, HTTP 422
├── PolicyError        a policy is missing or wrong                  exit 7, HTTP 500
└── StoreError         the case store cannot be read or written      exit 6, HTTP 503
capture.errors.CaptureError  (UnreadableImage)                       exit 3, HTTP 422
models.errors.ModelError     (weights, engines)                      exit 4, HTTP 503
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from capture.errors import CaptureError, UnreadableImage
from models.errors import ModelError


class ExitStatus(IntEnum):
    """The exit statuses of the command ``periksa``."""

    OK = 0
    USAGE = 2
    INPUT = 3
    MODEL = 4
    DEVICE = 5
    STORE = 6
    POLICY = 7
    INTERNAL = 70


class PipelineError(Exception):
    """An error with a ``code`` for programs, and a ``message`` and ``advice`` for people."""

    exit_status = ExitStatus.INTERNAL
    http_status = 500

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice


class ApplicationError(PipelineError):
    """An application folder that cannot be understood."""

    exit_status = ExitStatus.INPUT
    http_status = 422


class PolicyError(PipelineError):
    """A policy file that is missing, malformed or lacks a limit."""

    exit_status = ExitStatus.POLICY


class StoreError(PipelineError):
    """The case store cannot be opened, read or written."""

    exit_status = ExitStatus.STORE
    http_status = 503


KnownError = PipelineError | CaptureError | ModelError
KNOWN_ERRORS = (PipelineError, CaptureError, ModelError)


def exit_status(error: KnownError) -> ExitStatus:
    """The exit status that the command line gives for ``error``."""
    if isinstance(error, PipelineError):
        return error.exit_status
    if isinstance(error, UnreadableImage):
        return ExitStatus.INPUT
    return ExitStatus.DEVICE if isinstance(error, CaptureError) else ExitStatus.MODEL


def http_status(error: KnownError) -> int:
    """The HTTP status that the API gives for ``error``."""
    if isinstance(error, PipelineError):
        return error.http_status
    return 422 if isinstance(error, UnreadableImage) else 503


def error_to_dict(error: KnownError) -> dict[str, Any]:
    """``{"code", "message", "advice"}`` as every JSON line and problem carries it."""
    return {"code": error.code, "message": error.message, "advice": error.advice}
