"""``periksa ledger``: the chain of events."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.options import AsJson
from pipeline.cli.output import Output
from pipeline.errors import ExitStatus

EXAMPLE = (
    "periksa ledger verify\n  periksa ledger verify --head 9794a0...24fa (a head noted earlier)"
)

Head = Annotated[
    str | None,
    typer.Option(
        "--head", metavar="SHA256", help="A head noted earlier; it must still be in the chain."
    ),
]


def verify(head: Head = None, as_json: AsJson = False) -> None:
    """Recompute the chain and compare every case with it.

    The exit status is 0 if all holds and 6 if an event or a case was altered, moved or removed;
    each fault is named.
    """
    from pipeline.store import open_store
    from pipeline.store.audit import audit

    output = Output(as_json=as_json)
    with open_store() as store:
        chain = audit(store, anchor=head)
        path = store.path
    if chain.ok:
        if as_json:
            output.line(chain.to_dict())
        else:
            output.show(f"The chain holds: {chain.events} events in {path}\nhead {chain.head}")
        return
    first = chain.faults[0]
    told = {
        "code": f"ledger.{first.kind}",
        "message": f"the ledger of {path} is broken: {first.message}",
        "advice": "Keep the file as it is, tell the administrator, restore the last backup.",
    }
    output.failed({**chain.to_dict(), "error": told})
    if not as_json:
        output.show(*(fault.message for fault in chain.faults))
    raise typer.Exit(ExitStatus.STORE)
