"""Event: something that somebody did to one case at one moment; and the events of one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return NOTHING


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a case. ``time`` is when it was finished and knows its zone (else ValueError).

    ``attributes`` are texts; docs/sop.md lists those that rules look at (``type``, ``sop``,
    ``documents``, ``result``, ``gate``, ``override_by`` ...).
    """

    case: str
    stage: str
    time: datetime
    actor: str = ""
    role: str = ""
    office: str = ""
    attributes: Mapping[str, str] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError(f"the time of {self.stage} of case {self.case} has no zone")

    def to_dict(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "stage": self.stage,
            "time": self.time.isoformat(),
            "actor": self.actor,
            "role": self.role,
            "office": self.office,
            "attributes": dict(self.attributes),
        }


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A piece of a log that is no event: where it stands and why."""

    where: str
    reason: str
    case: str = ""

    def to_dict(self) -> dict[str, str]:
        return {"where": self.where, "reason": self.reason, "case": self.case}


@dataclass(frozen=True, slots=True)
class CaseEvents:
    """The events of one case in the order of time; equal times keep the order of the log."""

    case: str
    events: tuple[Event, ...]

    @classmethod
    def of(cls, events: Sequence[Event]) -> CaseEvents:
        """Events of one case in any order. ValueError without any or of several cases."""
        if len({event.case for event in events}) != 1:
            raise ValueError("events of exactly one case are needed")
        ordered = tuple(sorted(events, key=_time))
        return cls(events[0].case, ordered)

    @property
    def trace(self) -> tuple[str, ...]:
        """The stages in the order of time."""
        return tuple([event.stage for event in self.events])

    @property
    def office(self) -> str:
        """The office that the case began at, as far as the log names one."""
        return next((event.office for event in self.events if event.office), "")

    def attribute(self, name: str) -> str:
        """The last value that any event gives for ``name``; empty if none does."""
        for event in reversed(self.events):
            if value := event.attributes.get(name):
                return value
        return ""

    def words(self, name: str) -> frozenset[str]:
        """All the words that any event lists under ``name`` (documents handed in)."""
        found: set[str] = set()
        for event in self.events:
            found.update(event.attributes.get(name, "").replace(";", " ").split())
        return frozenset(found)


def _time(event: Event) -> datetime:
    return event.time
