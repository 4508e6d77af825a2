"""Procedure: stages, papers, clocks, pairs of eyes and limits, as one profile tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pipeline.findings import Severity, Words
from pipeline.sop.order import PartialOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step. ``after``: the direct predecessors; results in ``waits`` leave it undone."""

    id: str
    label: Words
    roles: frozenset[str]
    after: tuple[str, ...]
    source: str
    optional: bool = False
    required_for: frozenset[str] = frozenset()  # types that need an optional stage all the same
    registration: bool = False
    needs_documents: bool = False
    gate: str = ""
    least_seconds: float = 0.0  # what takes less was not done
    most: int = 1  # how often it may be done
    waits: frozenset[str] = frozenset()  # results after which it must be done again
    ends: frozenset[str] = frozenset()  # results that end the case


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSet:
    """Papers that are enough for one type of application."""

    all: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]
    if_any: tuple[str, ...]
    when: Mapping[str, str]
    source: str

    def lacking(self, handed: frozenset[str]) -> tuple[str, ...]:
        """What is not among ``handed``; alternatives are joined with "|"."""
        lost = [paper for paper in self.all if paper not in handed]
        return (*lost, *("|".join(some) for some in self.one_of if not handed & set(some)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time limit between two markers; a marker is a stage or ``stage:result``."""

    id: str
    label: Words
    start: tuple[str, str]
    stop: tuple[str, str]
    last_start: bool
    limit: int
    unit: Literal["working_days", "days"]
    warn_days: int
    least_hours: float
    hurried: Mapping[str, str]  # attributes with which ``least_hours`` does not hold
    excluded_types: frozenset[str]
    cancels: bool
    source: str


@dataclass(frozen=True, slots=True)
class FourEyes:
    """Whoever did ``other`` must not do ``stage``."""

    id: str
    stage: str
    other: str
    source: str


@dataclass(frozen=True, slots=True)
class SopKind:
    """One SOP of the family: its number, channel and types of application."""

    id: str
    number: str
    label: Words
    channel: str
    types: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class QueueRule:
    """Which order is a queue, and from how many overtaken cases on it counts as broken."""

    stage: str
    registered: str
    overtakes: int
    priorities: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class DeviationRule:
    """How grave a deviation is: its severity, its weight in the ranking and its own limits."""

    severity: Severity
    weight: float
    source: str
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CalendarRule:
    """Whose holidays count, and the zone of times that name none."""

    country: str
    categories: tuple[str, ...]
    zone: str


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """One profile, complete. ``digest`` is the sha256 over its file and those it extends."""

    name: str
    version: str
    digest: str
    title: Words
    legal: tuple[str, ...]
    roles: Mapping[str, str]
    sops: Mapping[str, SopKind]
    stages: Mapping[str, Stage]
    documents: Mapping[str, tuple[DocumentSet, ...]]
    clocks: Mapping[str, Clock]
    four_eyes: tuple[FourEyes, ...]
    override_roles: frozenset[str]
    never_overridden: frozenset[str]
    queue: QueueRule
    deviations: Mapping[str, DeviationRule]
    calendar: CalendarRule

    def order_for(self, type_: str) -> PartialOrder:
        """The partial order for one type of application; the same object for equal needs."""
        needed = [s.id for s in self.stages.values() if s.optional and type_ in s.required_for]
        known = self._orders.get(frozenset(needed))
        if known is None:
            after = {stage.id: stage.after for stage in self.stages.values()}
            optional = {stage.id for stage in self.stages.values() if stage.optional}
            known = PartialOrder.of(after, optional.difference(needed))
            self._orders[frozenset(needed)] = known
        return known

    @cached_property
    def _orders(self) -> dict[frozenset[str], PartialOrder]:
        return {}

    def lacking_documents(
        self, type_: str, handed: frozenset[str], attributes: Mapping[str, str]
    ) -> tuple[str, ...] | None:
        """What is missing of the nearest set of papers; None if the profile knows no such type.

        A set with a condition counts unless the case's attributes say otherwise.
        """
        sets = [
            option
            for option in self.documents.get(type_, ())
            if all(attributes.get(key, value) == value for key, value in option.when.items())
        ]
        if not sets:
            return None
        return min((option.lacking(handed) for option in sets), key=len)

    def to_dict(self) -> dict[str, str]:
        return {"name": self.name, "version": self.version, "sha256": self.digest}
