"""POST /v1/documents: read a whole document."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from capture.sample import Sample
from pipeline.api.desk import IMAGE_TYPES, Desk, reply
from pipeline.api.openapi import answer, picture_body
from pipeline.documents.read import read_document
from pipeline.evidence import scan_of

EXAMPLE = {
    "type": "ktp",
    "fields": {
        "name": {"value": "SITI CONTOH", "source": "viz", "confidence": 0.96, "status": "read"}
    },
    "mrz": None,
    "portrait_box": [812.0, 160.5, 1040.0, 470.5],
    "findings": [],
}


def router(desk: Desk) -> APIRouter:
    """The route over ``desk``."""
    routes = APIRouter(tags=["documents"])

    def read(expected: str | None, body: bytes) -> dict[str, Any]:
        scan = scan_of(Sample.from_bytes(body, name="body"))
        return read_document(scan, desk.policy, expected=expected).to_dict()

    @routes.post(
        "/v1/documents",
        responses=answer("Document", EXAMPLE, 408, 413, 415, 422, 500, 503),
        openapi_extra={"requestBody": picture_body()},
    )
    async def documents(
        request: Request,
        expected: Annotated[
            Literal["old_passport", "ektp"] | None,
            Query(description="What it was handed in as."),
        ] = None,
    ) -> Response:
        """Read a document: its type, every field with source and confidence, the portrait."""
        return reply(await desk.judge(request, IMAGE_TYPES, partial(read, expected)))

    return routes
