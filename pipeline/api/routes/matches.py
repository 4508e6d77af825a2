"""POST /v1/matches: compare two faces."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from capture.sample import Sample
from pipeline.api.bodies import MatchBody
from pipeline.api.desk import JSON_TYPES, Desk, reply
from pipeline.api.openapi import answer, json_body
from pipeline.evidence import Portrait, portrait_of
from pipeline.faces.match import match_faces

SENT = {"probe": "/9j/4AAQSkZJRgABAQ...", "reference": "/9j/4AAQSkZJRgABAQ..."}
EXAMPLE = {
    "probe": "probe",
    "reference": "reference",
    "score": 0.71,
    "decision": "match",
    "fmr": 2e-6,
    "findings": [],
}


def router(desk: Desk) -> APIRouter:
    """The route over ``desk``."""
    routes = APIRouter(tags=["faces"])

    def match(body: bytes) -> dict[str, Any]:
        pair = MatchBody.model_validate_json(body)
        probe = _portrait(pair.probe, "probe")
        reference = _portrait(pair.reference, "reference")
        names = ("probe", "reference")
        return match_faces(probe, reference, desk.policy, names=names, regime=pair.regime).to_dict()

    @routes.post(
        "/v1/matches",
        responses=answer("Match", EXAMPLE, 400, 408, 413, 415, 422, 500, 503),
        openapi_extra={"requestBody": json_body("MatchBody", SENT)},
    )
    async def matches(request: Request) -> Response:
        """Compare two faces; a picture without a face is a finding with decision review."""
        return reply(await desk.judge(request, JSON_TYPES, match))

    return routes


def _portrait(data: bytes, name: str) -> Portrait:
    return portrait_of(Sample.from_bytes(data, name=name))
