"""Component: one measured value of a portrait."""

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
