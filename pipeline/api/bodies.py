"""The JSON bodies of requests; pictures travel in them as standard base64."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator

from pipeline.application import DECLARED_FIELDS, DOCUMENT_KINDS


def _decoded(value: Any) -> bytes:
    if not isinstance(value, str):
        raise ValueError("must be a text in base64")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError(f"is no base64: {error}") from error


Picture = Annotated[
    bytes,
    BeforeValidator(_decoded),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/*"}),
]
Short = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class MatchBody(_Body):
    """Two pictures to compare; ``regime`` says what the reference is."""

    probe: Picture
    reference: Picture
    regime: Literal["live", "document", "chip"] = "live"


class PortraitBody(_Body):
    """The applicant's portrait."""

    data: Picture
    media_type: str = Field("image/jpeg", max_length=100)


class DocumentBody(PortraitBody):
    """The scan of one paper."""

    kind: Literal["old_passport", "ektp"]


class ApplicationBody(_Body):
    """One application: what application.toml says, with the pictures."""

    number: Short
    type: Short
    office: Short
    sop: Short
    declared: Annotated[
        dict[str, Short],
        WithJsonSchema(
            {
                "type": "object",
                "properties": {
                    name: {"type": "string", "minLength": 1, "maxLength": 200}
                    for name in DECLARED_FIELDS
                },
                "additionalProperties": False,
            }
        ),
    ]
    portrait: PortraitBody
    documents: list[DocumentBody] = Field(max_length=len(DOCUMENT_KINDS) * 4)

    @field_validator("declared")
    @classmethod
    def _known(cls, declared: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(declared) - set(DECLARED_FIELDS))
        if unknown:
            raise ValueError(
                f"unknown field {', '.join(unknown)}; known: {', '.join(DECLARED_FIELDS)}"
            )
        return declared
