"""The ledger: append-only, and whatever is done to it behind its back shows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from raw_sqlite import opened
from specimen_reports import report_of

from pipeline.adjudication.case import open_case
from pipeline.findings import Outcome
from pipeline.json_text import canonical_json, digest_of_text, json_line
from pipeline.store import open_store
from pipeline.store.audit import audit
from pipeline.store.database import FILE
from pipeline.store.ledger import GENESIS, ChainState

EVENTS = 6
Spoil = Callable[[sqlite3.Connection], object]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_store(tmp_path) as store:
        for number in range(EVENTS):
            open_case(store, report_of(str(number)))
    return tmp_path


def state(home: Path, anchor: str | None = None) -> ChainState:
    with open_store(home) as store:
        return audit(store, anchor=anchor)


def spoil(home: Path, change: Spoil) -> None:
    """Change the file as someone who has it in their hands can: without our triggers."""
    connection = sqlite3.connect(home / FILE)
    for name in ("ledger_no_update", "ledger_no_delete", "ledger_in_order"):
        connection.execute(f"DROP TRIGGER {name}")
    change(connection)
    connection.commit()
    connection.close()


def sql(*statements: str) -> Spoil:
    return lambda connection: [connection.execute(statement) for statement in statements]


def replaced_with_a_fitting_hash(connection: sqlite3.Connection) -> None:
    row = list(connection.execute("SELECT * FROM ledger_events WHERE seq = 3").fetchone())
    row[4] = "somebody else"
    row[7] = digest_of_text(canonical_json(row[:7]))
    connection.execute("UPDATE ledger_events SET actor = ?, hash = ? WHERE seq = 3", row[4::3])


def test_a_whole_chain_begins_at_nothing_and_names_its_head(home: Path) -> None:
    chain = state(home)
    assert chain.ok
    assert chain.events == EVENTS
    with opened(home / FILE) as connection:
        rows = connection.execute("SELECT prev_hash, hash FROM ledger_events ORDER BY seq")
        links = rows.fetchall()
    assert [before for before, _ in links] == [GENESIS, *(link for _, link in links[:-1])]
    assert chain.head == links[-1][1]


SWAP = sql(
    "UPDATE ledger_events SET seq = 99 WHERE seq = 3",
    "UPDATE ledger_events SET seq = 3 WHERE seq = 4",
    "UPDATE ledger_events SET seq = 4 WHERE seq = 99",
)


@pytest.mark.parametrize(
    ("change", "kind", "seq", "named"),
    [
        pytest.param(
            sql("UPDATE ledger_events SET actor = 'x' WHERE seq = 2"),
            "altered", 2, "event 2", id="another actor",
        ),
        pytest.param(
            sql("UPDATE ledger_events SET payload = replace(payload, 'pass', 'fail') "
                "WHERE seq = 6"),
            "altered", 6, "event 6", id="another outcome, newest event",
        ),
        pytest.param(
            sql("UPDATE ledger_events SET payload = x'ff00' WHERE seq = 1"),
            "altered", 1, "event 1", id="bytes for text, oldest event",
        ),
        pytest.param(
            sql("DELETE FROM ledger_events WHERE seq = 4"),
            "missing", 4, "event 4 is missing", id="one removed",
        ),
        pytest.param(
            sql("DELETE FROM ledger_events WHERE seq IN (2, 3)"),
            "missing", 2, "event 2 to 3", id="two removed",
        ),
        pytest.param(
            sql("DELETE FROM ledger_events WHERE seq = 1"),
            "missing", 1, "event 1", id="the first removed",
        ),
        pytest.param(SWAP, "reordered", 3, "it was event 4", id="two exchanged"),
        pytest.param(
            replaced_with_a_fitting_hash, "unlinked", 4, "event 3", id="hash computed anew"
        ),
        pytest.param(
            sql("DELETE FROM ledger_events WHERE seq = 6"),
            "case", 0, "has no event", id="the newest cut off, its case left",
        ),
        pytest.param(
            sql("UPDATE cases SET report = replace(report, 'pass', 'fail') WHERE number = '2'"),
            "case", 3, "report was altered after event 3", id="a report",
        ),
        pytest.param(
            sql("UPDATE cases SET outcome = 'review' WHERE number = '0'"),
            "case", 1, "outcome was altered", id="an outcome",
        ),
        pytest.param(
            sql("UPDATE case_evidence SET sha256 = 'c' WHERE position = 0 AND case_id = "
                "(SELECT id FROM cases WHERE number = '5')"),
            "case", 6, "evidence were altered", id="a digest of the evidence",
        ),
    ],
)  # fmt: skip
def test_what_was_done_is_named(home: Path, change: Spoil, kind: str, seq: int, named: str) -> None:
    spoil(home, change)
    chain = state(home)
    assert not chain.ok
    assert (chain.faults[0].kind, chain.faults[0].seq) == (kind, seq)
    assert named in chain.faults[0].message


def test_only_a_noted_head_shows_that_case_and_event_were_cut_off(home: Path) -> None:
    head = state(home).head
    assert state(home, anchor=head).ok
    spoil(
        home,
        sql(
            "DELETE FROM case_evidence WHERE case_id = (SELECT id FROM cases WHERE number = '5')",
            "DELETE FROM cases WHERE number = '5'",
            "DELETE FROM ledger_events WHERE seq = 6",
        ),
    )
    assert state(home).ok
    assert [fault.kind for fault in state(home, anchor=head).faults] == ["anchor"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_events SET actor = 'x' WHERE seq = 1",
        "DELETE FROM ledger_events WHERE seq = 6",
        "INSERT OR REPLACE INTO ledger_events SELECT * FROM ledger_events WHERE seq = 2",
        "INSERT INTO ledger_events VALUES (99, 't', 'k', NULL, 'a', '{}', 'p', 'h')",
        "INSERT INTO ledger_events VALUES (NULL, 't', 'k', NULL, 'a', '{}', 'p', 'h')",
    ],
)
def test_the_database_itself_refuses_changes(home: Path, statement: str) -> None:
    with opened(home / FILE) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    assert state(home).ok


def test_the_ledger_holds_no_personal_data(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        open_case(store, report_of("1104", Outcome.FAIL, name="SITI CONTOH"))
    with opened(tmp_path / FILE) as connection:
        rows = json.dumps(connection.execute("SELECT * FROM ledger_events").fetchall())
    assert "SITI" not in rows
    assert "1104" not in rows


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param({"b": 1, "a": (1.5, None)}, '{"a":[1.5,null],"b":1}', id="keys sorted"),
        pytest.param(float("nan"), "null", id="NaN"),
        pytest.param([float("-inf"), {"x": float("inf")}], '[null,{"x":null}]', id="infinity"),
        pytest.param("é\ud800", '"\\u00e9\\ud800"', id="ASCII only, even half a surrogate pair"),
    ],
)
def test_json_is_strict(value: object, text: str) -> None:
    assert canonical_json(value) == text
    assert json.loads(json_line(value)) == json.loads(text)
