"""Why a sample could not be had.

CaptureError
└── UnreadableImage    the bytes are no picture that can be judged
"""

from __future__ import annotations


class CaptureError(Exception):
    """A capture that failed: ``code`` for programs, ``message`` and ``advice`` for people."""

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice


class UnreadableImage(CaptureError):
    """The file is missing, empty, truncated, too large or not a picture."""
