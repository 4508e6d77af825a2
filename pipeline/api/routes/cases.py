"""GET /v1/cases and /v1/cases/{id}: the adjudication queue, to look at."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from pipeline.adjudication.queue import list_cases, show_case
from pipeline.api.desk import Desk, reply
from pipeline.api.openapi import answer

ACTOR = "api"
MOST = 1000  # cases an answer
EXAMPLE = {
    "id": "20261123-9f2c1ab4d0",
    "number": "1104-2026-000123",
    "office": "Kanim Contoh",
    "type": "renewal_adult",
    "outcome": "review",
    "state": "open",
    "priority": 1,
    "opened_at": "2026-11-23T08:00:00.000+00:00",
    "verified_at": "2026-11-23T08:00:00.000+00:00",
    "verifications": 1,
    "report_sha256": "96f4bd993595beb2aa946c18bb6ea4ec4eee8502a25c1088c8e0553d8608f324",
}


def router(desk: Desk) -> APIRouter:
    """The routes over ``desk``."""
    routes = APIRouter(tags=["cases"])

    @routes.get("/v1/cases", responses=answer("CaseList", {"cases": [EXAMPLE]}, 422, 500, 503))
    def cases(
        state: Literal["open", "decided", "all"] = "open",
        outcome: Literal["pass", "review", "fail"] | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    ) -> Response:
        """The queue: failed and doubtful cases before passed ones, then the oldest first."""
        wanted = None if state == "all" else state
        found = list_cases(desk.store, state=wanted, outcome=outcome, limit=limit, offset=offset)
        return reply({"cases": [case.to_dict() for case in found]})

    @routes.get(
        "/v1/cases/{case_id}",
        responses=answer("CaseFile", {**EXAMPLE, "evidence": [], "events": []}, 404, 422, 500, 503),
    )
    def case(case_id: str) -> Response:
        """One case: its newest report, the digests of its evidence, its events."""
        return reply(show_case(desk.store, case_id, actor=ACTOR).to_dict())

    return routes
