"""A store as the first release left it: its schema and its way of writing, kept for tests."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from raw_sqlite import opened
from specimen_reports import report_of

from pipeline.json_text import canonical_json, digest_of_text, json_line

SCHEMA = """
CREATE TABLE schema_version (
	version INTEGER NOT NULL, applied_at TEXT NOT NULL, PRIMARY KEY (version));
CREATE TABLE cases (
	id TEXT NOT NULL, number TEXT NOT NULL, office TEXT NOT NULL, type TEXT NOT NULL,
	outcome TEXT CHECK (outcome IN ('pass', 'review', 'fail')),
	state TEXT CHECK (state IN ('open', 'decided')),
	priority INTEGER NOT NULL, opened_at TEXT NOT NULL, verified_at TEXT NOT NULL,
	verifications INTEGER NOT NULL, report_sha256 TEXT NOT NULL, report TEXT NOT NULL,
	PRIMARY KEY (id));
CREATE UNIQUE INDEX one_open_case ON cases (office, number) WHERE state = 'open';
CREATE INDEX queue_order ON cases (state, priority, opened_at);
CREATE TABLE case_evidence (
	case_id TEXT NOT NULL, verification INTEGER NOT NULL, position INTEGER NOT NULL,
	role TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
	PRIMARY KEY (case_id, verification, position), FOREIGN KEY(case_id) REFERENCES cases (id));
CREATE TABLE ledger_events (
	seq INTEGER NOT NULL, time TEXT NOT NULL, kind TEXT NOT NULL, case_id TEXT,
	actor TEXT NOT NULL, payload TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL,
	PRIMARY KEY (seq), UNIQUE (hash));
CREATE INDEX events_of_case ON ledger_events (case_id, seq);
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_events
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_events
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger_events
       WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger_events)
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
INSERT INTO schema_version VALUES (1, '2026-11-23T20:00:00+00:00');
"""
NAME = "SITI CONTOH"


def write_store(file: Path, count: int) -> list[str]:
    """A store of the first release with ``count`` cases; their ids."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with opened(file) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(SCHEMA)
        head = "0" * 64
        for number in range(1, count + 1):
            head = _open_case(connection, number, head)
    return [_id(number) for number in range(1, count + 1)]


def _id(number: int) -> str:
    return f"20261123-{number:010x}"


def _open_case(connection: sqlite3.Connection, number: int, head: str) -> str:
    text = json_line(report_of(str(number), name=NAME).to_dict())
    now, digest = f"2026-11-23T20:00:{number:02}.000+00:00", digest_of_text(text)
    connection.execute(
        "INSERT INTO cases VALUES (?, ?, 'Kanim Contoh', 'renewal_adult', 'pass', 'open', 2,"
        " ?, ?, 1, ?, ?)",
        (_id(number), str(number), now, now, digest, text),
    )
    for position, (role, sha256) in enumerate((("portrait", "a" * 64), ("ektp", "b" * 64))):
        connection.execute(
            "INSERT INTO case_evidence VALUES (?, 1, ?, ?, 'x.jpg', ?)",
            (_id(number), position, role, sha256),
        )
    told = {
        "outcome": "pass",
        "report_sha256": digest,
        "policy_sha256": "p" * 64,
        "evidence": ["a" * 64, "b" * 64],
    }
    content = (number, now, "case.opened", _id(number), "budi", canonical_json(told), head)
    event = (*content, digest_of_text(canonical_json(content)))
    connection.execute("INSERT INTO ledger_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", event)
    return event[-1]
