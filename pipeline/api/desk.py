"""What every route needs: the store, the policy, the pool, and how bodies are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request
from starlette.responses import Response

from pipeline.api.pool import Pool
from pipeline.api.problems import Problem
from pipeline.json_text import json_line
from pipeline.policy import Policy
from pipeline.store import Store

Result = TypeVar("Result")
IMAGE_TYPES = ("image/", "application/octet-stream")
JSON_TYPES = ("application/json",)


@dataclass(frozen=True, slots=True)
class Settings:
    """How much a server takes on."""

    workers: int | None = None  # threads; None: one a core
    queue: int = 16  # requests that may wait
    max_body: int = 48 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Desk:
    """The shared parts of a running server."""

    store: Store
    policy: Policy
    pool: Pool

    async def judge(
        self, request: Request, media_types: tuple[str, ...], work: Callable[[bytes], Result]
    ) -> Result:
        """``work`` on the body, in the pool. Raises Problem for what cannot be taken."""
        require_type(request, media_types)
        self.pool.refuse_if_full()
        body = await request.body()
        return await self.pool.run(lambda: work(body))


def require_type(request: Request, media_types: tuple[str, ...]) -> None:
    """Raises Problem 415 unless Content-Type begins with one of ``media_types``."""
    given = request.headers.get("content-type", "").strip().lower()
    if not given.startswith(media_types):
        wanted = " or ".join(f"{name}*" if name.endswith("/") else name for name in media_types)
        raise Problem(
            415,
            "request.media_type",
            f"Content-Type {given or '(none)'} is not taken here",
            f"Send the body with Content-Type {wanted}.",
            headers={"Accept-Post": wanted.replace(" or ", ", ")},
        )


def reply(
    value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """``value`` as JSON without NaN."""
    return Response(json_line(value), status, dict(headers or {}), "application/json")
