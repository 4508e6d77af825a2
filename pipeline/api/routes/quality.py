"""POST /v1/quality: measure a portrait."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from capture.sample import Sample
from pipeline.api.desk import IMAGE_TYPES, Desk, reply
from pipeline.api.openapi import answer, picture_body
from pipeline.api.problems import Problem
from pipeline.evidence import portrait_of
from pipeline.portrait.assess import assess_portrait
from pipeline.portrait.profile import profile_names

EXAMPLE = {
    "components": {
        "LuminanceMean": {"raw": 0.48, "scalar": 92, "status": "measured", "reason": None}
    },
    "profile": "icao",
    "verdict": "pass",
    "findings": [],
}


def router(desk: Desk) -> APIRouter:
    """The route over ``desk``."""
    routes = APIRouter(tags=["portrait"])

    def assess(profile: str | None, body: bytes) -> dict[str, Any]:
        portrait = portrait_of(Sample.from_bytes(body, name="body"))
        return assess_portrait(portrait, desk.policy, profile=profile).to_dict()

    @routes.post(
        "/v1/quality",
        responses=answer("Quality", EXAMPLE, 408, 413, 415, 422, 500, 503),
        openapi_extra={"requestBody": picture_body()},
    )
    async def quality(
        request: Request,
        profile: Annotated[
            str | None, Query(pattern="^[a-z0-9_-]+$", description="Default: the policy's.")
        ] = None,
    ) -> Response:
        """Measure the quality components of ISO/IEC 29794-5 and judge them by a profile."""
        require_known(profile)
        return reply(await desk.judge(request, IMAGE_TYPES, partial(assess, profile)))

    return routes


def require_known(profile: str | None) -> None:
    """Raises Problem 422 for a profile that this server does not have."""
    known = profile_names()
    if profile is not None and profile not in known:
        raise Problem(
            422,
            "profile.unknown",
            f"no profile {profile!r}",
            f"Known profiles: {', '.join(known)}.",
        )
