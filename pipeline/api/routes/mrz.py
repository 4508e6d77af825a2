"""POST /v1/mrz: read the machine-readable zone of a picture."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from capture.sample import Sample
from pipeline.api.desk import IMAGE_TYPES, Desk, reply
from pipeline.api.openapi import answer, picture_body
from pipeline.documents.mrz import read_mrz
from pipeline.evidence import scan_of

EXAMPLE = {
    "found": True,
    "format": "TD3",
    "lines": [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ],
    "raw_lines": [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<1O",
    ],
    "verified": True,
    "confidence": 0.997,
    "fields": {"surname": "ERIKSSON", "given_names": "ANNA MARIA", "birth_date": "1974-08-12"},
    "findings": [],
}


def router(desk: Desk) -> APIRouter:
    """The route over ``desk``."""
    routes = APIRouter(tags=["documents"])

    def read(body: bytes) -> dict[str, Any]:
        return read_mrz(scan_of(Sample.from_bytes(body, name="body")), desk.policy).to_dict()

    @routes.post(
        "/v1/mrz",
        responses=answer("Mrz", EXAMPLE, 408, 413, 415, 422, 500, 503),
        openapi_extra={"requestBody": picture_body()},
    )
    async def mrz(request: Request) -> Response:
        """Read the machine-readable zone; a picture without one is a finding, not an error."""
        return reply(await desk.judge(request, IMAGE_TYPES, read))

    return routes
