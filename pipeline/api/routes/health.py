"""GET /healthz: the process answers. GET /readyz: it can do its work."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fastapi import APIRouter
from starlette.responses import Response

from models.catalogue import names_in, path_of
from pipeline.api.desk import Desk, reply
from pipeline.api.openapi import answer
from pipeline.api.problems import Problem
from pipeline.errors import KNOWN_ERRORS, KnownError, error_to_dict

NOT_READY = 503


def router(desk: Desk) -> APIRouter:
    """The probes of whoever supervises the server."""
    routes = APIRouter(tags=["health"])

    @routes.get("/healthz", responses=answer("Health", {"status": "ok"}))
    async def healthz() -> Response:
        """Whether the process answers at all."""
        return reply({"status": "ok"})

    @routes.get("/readyz", responses=answer("Health", {"status": "ready"}, NOT_READY))
    def readyz() -> Response:
        """Whether the weights are whole and the store can be written."""
        reasons = [error_to_dict(error) for error in _reasons(desk)]
        if reasons:
            raise Problem(
                NOT_READY,
                "server.not_ready",
                "; ".join(reason["message"] for reason in reasons),
                reasons[0]["advice"],
                more={"reasons": reasons},
            )
        return reply({"status": "ready"})

    return routes


def _reasons(desk: Desk) -> Iterator[KnownError]:
    for probe in (_weights, lambda: _store(desk)):
        error = _failure(probe)
        if error is not None:
            yield error


def _failure(probe: Callable[[], None]) -> KnownError | None:
    try:
        probe()
    except KNOWN_ERRORS as error:
        return error
    return None


def _weights() -> None:
    for name in (*names_in("core"), *names_in("own")):
        path_of(name)


def _store(desk: Desk) -> None:
    with desk.store.writing():
        pass  # an empty transaction: SQLite takes the lock for writing and gives it back
