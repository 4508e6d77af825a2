"""Problems: every error of the interface as application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from capture.errors import CaptureError
from models.errors import ModelError
from pipeline.errors import KnownError, PipelineError, http_status
from pipeline.json_text import json_line

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)
_PLAIN_ADVICE = {
    404: "The paths are listed in /openapi.json.",
    405: "The methods of this path are in /openapi.json and in the header Allow.",
}


class Problem(HTTPException):
    """A refusal of the interface itself, with ``code`` and ``advice`` like every other error."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        advice: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, message, dict(headers) if headers else None)
        self.code = code
        self.advice = advice
        self.more = dict(more or {})


def problem_response(
    status: int,
    code: str,
    message: str,
    advice: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """The response for a problem; ``type`` is a name, not an address: stations are offline."""
    body = {
        "type": f"urn:periksa:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "code": code,
        "advice": advice,
        **(more or {}),
    }
    return Response(json_line(body), status, dict(headers or {}), MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Make every error of ``app`` a problem; a fault of our own shows no traceback to clients."""
    for known in (PipelineError, CaptureError, ModelError):
        app.add_exception_handler(known, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ValidationError, _invalid)
    app.add_exception_handler(Exception, _fault)


async def _known(_request: Request, error: Exception) -> Response:
    if not isinstance(error, KnownError):
        raise error
    status = http_status(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s: %s", error.code, error.message)
    return problem_response(status, error.code, error.message, error.advice)


async def _http(_request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        return problem_response(
            error.status_code,
            error.code,
            error.detail,
            error.advice,
            headers=error.headers,
            more=error.more,
        )
    if not isinstance(error, HTTPException):
        raise error
    status = error.status_code
    code = f"http.{HTTPStatus(status).name.lower()}"
    advice = _PLAIN_ADVICE.get(status, "See /openapi.json.")
    return problem_response(status, code, str(error.detail), advice, headers=error.headers)


async def _invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError | ValidationError):
        raise error
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        advice = "Send JSON in UTF-8; /openapi.json has an example."
        return problem_response(400, "request.malformed", "the body is no JSON", advice)
    return problem_response(
        422,
        "request.invalid",
        f"the request does not have the described form: {_place(faults[0])}",
        "Compare it with the example in /openapi.json.",
        more={"errors": [_described(fault) for fault in faults[:20]]},
    )


async def _fault(_request: Request, _error: Exception) -> Response:
    # Starlette raises the error once more after this; the server's log has the traceback.
    return problem_response(
        500,
        "internal",
        "a fault of Periksa itself",
        "The server's log has the traceback; report it without personal data.",
    )


def _described(fault: Mapping[str, Any]) -> dict[str, str]:
    """Where and why; never the value, which can be personal data or a whole picture."""
    return {"location": _place(fault), "message": str(fault["msg"])}


def _place(fault: Mapping[str, Any]) -> str:
    where: Sequence[Any] = fault["loc"]
    return ".".join(str(part) for part in where) or "body"
