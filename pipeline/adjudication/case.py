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
from pipeline.store.case_keys import CaseKey, case_key, new_case_key
from pipeline.store.ledger import append
from pipeline.store.records import told_of_case
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
    the ledger keeps salted digests of both. The report rests under the case's own key.
    """
    text = json_line(report.to_dict())  # in the report's own order, as people will read it
    now = datetime.now(UTC).isoformat(timespec="milliseconds")

    def work(connection: Connection) -> AdjudicationCase:
        known = _open_case(connection, report)
        case = _renewed(known, report, text, now) if known else _new(report, text, now)
        key = _kept(store, connection, case, text, known=known is not None)
        _keep_digests(connection, case, list(_evidence(report)))
        told = {**told_of_case(connection, key), "policy_sha256": report.policy.digest}
        kind = "case.verified_again" if known else "case.opened"
        append(connection, kind=kind, case_id=case.id, actor=actor, payload=told)
        return case

    return store.write(work)


def _kept(
    store: Store, connection: Connection, case: AdjudicationCase, text: str, *, known: bool
) -> CaseKey:
    """Write the row with its report sealed; the key of the case."""
    row = case.to_dict()
    if not known:
        connection.execute(insert(cases).values(row))
        key = new_case_key(connection, store.keys, case.id)
    else:
        key = case_key(connection, store.keys, case.id)
    row["report"] = key.seal(text.encode(), "report")
    connection.execute(update(cases).where(cases.c.id == case.id).values(row))
    return key


def _open_case(connection: Connection, report: VerificationReport) -> AdjudicationCase | None:
    query = select(*COLUMNS).where(
        cases.c.office == report.application.office,
        cases.c.number == report.application.number,
        cases.c.state == "open",
        cases.c.erased_at.is_(None),
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
