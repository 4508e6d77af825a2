"""AdjudicationCase: a verification report in the store, waiting for a person's decision."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from pipeline.findings import Outcome
from pipeline.json_text import digest_of_text, json_line
from pipeline.report import VerificationReport
from pipeline.store import Store
from pipeline.store.ledger import append
from pipeline.store.schema import case_evidence, cases

# A person is needed for both: a failed rule and evidence that carries no decision.
PRIORITY = {Outcome.FAIL: 1, Outcome.REVIEW: 1, Outcome.PASS: 2}


@dataclass(frozen=True, slots=True)
class AdjudicationCase:
    """One case as the queue shows it. Times are ISO 8601, UTC."""

    id: str
    number: str  # of the application
    office: str
    type: str
    outcome: str  # of the newest verification: pass, review, fail
    state: str  # open, decided
    priority: int  # lower is looked at first
    opened_at: str
    verified_at: str
    verifications: int
    report_sha256: str

    def to_dict(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


COLUMNS = tuple(cases.c[field.name] for field in fields(AdjudicationCase))
"""The columns of a case, without its report."""


def case_of(row: Row[Any]) -> AdjudicationCase:
    """A row of COLUMNS as a case."""
    return AdjudicationCase(**row._mapping)


def open_case(
    store: Store, report: VerificationReport, *, actor: str = "system"
) -> AdjudicationCase:
    """Put the report into the store, with its ledger event, in one transaction. StoreError.

    An application that has an open case keeps it: the newest report replaces the last one, and
    the ledger keeps the digests of both.
    """
    text = json_line(report.to_dict())  # in the report's own order, as people will read it
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    with store.writing() as connection:
        known = _open_case(connection, report)
        case = _renewed(known, report, text, now) if known else _new(report, text, now)
        row = {**case.to_dict(), "report": text}
        if known:
            connection.execute(update(cases).where(cases.c.id == case.id).values(row))
        else:
            connection.execute(insert(cases).values(row))
        evidence = list(_evidence(report))
        _keep_digests(connection, case, evidence)
        append(
            connection,
            kind="case.verified_again" if known else "case.opened",
            case_id=case.id,
            actor=actor,
            payload={
                "outcome": case.outcome,
                "report_sha256": case.report_sha256,
                "policy_sha256": report.policy.digest,
                "evidence": [digest for _, _, digest in evidence],
            },
        )
    return case


def _open_case(connection: Connection, report: VerificationReport) -> AdjudicationCase | None:
    query = select(*COLUMNS).where(
        cases.c.office == report.application.office,
        cases.c.number == report.application.number,
        cases.c.state == "open",
    )
    row = connection.execute(query).first()
    return case_of(row) if row else None


def _new(report: VerificationReport, text: str, now: str) -> AdjudicationCase:
    return AdjudicationCase(
        id=f"{now[:10].replace('-', '')}-{secrets.token_hex(5)}",
        number=report.application.number,
        office=report.application.office,
        type=report.application.type,
        outcome=report.outcome.value,
        state="open",
        priority=PRIORITY[report.outcome],
        opened_at=now,
        verified_at=now,
        verifications=1,
        report_sha256=digest_of_text(text),
    )


def _renewed(
    known: AdjudicationCase, report: VerificationReport, text: str, now: str
) -> AdjudicationCase:
    """The same case with its newest verification; its place in the queue stays."""
    return replace(
        known,
        type=report.application.type,
        outcome=report.outcome.value,
        priority=PRIORITY[report.outcome],
        verified_at=now,
        verifications=known.verifications + 1,
        report_sha256=digest_of_text(text),
    )


def _evidence(report: VerificationReport) -> Iterator[tuple[str, str, str]]:
    """Role, name and sha256 of every picture of the application."""
    yield "portrait", report.picture.name, report.picture.sha256
    for document in report.documents:
        yield document.kind, document.scan.name, document.scan.sha256


def _keep_digests(
    connection: Connection, case: AdjudicationCase, evidence: list[tuple[str, str, str]]
) -> None:
    rows = [
        {
            "case_id": case.id,
            "verification": case.verifications,
            "position": position,
            "role": role,
            "name": name,
            "sha256": digest,
        }
        for position, (role, name, digest) in enumerate(evidence)
    ]
    connection.execute(insert(case_evidence), rows)
