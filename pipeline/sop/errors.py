"""What stops the machinery of the procedure: a profile, a calendar or a log that cannot be used.

PipelineError
├── PolicyError
│   └── ProfileError   a profile or a calendar is wrong     exit 7, HTTP 500
├── EventsUnreadable   a log is no log that we can read     exit 3, HTTP 422
└── ExportImpossible   an optional part is missing          exit 4, HTTP 503
"""

from __future__ import annotations

from pipeline.errors import ExitStatus, PipelineError, PolicyError


class ProfileError(PolicyError):
    """A profile or an office calendar that contradicts itself or lacks something."""


class EventsUnreadable(PipelineError):
    """A log as a whole that cannot be understood; single bad rows are findings (D14)."""

    exit_status = ExitStatus.INPUT
    http_status = 422


class ExportImpossible(PipelineError):
    """A format whose library is not installed."""

    exit_status = ExitStatus.MODEL
    http_status = 503
