"""The tables of the case store, as ``open_store`` makes them and the migrations leave them."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

SCHEMA_VERSION = 2

metadata = MetaData()

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),  # one row
    Column("layout", Text),  # SQLite: sha256 of what its schema says, see guards.layout_of
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
    # JSON of the newest report under the case's key; report_sha256 is of the JSON text.
    Column("report", LargeBinary),
    Column("erased_at", Text),
    # An application has one open case at an office, whoever verifies it and how often.
    Index(
        "one_open_case",
        "office",
        "number",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
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

# Erasing a case is deleting its row here.
case_keys = Table(
    "case_keys",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("wrapped", Text, nullable=False),  # by the office key
)

vault_files = Table(
    "vault_files",
    metadata,
    Column("address", Text, primary_key=True),  # sha256 of the sealed file, and its name
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("sha256", Text, nullable=False),  # of the picture itself
    Index("files_of_case", "case_id", "sha256", unique=True),
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

ledger_checkpoints = Table(
    "ledger_checkpoints",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("time", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", Text, nullable=False),
)
