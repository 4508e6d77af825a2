"""One file a schema; what is in one is never changed again."""

from __future__ import annotations
