"""Filter: narrows a search, but whoever is outside and alike is reported all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.faces.gallery.record import Sex


@dataclass(frozen=True, slots=True)
class Filter:
    """What a candidate must fit. A record that does not know an attribute fits it."""

    office: str | None = None
    sex: Sex | None = None
    born_from: int | None = None
    born_to: int | None = None

    def __bool__(self) -> bool:
        wanted = (self.office, self.sex, self.born_from, self.born_to)
        return any(part is not None for part in wanted)

    def to_dict(self) -> dict[str, Any]:
        return {
            "office": self.office,
            "sex": self.sex,
            "born_from": self.born_from,
            "born_to": self.born_to,
        }
