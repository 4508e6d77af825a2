"""Component: one measured value of a portrait, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One measured value: ``raw`` in its own unit, ``scalar`` 0 (useless) to 100."""

    name: str
    raw: float | None
    scalar: int | None
    status: Literal["measured", "not_assessed"]
    reason: str | None  # why it was not assessed

    def to_dict(self) -> dict[str, Any]:
        return {
            "raw": None if self.raw is None else round(self.raw, 4),
            "scalar": self.scalar,
            "status": self.status,
            "reason": self.reason,
        }


class NotAssessed(Exception):  # an answer, not an error
    """Raised by a measure that this portrait (or this installation) gives nothing to measure on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
