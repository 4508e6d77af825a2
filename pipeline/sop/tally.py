"""Tallies: deviations and fitness per office, month and stage, and the findings they rank to."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.sop.procedure import Procedure
from pipeline.sop.view import CaseView, Deviation

EXAMPLES = 20  # cases that a finding names; all of them are in the CSV
Z95 = 1.96


@dataclass
class Sum:
    """Cases with their fitness, and in how many of them each code was found."""

    cases: int = 0
    events: int = 0
    fitness: float = 0.0
    perfect: int = 0  # cases that fit the procedure wholly
    codes: Counter[str] = field(default_factory=Counter)

    def to_dict(self) -> dict[str, Any]:
        mean = self.fitness / self.cases if self.cases else None
        return {
            "cases": self.cases,
            "events": self.events,
            "fitness": None if mean is None else round(mean, 6),
            "fitting": self.perfect,
            "deviating_cases": dict(sorted(self.codes.items())),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedFinding:
    """One code at one stage of one office: how common it is there and elsewhere.

    ``score`` = weight of the code x lower bound (95 %, Wilson 1927) of its share: a rate from few
    cases does not lead the list.
    """

    code: str
    office: str
    stage: str
    severity: str
    cases: int
    of: int
    share: float
    elsewhere: float | None
    score: float
    examples: tuple[str, ...]
    source: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "office": self.office,
            "stage": self.stage,
            "severity": self.severity,
            "cases": self.cases,
            "of": self.of,
            "share": round(self.share, 6),
            "elsewhere": None if self.elsewhere is None else round(self.elsewhere, 6),
            "score": round(self.score, 6),
            "examples": list(self.examples),
            "source": self.source,
        }


class Tally:
    """Adds up cases and deviations; its size follows offices, months and stages, not cases."""

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self.total = Sum()
        self.offices: dict[str, Sum] = defaultdict(Sum)
        self.months: dict[str, Sum] = defaultdict(Sum)
        self.office_months: dict[tuple[str, str], Sum] = defaultdict(Sum)
        self.stages: dict[str, Counter[str]] = defaultdict(Counter)
        self.unassessed: Counter[str] = Counter()
        self.deviations = 0
        self._groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._sources: dict[tuple[str, str, str], str] = {}

    def add_case(self, view: CaseView, fitness: float) -> None:
        """Count a case."""
        for part in self._parts(view.office, month_of(view)):
            part.cases += 1
            part.events += len(view.events)
            part.fitness += fitness
            part.perfect += fitness == 1.0

    def add(self, found: list[Deviation], office: str, month: str) -> None:
        """Count the deviations of one case; a code counts once a case."""
        for code in {deviation.code for deviation in found}:
            for part in self._parts(office, month):
                part.codes[code] += 1
        for key in {(deviation.code, office, deviation.stage) for deviation in found}:
            self._counts[key] += 1
            self.stages[key[2]][key[0]] += 1
        for deviation in found:
            self.deviations += 1
            key = (deviation.code, office, deviation.stage)
            self._sources.setdefault(key, deviation.source)
            cases = self._groups[key]
            if len(cases) < EXAMPLES and deviation.case not in cases:
                cases.append(deviation.case)

    def findings(self) -> tuple[RankedFinding, ...]:
        """The gravest and commonest first."""
        ranked = sorted(self._findings(), key=lambda f: (-f.score, -f.cases, f.code, f.office))
        return tuple(ranked)

    def _parts(self, office: str, month: str) -> tuple[Sum, ...]:
        return (
            self.total,
            self.offices[office],
            self.months[month],
            self.office_months[office, month],
        )

    def _findings(self) -> Iterator[RankedFinding]:
        everywhere: Counter[tuple[str, str]] = Counter()
        for (code, _, stage), cases in self._counts.items():
            everywhere[code, stage] += cases
        for key, cases in self._counts.items():
            code, office, stage = key
            rule, of = self._procedure.deviations[code], self.offices[office].cases
            others = self.total.cases - of
            share = cases / of if of else 0.0
            yield RankedFinding(
                code=code,
                office=office,
                stage=stage,
                severity=rule.severity.value,
                cases=cases,
                of=of,
                share=share,
                elsewhere=(everywhere[code, stage] - cases) / others if others else None,
                score=rule.weight * _least_share(cases, of),
                examples=tuple(self._groups[key]),
                source=self._sources[key],
            )

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.total.to_dict(),
            "deviations": self.deviations,
            "not_assessed": dict(sorted(self.unassessed.items())),
            "offices": _dicts(self.offices),
            "months": _dicts(self.months),
            "office_months": [
                {"office": office, "month": month, **part.to_dict()}
                for (office, month), part in sorted(self.office_months.items())
            ],
            "stages": {stage: dict(sorted(c.items())) for stage, c in sorted(self.stages.items())},
            "findings": [finding.to_dict() for finding in self.findings()],
        }


def month_of(view: CaseView) -> str:
    """The month at the office in which the case began: 2026-03."""
    calendar = view.judge.calendars.of(view.office)
    return calendar.local(view.events[0].time).strftime("%Y-%m")


def _dicts(sums: Mapping[str, Sum]) -> dict[str, Any]:
    return {name: part.to_dict() for name, part in sorted(sums.items())}


def _least_share(cases: int, of: int) -> float:
    """Lower end of Wilson's 95 % interval."""
    if not of:
        return 0.0
    share = min(1.0, cases / of)
    spread = Z95 * math.sqrt(share * (1 - share) / of + Z95**2 / (4 * of**2))
    return max(0.0, (share + Z95**2 / (2 * of) - spread) / (1 + Z95**2 / of))
