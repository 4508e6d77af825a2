"""One file per resource; each offers ``router(desk)``."""

from __future__ import annotations
