"""The tables of the case store, and the triggers that keep the ledger append-only."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

SCHEMA_VERSION = 1

metadata = MetaData()

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("applied_at", Text, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("outcome", Text, CheckConstraint("outcome IN ('pass', 'review', 'fail')")),
    Column("state", Text, CheckConstraint("state IN ('open', 'decided')")),
    Column("priority", Integer, nullable=False),  # lower is looked at first
    Column("opened_at", Text, nullable=False),
    Column("verified_at", Text, nullable=False),
    Column("verifications", Integer, nullable=False),
    Column("report_sha256", Text, nullable=False),
    Column(
        "report", Text, nullable=False
    ),  # JSON of the newest report; report_sha256 is of this text
    # An application has one open case at an office, whoever verifies it and how often.
    Index("one_open_case", "office", "number", unique=True, sqlite_where=text("state = 'open'")),
    Index("queue_order", "state", "priority", "opened_at"),
)

case_evidence = Table(
    "case_evidence",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("verification", Integer, primary_key=True),  # 1 for the first, 2 for the next ...
    Column("position", Integer, primary_key=True),
    Column("role", Text, nullable=False),  # portrait, or the kind of the document
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
)

ledger_events = Table(
    "ledger_events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("time", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("case_id", Text),
    Column("actor", Text, nullable=False),
    Column("payload", Text, nullable=False),  # canonical JSON
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Index("events_of_case", "case_id", "seq"),
)

# The insert trigger also stops INSERT OR REPLACE, which passes by delete triggers.
TRIGGERS = (
    """CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_events
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_events
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger_events
       WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger_events)
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)
