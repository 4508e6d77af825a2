"""The application object of the HTTP interface."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI

from pipeline.api.desk import Desk, Settings
from pipeline.api.limits import BodyLimit
from pipeline.api.openapi import described
from pipeline.api.pool import Pool
from pipeline.api.problems import add_handlers
from pipeline.api.routes import (
    cases,
    documents,
    health,
    matches,
    mrz,
    portraits,
    quality,
    verifications,
)
from pipeline.policy import Policy, load_policy
from pipeline.store import Store

ROUTES = (verifications, mrz, documents, quality, portraits, matches, cases, health)


def create_app(
    store: Store, policy: Policy | None = None, settings: Settings | None = None
) -> FastAPI:
    """The interface over ``store``, judging by ``policy``; the caller closes the store."""
    settings = settings or Settings()
    desk = Desk(store, policy or load_policy(), Pool(settings.workers, settings.queue))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.pool.close()

    app = FastAPI(
        title="Periksa",
        version=_version(),
        description="Verification of passport applications.",
        docs_url=None,  # both pages would load their code from elsewhere; stations are offline
        redoc_url=None,
        lifespan=lifespan,
    )
    app.add_middleware(BodyLimit, most=settings.max_body)
    add_handlers(app)
    for module in ROUTES:
        app.include_router(module.router(desk))
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        return described(plain())

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _version() -> str:
    try:
        return version("periksa")
    except PackageNotFoundError:
        return "0"
