"""What OpenAPI says of bodies, answers and problems; each with an example."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema

from pipeline.api.bodies import ApplicationBody, MatchBody
from pipeline.api.problems import MEDIA_TYPE

Schema = dict[str, Any]
_REF = "#/components/schemas/{model}"
_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_MAYBE_NUMBER: Schema = {"type": ["number", "null"]}


def ref(name: str) -> Schema:
    """A schema by its name in components."""
    return {"$ref": _REF.format(model=name)}


def listed(name: str) -> Schema:
    """A list of such things."""
    return {"type": "array", "items": ref(name)}


def _object(required: Mapping[str, Schema], **optional: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
    }


WORDS = _object({"id": _TEXT, "en": _TEXT})
_OUTCOME: Schema = {"type": "string", "enum": ["pass", "review", "fail"]}
SCHEMAS: dict[str, Schema] = {
    "Finding": _object(
        {
            "code": _TEXT,
            "severity": {"type": "string", "enum": ["info", "review", "fail"]},
            "subject": _MAYBE_TEXT,
            "value": {"type": ["number", "string", "null"]},
            "limit": {"type": ["number", "string", "null"]},
            "clause": _MAYBE_TEXT,
            "message": WORDS,
            "advice": {"oneOf": [WORDS, {"type": "null"}]},
        }
    ),
    "Mrz": _object(
        {
            "found": {"type": "boolean"},
            "format": {
                "type": ["string", "null"],
                "enum": ["TD1", "TD2", "TD3", "MRVA", "MRVB", "FRID", None],
            },
            "lines": {"type": "array", "items": _TEXT},
            "raw_lines": {"type": "array", "items": _TEXT},
            "verified": {"type": "boolean"},
            "confidence": _NUMBER,
            "zone_confidence": _NUMBER,
            "fields": {"type": "object", "additionalProperties": _MAYBE_TEXT},
            "findings": listed("Finding"),
        }
    ),
    "Document": _object(
        {
            "type": {"type": "string", "enum": ["passport", "id_card", "visa", "ktp", "unknown"]},
            "fields": {"type": "object", "additionalProperties": ref("Field")},
            "mrz": {"oneOf": [ref("Mrz"), {"type": "null"}]},
            "portrait_box": {
                "type": ["array", "null"],
                "items": _NUMBER,
                "minItems": 4,
                "maxItems": 4,
            },
            "findings": listed("Finding"),
        }
    ),
    "Field": _object(
        {
            "value": _TEXT,
            "source": {"type": "string", "enum": ["mrz", "viz"]},
            "confidence": _NUMBER,
            "status": {"type": "string", "enum": ["read", "uncertain"]},
        }
    ),
    "Component": _object(
        {
            "raw": _MAYBE_NUMBER,
            "scalar": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
            "status": {"type": "string", "enum": ["measured", "not_assessed"]},
            "reason": _MAYBE_TEXT,
        }
    ),
    "Quality": _object(
        {
            "components": {"type": "object", "additionalProperties": ref("Component")},
            "profile": _TEXT,
            "verdict": _OUTCOME,
            "findings": listed("Finding"),
        }
    ),
    "FinishedPortrait": _object(
        {
            "finished": {"type": "boolean"},
            "container": {"type": "string", "enum": ["jpeg", "jp2", "iso"]},
            "profile": _TEXT,
            "data": {"type": ["string", "null"], "contentEncoding": "base64"},
            "bytes": {"type": ["integer", "null"]},
            "verdict": _OUTCOME,
            "findings": listed("Finding"),
        },
        geometry={"type": "string", "enum": ["print", "token"]},
        profile_sha256=_TEXT,
        source_sha256=_MAYBE_TEXT,
        sha256=_MAYBE_TEXT,
        picture={"type": ["object", "null"]},
        dpi=_MAYBE_NUMBER,
        framing={"type": ["object", "null"]},
        whitened_from=_MAYBE_NUMBER,
        check={"type": ["object", "null"]},
    ),
    "Match": _object(
        {
            "probe": _TEXT,
            "reference": _TEXT,
            "score": _MAYBE_NUMBER,
            "decision": {"type": "string", "enum": ["match", "review", "no_match"]},
            "fmr": _MAYBE_NUMBER,
            "findings": listed("Finding"),
        },
        regime={"type": "string", "enum": ["live", "document", "document-grey", "chip"]},
        fmr_interval={"type": ["array", "null"], "items": _NUMBER},
        fnmr={"type": ["object", "null"]},
        llr=_MAYBE_NUMBER,
        limits={"type": ["object", "null"]},
        strata={"type": "array", "items": _TEXT},
        quality={"type": "object"},
        pad={"type": "object"},
    ),
    "Verification": _object(
        {
            "application": {"type": "object"},
            "outcome": _OUTCOME,
            "findings": listed("Finding"),
            "portrait": ref("Quality"),
            "documents": {"type": "array", "items": {"type": "object"}},
            "face_matches": listed("Match"),
            "consistency": {"type": "array", "items": {"type": "object"}},
            "policy": {"type": "object"},
            "models": {"type": "object", "additionalProperties": _TEXT},
            "timings": {"type": "object"},
        },
        case=ref("Case"),
    ),
    "Case": _object(
        {
            "id": _TEXT,
            "number": _TEXT,
            "office": _TEXT,
            "type": _TEXT,
            "outcome": _OUTCOME,
            "state": {"type": "string", "enum": ["open", "decided"]},
            "priority": {"type": "integer"},
            "opened_at": _TEXT,
            "verified_at": _TEXT,
            "verifications": {"type": "integer", "minimum": 1},
            "report_sha256": _TEXT,
        }
    ),
    "CaseList": _object({"cases": listed("Case")}),
    "CaseFile": {
        "allOf": [
            ref("Case"),
            _object(
                {
                    "evidence": {"type": "array", "items": {"type": "object"}},
                    "events": {"type": "array", "items": {"type": "object"}},
                    "report": ref("Verification"),
                }
            ),
        ]
    },
    "Health": _object({"status": _TEXT}),
    "Problem": _object(
        {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "code": _TEXT,
            "advice": _TEXT,
        },
        errors={"type": "array", "items": _object({"location": _TEXT, "message": _TEXT})},
        reasons={
            "type": "array",
            "items": _object({"code": _TEXT, "message": _TEXT, "advice": _TEXT}),
        },
    ),
}
_PROBLEMS = {
    400: ("request.malformed", "the body is no JSON", "Send JSON in UTF-8."),
    404: ("case.not_found", "no case 20261123-9f2c1ab4d0", "List the cases: GET /v1/cases"),
    408: ("request.too_slow", "no part of the body came for 30 s", "Check the network."),
    413: ("request.too_large", "the body is larger than 48 MiB", "Send a smaller picture."),
    415: ("request.media_type", "Content-Type text/plain is not taken here", "Send image/*."),
    422: ("image.truncated", "the picture is a damaged JPEG", "Take or scan it again."),
    500: ("internal", "a fault of Periksa itself", "The server's log has the traceback."),
    503: ("server.busy", "every worker is at work and the queue is full", "Send it again later."),
}


def answer(
    name: str, example: Mapping[str, Any], *problems: int, status: int = 200
) -> dict[int | str, Schema]:
    """``responses`` of a route: one success of schema ``name``, and the problems it can have."""
    success = {
        "description": "Done",
        "content": {"application/json": {"schema": ref(name), "example": example}},
    }
    return {status: success, **{code: _problem(code) for code in problems}}


def picture_body() -> Schema:
    """``requestBody`` of a route that takes the picture itself."""
    binary = {"schema": {"type": "string", "contentMediaType": "image/*"}}
    return {"required": True, "content": {"image/*": binary, "application/octet-stream": binary}}


def json_body(name: str, example: Mapping[str, Any]) -> Schema:
    """``requestBody`` of a route that takes JSON."""
    content = {"schema": ref(name), "example": example}
    return {"required": True, "content": {"application/json": content}}


def described(document: Schema) -> Schema:
    """The OpenAPI document with the schemas that the routes refer to."""
    _, bodies = models_json_schema(
        [(ApplicationBody, "validation"), (MatchBody, "validation")], ref_template=_REF
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(bodies["$defs"])
    schemas.update(SCHEMAS)
    return document


def _problem(status: int) -> Schema:
    code, message, advice = _PROBLEMS[status]
    example = {
        "type": f"urn:periksa:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "code": code,
        "advice": advice,
    }
    content = {MEDIA_TYPE: {"schema": ref("Problem"), "example": example}}
    return {"description": message, "content": content}
