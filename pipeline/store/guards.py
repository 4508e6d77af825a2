"""What keeps the ledger append-only inside the database itself, in each database's own words."""

from __future__ import annotations

from sqlalchemy import Connection

from pipeline.json_text import canonical_json, digest_of_text

# The insert trigger also stops INSERT OR REPLACE, which passes by delete triggers.
SQLITE_LEDGER = (
    """CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_events
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_events
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger_events
       WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger_events)
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)
SQLITE_CHECKPOINTS = (
    """CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON ledger_checkpoints
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON ledger_checkpoints
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER checkpoints_in_order BEFORE INSERT ON ledger_checkpoints
       WHEN NEW.size <= (SELECT COALESCE(MAX(size), 0) FROM ledger_checkpoints)
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'check_violation';
       END $$""",
    """CREATE FUNCTION ledger_in_order() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger_events) THEN
           RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'check_violation';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER ledger_in_order BEFORE INSERT ON ledger_events
       FOR EACH ROW EXECUTE FUNCTION ledger_in_order()""",
    *(
        f"""CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"""
        for table in ("ledger_events", "ledger_checkpoints")
    ),
    # The owner can take the right back; who works under another role cannot.
    *(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER"
        for table in ("ledger_events", "ledger_checkpoints")
    ),
)


def guard(connection: Connection) -> None:
    """Put the guards onto tables that were just made."""
    sqlite = (*SQLITE_LEDGER, *SQLITE_CHECKPOINTS)
    for statement in sqlite if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def altered_guards(connection: Connection) -> list[str]:
    """The names of those guards of a SQLite file whose text is not ours."""
    ours = {text.split()[2]: text for text in (*SQLITE_LEDGER, *SQLITE_CHECKPOINTS)}
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return [str(name) for name, text in found if ours.get(name) != text]


def layout_of(connection: Connection) -> str | None:
    """A digest of the tables and indexes of a SQLite file; None on a server, which keeps its own.

    A bit that turns over in a table's definition changes no row, and what the next row must be.
    """
    if connection.dialect.name != "sqlite":
        return None
    rows = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type != 'trigger' ORDER BY name"
    )
    return digest_of_text(canonical_json([[str(each) for each in row] for row in rows]))
