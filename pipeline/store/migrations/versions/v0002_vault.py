"""Schema 2: keys of cases, sealed reports, the vault's files, checkpoints of the ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the new tables; reports move under the key of their case; nothing stays readable."""
    _make_tables()
    op.add_column("cases", sa.Column("sealed", sa.LargeBinary))
    op.add_column("cases", sa.Column("erased_at", sa.Text))
    op.get_context().opts["seal"](op.get_bind())  # fills ``sealed`` and ``case_keys``
    op.drop_column("cases", "report")
    op.alter_column("cases", "sealed", new_column_name="report")
    op.drop_column("schema_version", "applied_at")
    op.add_column("schema_version", sa.Column("layout", sa.Text))
    op.execute("UPDATE schema_version SET version = 2")


def _make_tables() -> None:
    op.create_table(
        "case_keys",
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("wrapped", sa.Text, nullable=False),
    )
    op.create_table(
        "vault_files",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
    )
    op.create_index("files_of_case", "vault_files", ["case_id", "sha256"], unique=True)
    op.create_table(
        "ledger_checkpoints",
        sa.Column("size", sa.Integer, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("root", "head", "time", "key_id", "signature")
        ),
    )
    for name, condition in (
        ("no_update BEFORE UPDATE", ""),
        ("no_delete BEFORE DELETE", ""),
        (
            "in_order BEFORE INSERT",
            "WHEN NEW.size <= (SELECT COALESCE(MAX(size), 0) FROM ledger_checkpoints)\n       ",
        ),
    ):
        op.execute(
            f"CREATE TRIGGER checkpoints_{name} ON ledger_checkpoints\n       {condition}"
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
