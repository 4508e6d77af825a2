"""Schema 1: the first release."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """CREATE TABLE schema_version (
         version INTEGER NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL)""",
    """CREATE TABLE cases (
         id TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL, office TEXT NOT NULL,
         type TEXT NOT NULL, outcome TEXT, state TEXT, priority INTEGER NOT NULL,
         opened_at TEXT NOT NULL, verified_at TEXT NOT NULL, verifications INTEGER NOT NULL,
         report_sha256 TEXT NOT NULL, report TEXT NOT NULL,
         CHECK (outcome IN ('pass', 'review', 'fail')), CHECK (state IN ('open', 'decided')))""",
    "CREATE UNIQUE INDEX one_open_case ON cases (office, number) WHERE state = 'open'",
    "CREATE INDEX queue_order ON cases (state, priority, opened_at)",
    """CREATE TABLE case_evidence (
         case_id TEXT NOT NULL REFERENCES cases (id), verification INTEGER NOT NULL,
         position INTEGER NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
         PRIMARY KEY (case_id, verification, position))""",
    """CREATE TABLE ledger_events (
         seq INTEGER NOT NULL PRIMARY KEY, time TEXT NOT NULL, kind TEXT NOT NULL, case_id TEXT,
         actor TEXT NOT NULL, payload TEXT NOT NULL, prev_hash TEXT NOT NULL,
         hash TEXT NOT NULL UNIQUE)""",
    "CREATE INDEX events_of_case ON ledger_events (case_id, seq)",
    """CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_events
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_events
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger_events
       WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger_events)
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    "INSERT INTO schema_version VALUES (1, '')",
)


def upgrade() -> None:
    """As the first release made it."""
    for statement in TABLES:
        op.execute(statement)
