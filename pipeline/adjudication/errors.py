"""Why a case could not be had.

PipelineError
└── CaseNotFound    no case has that id    exit 3, HTTP 404
"""

from __future__ import annotations

from pipeline.errors import ExitStatus, PipelineError


class CaseNotFound(PipelineError):
    """No case of this store has the id."""

    exit_status = ExitStatus.INPUT
    http_status = 404

    def __init__(self, case_id: str) -> None:
        super().__init__(
            "case.not_found", f"no case {case_id}", "List the cases with: periksa cases list"
        )
