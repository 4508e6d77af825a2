"""POST /v1/portraits: a portrait finished for print or chip."""

from __future__ import annotations

import base64
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from pipeline.api.desk import IMAGE_TYPES, Desk, reply
from pipeline.api.openapi import answer, picture_body
from pipeline.api.routes.quality import require_known
from pipeline.portrait.finish.finish import Container, Wanted, finish_portrait

EXAMPLE = {
    "finished": True,
    "container": "jpeg",
    "profile": "icao",
    "data": "/9j/4AAQSkZJRg...",
    "bytes": 14873,
    "verdict": "pass",
    "findings": [],
}


def router(desk: Desk) -> APIRouter:
    """The route over ``desk``."""
    routes = APIRouter(tags=["portrait"])

    def finish(profile: str | None, wanted: Wanted, body: bytes) -> dict[str, Any]:
        finished = finish_portrait(body, desk.policy, profile=profile, wanted=wanted)
        data = finished.data
        text = None if data is None else base64.b64encode(data).decode()
        return {**finished.to_dict(), "data": text}

    @routes.post(
        "/v1/portraits",
        responses=answer("FinishedPortrait", EXAMPLE, 408, 413, 415, 422, 500, 503),
        openapi_extra={"requestBody": picture_body()},
    )
    async def portraits(
        request: Request,
        profile: Annotated[
            str | None, Query(pattern="^[a-z0-9_-]+$", description="Default: the policy's.")
        ] = None,
        container: Annotated[
            Container, Query(alias="format", description="iso: a face record of 19794-5:2011.")
        ] = "jpeg",
        max_bytes: Annotated[int | None, Query(ge=500, description="Of the picture.")] = None,
        token: Annotated[bool, Query(description="The token geometry.")] = False,
    ) -> Response:
        """Crop, level, scale and compress; what cannot be done well is a finding without data."""
        require_known(profile)
        wanted = Wanted(
            geometry="token" if token else "print", container=container, most_bytes=max_bytes
        )
        return reply(await desk.judge(request, IMAGE_TYPES, partial(finish, profile, wanted)))

    return routes
