"""The queue: open cases in the order in which a person should look, and one case in full."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pipeline.adjudication.case import COLUMNS, AdjudicationCase, case_of
from pipeline.adjudication.errors import CaseNotFound
from pipeline.store import Store
from pipeline.store.ledger import Event, events_of
from pipeline.store.schema import case_evidence, cases


@dataclass(frozen=True, slots=True)
class Evidence:
    """The digest of one picture; the picture itself stays where it is."""

    role: str
    name: str
    sha256: str

    def to_dict(self) -> dict[str, str]:
        return {"role": self.role, "name": self.name, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything that the store knows of a case."""

    case: AdjudicationCase
    evidence: tuple[Evidence, ...]
    events: tuple[Event, ...]
    report: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.case.to_dict(),
            "evidence": [item.to_dict() for item in self.evidence],
            "events": [event.to_dict() for event in self.events],
            "report": dict(self.report),
        }


def list_cases(
    store: Store,
    *,
    state: str | None = "open",
    outcome: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> tuple[AdjudicationCase, ...]:
    """The queue: failed and doubtful before passed, then the oldest first. StoreError."""
    query = select(*COLUMNS).order_by(cases.c.priority, cases.c.opened_at, cases.c.id)
    if state is not None:
        query = query.where(cases.c.state == state)
    if outcome is not None:
        query = query.where(cases.c.outcome == outcome)
    with store.reading() as connection:
        rows = connection.execute(query.limit(limit).offset(offset)).all()
    return tuple(case_of(row) for row in rows)


def show_case(store: Store, case_id: str) -> CaseFile:
    """One case with its newest report. Raises CaseNotFound or StoreError."""
    with store.reading() as connection:
        row = connection.execute(
            select(*COLUMNS, cases.c.report).where(cases.c.id == case_id)
        ).first()
        if row is None:
            raise CaseNotFound(case_id)
        case = AdjudicationCase(*row[:-1])
        table = case_evidence.c
        evidence = connection.execute(
            select(table.role, table.name, table.sha256)
            .where(table.case_id == case.id, table.verification == case.verifications)
            .order_by(table.position)
        ).all()
        events = events_of(connection, case.id)
    return CaseFile(
        case=case,
        evidence=tuple(Evidence(*item) for item in evidence),
        events=events,
        report=json.loads(row.report),
    )
