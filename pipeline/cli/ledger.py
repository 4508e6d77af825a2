"""``periksa ledger``: the chain of events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsJson
from pipeline.cli.output import Output
from pipeline.errors import ExitStatus

EXAMPLE = (
    "periksa ledger verify\n  periksa ledger verify --head 9794a0...24fa (a head noted earlier)"
    "\n  periksa ledger verify --file ledger.jsonl --public-key ledger.pub"
)
EXAMPLE_CHECKPOINT = "periksa ledger checkpoint"
EXAMPLE_EXPORT = "periksa ledger export ledger.jsonl"
EXAMPLE_PROVE = "periksa ledger prove 17 > event-17.json"

Head = Annotated[
    str | None,
    typer.Option(
        "--head", metavar="SHA256", help="A head noted earlier; it must still be in the chain."
    ),
]
ExportFile = Annotated[
    Path | None,
    typer.Option(
        "--file", metavar="EXPORT", help="Verify an exported ledger or a proof, not the store."
    ),
]
PublicKeyFile = Annotated[
    str | None,
    typer.Option("--public-key", metavar="KEY", help="With --file: ledger.pub, or its hex digits."),
]
Target = Annotated[Path, typer.Argument(metavar="FILE", help="Where the lines go.")]
Number = Annotated[int, typer.Argument(metavar="EVENT", min=1, help="The number of the event.")]


def verify(
    head: Head = None,
    file: ExportFile = None,
    public_key: PublicKeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the chain and compare every case with it.

    The exit status is 0 if all holds and 6 if an event or a case was altered, moved or removed;
    each fault is named. With --file only that file and the public key are looked at.
    """
    if (file is None) != (public_key is None) or (file and head):
        raise typer.BadParameter("--file needs --public-key, and goes without --head")
    if file is not None and public_key is not None:
        return _verify_file(file, public_key, Output(as_json=as_json))
    return _verify_store(head, as_json=as_json)


def checkpoint(as_json: AsJson = False) -> None:
    """Verify the whole ledger and sign its state.

    Give the line to somebody outside the office: events that it covers cannot be rewritten
    unseen. The public key lies in PERIKSA_HOME/keys/ledger.pub.
    """
    from pipeline.store import open_store
    from pipeline.store.checkpoints import sign_checkpoint
    from pipeline.store.signing import signing_key

    output = Output(as_json=as_json)
    with open_store() as store:
        signed = sign_checkpoint(store, signing_key(store.keys_home))
    if as_json:
        output.line(signed.to_dict())
        return
    output.show(f"{signed.size} events signed by {signed.key_id}", f"root {signed.root}")


def export(file: Target, as_json: AsJson = False) -> None:
    """Sign the ledger and write all of it to a file.

    It holds no personal data. Anybody verifies it with: periksa ledger verify --file.
    """
    from pipeline.cli.written import write_lines
    from pipeline.store import open_store
    from pipeline.store.checkpoints import sign_checkpoint
    from pipeline.store.export import export_lines
    from pipeline.store.signing import signing_key

    output = Output(as_json=as_json)
    with open_store() as store:
        signed = sign_checkpoint(store, signing_key(store.keys_home))
        write_lines(file, export_lines(store))
    if as_json:
        output.line({"file": str(file), "events": signed.size, "key_id": signed.key_id})
    else:
        output.show(f"{file}: {signed.size} events, signed by {signed.key_id}")


def prove(event: Number) -> None:
    """Print a proof that one event is in the signed ledger.

    One JSON line: the event, its path in the Merkle tree, the newest checkpoint. It says nothing
    about other events.
    """
    from pipeline.store import open_store
    from pipeline.store.export import prove as proof_of

    with open_store() as store:
        Output(as_json=True).text(proof_of(store, event))


def _verify_file(file: Path, told: str, output: Output) -> None:
    from pipeline.store.offline import verify_file
    from pipeline.store.signing import public_key

    found = verify_file(file, public_key(told))
    if output.as_json:
        output.line(found.to_dict())
        return
    what = "The ledger holds" if found.proves is None else f"Event {found.proves} is in the ledger"
    output.show(
        f"{what}: {found.events} events, signed {found.signed_at} by {found.key_id}",
        f"head {found.head}",
    )


def _verify_store(head: str | None, *, as_json: bool) -> None:
    from pipeline.store import open_store
    from pipeline.store.audit import audit

    output = Output(as_json=as_json)
    with open_store() as store:
        chain = audit(store, anchor=head)
        path = store.place
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
