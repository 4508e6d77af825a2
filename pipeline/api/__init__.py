"""The HTTP interface: /v1/... with OpenAPI 3.1, raw image bodies, problems as RFC 9457."""

from __future__ import annotations

from pipeline.api.app import create_app
from pipeline.api.desk import Settings

__all__ = ["Settings", "create_app"]
