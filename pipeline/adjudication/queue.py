"""The queue: open cases in the order in which a person should look, and one case in full."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from pipeline.adjudication.case import COLUMNS, AdjudicationCase, case_of
from pipeline.adjudication.errors import CaseNotFound
from pipeline.store import Store
from pipeline.store.ledger import Event, events_of
from pipeline.store.reads import read_report
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
    query = query.where(cases.c.erased_at.is_(None))
    if state is not None:
        query = query.where(cases.c.state == state)
    if outcome is not None:
        query = query.where(cases.c.outcome == outcome)
    with store.reading() as connection:
        rows = connection.execute(query.limit(limit).offset(offset)).all()
    return tuple(case_of(row) for row in rows)


def show_case(store: Store, case_id: str, *, actor: str = "system") -> CaseFile:
    """One case with its newest report; the look is an event. Raises CaseNotFound or StoreError.

    The events are those before this look.
    """

    def work(connection: Connection) -> CaseFile:
        row = connection.execute(select(*COLUMNS).where(cases.c.id == case_id)).first()
        if row is None:
            raise CaseNotFound(case_id)
        case = case_of(row)
        events = events_of(connection, case.id)
        report = read_report(store, connection, case.id, actor=actor)
        return CaseFile(case, _evidence(connection, case), events, json.loads(report))

    return store.write(work)


def _evidence(connection: Connection, case: AdjudicationCase) -> tuple[Evidence, ...]:
    table = case_evidence.c
    rows = connection.execute(
        select(table.role, table.name, table.sha256)
        .where(table.case_id == case.id, table.verification == case.verifications)
        .order_by(table.position)
    )
    return tuple(Evidence(*row) for row in rows)
