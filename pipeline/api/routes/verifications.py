"""POST /v1/verifications: verify an application and open its case."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.adjudication.case import open_case
from pipeline.api.bodies import ApplicationBody, PortraitBody
from pipeline.api.desk import JSON_TYPES, Desk, reply
from pipeline.api.openapi import answer, json_body
from pipeline.application import Application, Document
from pipeline.verify import verify

ACTOR = "api"  # until requests carry who sends them
SENT = {
    "number": "1104-2026-000123",
    "type": "renewal_adult",
    "office": "Kanim Contoh",
    "sop": "1385",
    "declared": {"name": "SITI CONTOH", "birth_date": "1991-04-17", "sex": "F"},
    "portrait": {"media_type": "image/jpeg", "data": "/9j/4AAQSkZJRgABAQ..."},
    "documents": [
        {"kind": "old_passport", "media_type": "image/jpeg", "data": "/9j/4AAQSkZJRgABAQ..."}
    ],
}
EXAMPLE = {
    "application": {"number": "1104-2026-000123", "office": "Kanim Contoh"},
    "outcome": "pass",
    "findings": [],
    "portrait": {"components": {}, "profile": "icao", "verdict": "pass", "findings": []},
    "documents": [],
    "face_matches": [],
    "consistency": [],
    "policy": {"name": "passport-id", "version": "2026-11-23"},
    "models": {},
    "timings": {},
}


def router(desk: Desk) -> APIRouter:
    """The route over ``desk``."""
    routes = APIRouter(tags=["verification"])

    def judge(body: bytes) -> dict[str, Any]:
        sent = ApplicationBody.model_validate_json(body)
        # Verification reads evidence as files; they are private and gone when it is done.
        with TemporaryDirectory(prefix="periksa-") as folder:
            report = verify(_written(sent, Path(folder)), desk.policy)
        case = open_case(desk.store, report, actor=ACTOR)
        return {**report.to_dict(), "case": case.to_dict()}

    @routes.post(
        "/v1/verifications",
        status_code=201,
        responses=answer("Verification", EXAMPLE, 400, 408, 413, 415, 422, 500, 503, status=201),
        openapi_extra={"requestBody": json_body("ApplicationBody", SENT)},
    )
    async def verifications(request: Request) -> Response:
        """Verify an application; the answer is the report, Location names its case."""
        found = await desk.judge(request, JSON_TYPES, judge)
        return reply(found, 201, {"Location": f"/v1/cases/{found['case']['id']}"})

    return routes


def _written(sent: ApplicationBody, folder: Path) -> Application:
    """The application with its pictures written into ``folder``."""
    documents = []
    for number, paper in enumerate(sent.documents, 1):
        documents.append(Document(paper.kind, _write(folder / f"{number}-{paper.kind}", paper)))
    return Application(
        folder=folder,
        number=sent.number,
        type=sent.type,
        office=sent.office,
        sop=sent.sop,
        declared=sent.declared,
        portrait=_write(folder / "portrait", sent.portrait),
        documents=tuple(documents),
    )


def _write(path: Path, picture: PortraitBody) -> Path:
    named = path.with_suffix(mimetypes.guess_extension(picture.media_type) or "")
    named.write_bytes(picture.data)
    return named
