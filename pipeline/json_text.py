"""JSON text that any strict parser takes: no NaN, no infinity, ASCII only."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any


def json_line(value: Any) -> str:
    """``value`` on one line, keys in their own order; non-finite numbers become null."""
    return json.dumps(_finite(value), allow_nan=False, separators=(", ", ": "))


def canonical_json(value: Any) -> str:
    """The one text of ``value``: keys sorted, no spaces; equal values give equal digests."""
    return json.dumps(_finite(value), allow_nan=False, separators=(",", ":"), sort_keys=True)


def digest_of_text(text: str) -> str:
    """sha256 of ``text``, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
