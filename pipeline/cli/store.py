"""``periksa store``: upgrade, backup, restore, erase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Actor, AsJson, user_name
from pipeline.cli.output import Output

EXAMPLE_UPGRADE = "periksa store upgrade"
EXAMPLE_BACKUP = "periksa store backup /media/backup/2026-11-24.tar"
EXAMPLE_RESTORE = (
    "periksa store restore /media/backup/2026-11-24.tar\n"
    "  periksa store restore --replace /media/backup/2026-11-24.tar"
)
EXAMPLE_ERASE = "periksa store erase 20261123-9f2c1ab4d0 --reason 'retention rule 4'"

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup, a tar file.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Move a store that is there aside, and take its place.")
]
Reason = Annotated[
    str,
    typer.Option(
        "--reason", metavar="RULE", help="Why; it stays in the ledger for good, so no names."
    ),
]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The id of the case.")]


def upgrade(actor: Actor = None, as_json: AsJson = False) -> None:
    """Bring the store of an earlier release to this one's schema.

    All of it or nothing. The ledger is verified first, and reports move under keys. Make a copy
    of PERIKSA_HOME before.
    """
    from pipeline.store.upgrade import upgrade_store

    output = Output(as_json=as_json)
    before, after = upgrade_store(actor=actor or user_name())
    if as_json:
        output.line({"from": before, "to": after})
    elif before == after:
        output.show(f"The store has schema {after} already.")
    else:
        output.show(f"The store was brought from schema {before} to {after}.")


def backup(file: File, as_json: AsJson = False) -> None:
    """Write a verified backup of database and vault.

    Others may go on working. The office key is not in it: keep a copy of that elsewhere.
    """
    from pipeline.store import open_store
    from pipeline.store.backup import backup_store

    output = Output(as_json=as_json)
    with open_store() as store:
        made = backup_store(store, file)
    if as_json:
        output.line({"file": str(file), **made.to_dict()})
        return
    output.show(
        f"{file}: {made.events} events, {len(made.files)} files, head {made.head}",
        f"It opens with the office key {made.office_key}, which is not in it.",
    )


def restore(file: File, replace: Replace = False, as_json: AsJson = False) -> None:
    """Put a backup in place after verifying all of it.

    Stop the server first. A store that is there is moved aside, not deleted.
    """
    from pipeline.store.restore import restore_store

    output = Output(as_json=as_json)
    made = restore_store(file, replace=replace)
    if as_json:
        output.line({"file": str(file), **made.to_dict()})
        return
    output.show(f"Restored: {made.events} events until {made.time}, head {made.head}")


def erase(case: CaseId, reason: Reason, actor: Actor = None, as_json: AsJson = False) -> None:
    """Erase the personal data of a case; its events remain.

    The key of the case is destroyed, so that report and pictures cannot be read again. Backups
    made earlier still hold them.
    """
    from pipeline.store import open_store
    from pipeline.store.erasing import erase_case

    output = Output(as_json=as_json)
    with open_store() as store:
        erase_case(store, case, actor=actor or user_name(), reason=reason)
    if as_json:
        output.line({"id": case, "erased": True})
    else:
        output.show(f"The data of case {case} are erased; the ledger names the reason.")
