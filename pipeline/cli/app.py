"""The commands, in the order in which a newcomer meets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from pipeline.cli import (
    calibrate,
    cases,
    coach,
    doctor,
    gallery,
    gallery_edit,
    ledger,
    match,
    models,
    mrz,
    own_models,
    portrait,
    quality,
    read,
    serve,
    sop,
    store,
    verify,
)

EXAMPLE = "periksa verify fixtures/applications/pass --report report.html"
STATUSES = """\b
Exit status:
  0  every input was processed, whatever was found
  2  wrong use             3  an input cannot be read
  4  weights or engine     5  device
  6  store or ledger       7  policy                   70  a fault of Periksa"""


def _version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("periksa")
    except PackageNotFoundError:
        number = "(not installed as a package)"
    typer.echo(f"periksa {number}")
    raise typer.Exit


def _periksa(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
    _debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks (also: PERIKSA_DEBUG=1).")
    ] = False,
) -> None:
    """Verify passport applications: portrait, documents, faces, data, adjudication."""


def _example(text: str) -> str:
    # A backspace on a line of its own keeps Click from joining the lines that follow.
    return f"\b\nExample:\n  {text}"


def _add(group: typer.Typer, name: str, function: Callable[..., None], example: str) -> None:
    group.command(name, epilog=_example(example))(function)


def _group(name: str, about: str, example: str) -> typer.Typer:
    group = typer.Typer(
        help=about,
        epilog=_example(example),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    app.add_typer(group, name=name)
    return group


app = typer.Typer(
    epilog=f"{_example(EXAMPLE)}\n\n{STATUSES}",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.callback()(_periksa)
_add(app, "verify", verify.verify, verify.EXAMPLE)
_add(app, "mrz", mrz.mrz, mrz.EXAMPLE)
_add(app, "read", read.read, read.EXAMPLE)
_add(app, "quality", quality.quality, quality.EXAMPLE)
_add(app, "portrait", portrait.portrait, portrait.EXAMPLE)
_add(app, "coach", coach.coach, coach.EXAMPLE)
_add(app, "match", match.match, match.EXAMPLE)
_add(app, "calibrate", calibrate.calibrate, calibrate.EXAMPLE)

_gallery = _group("gallery", "Find a face among many.", gallery.EXAMPLE_SEARCH)
_add(_gallery, "build", gallery_edit.build, gallery_edit.EXAMPLE_BUILD)
_add(_gallery, "enrol", gallery_edit.enrol, gallery_edit.EXAMPLE_ENROL)
_add(_gallery, "update", gallery_edit.update, gallery_edit.EXAMPLE_UPDATE)
_add(_gallery, "delete", gallery_edit.delete, gallery_edit.EXAMPLE_DELETE)
_add(_gallery, "search", gallery.search, gallery.EXAMPLE_SEARCH)
_add(_gallery, "duplicates", gallery.duplicates, gallery.EXAMPLE_DUPLICATES)
_add(_gallery, "info", gallery.info, gallery.EXAMPLE_INFO)

_cases = _group("cases", "The adjudication queue.", cases.EXAMPLE_LIST)
_add(_cases, "list", cases.list_, cases.EXAMPLE_LIST)
_add(_cases, "show", cases.show, cases.EXAMPLE_SHOW)

_ledger = _group("ledger", "The chain of events.", ledger.EXAMPLE)
_add(_ledger, "verify", ledger.verify, ledger.EXAMPLE)
_add(_ledger, "checkpoint", ledger.checkpoint, ledger.EXAMPLE_CHECKPOINT)
_add(_ledger, "export", ledger.export, ledger.EXAMPLE_EXPORT)
_add(_ledger, "prove", ledger.prove, ledger.EXAMPLE_PROVE)

_store = _group("store", "Upgrade, back up, restore, erase.", store.EXAMPLE_BACKUP)
_add(_store, "upgrade", store.upgrade, store.EXAMPLE_UPGRADE)
_add(_store, "backup", store.backup, store.EXAMPLE_BACKUP)
_add(_store, "restore", store.restore, store.EXAMPLE_RESTORE)
_add(_store, "erase", store.erase, store.EXAMPLE_ERASE)

_sop = _group("sop", "Event logs against the procedure.", sop.EXAMPLE_CHECK)
_add(_sop, "check", sop.check, sop.EXAMPLE_CHECK)
_add(_sop, "deviations", sop.deviations, sop.EXAMPLE_DEVIATIONS)
_add(_sop, "export", sop.export, sop.EXAMPLE_EXPORT)
_add(_sop, "profiles", sop.profiles, sop.EXAMPLE_PROFILES)

_models = _group("models", "The weights of the networks.", models.EXAMPLE_LIST)
_add(_models, "list", models.list_, models.EXAMPLE_LIST)
_add(_models, "install", models.install, models.EXAMPLE_INSTALL)
_add(_models, "check", models.check, models.EXAMPLE_CHECK)
_add(_models, "add", own_models.add, own_models.EXAMPLE_ADD)
_add(_models, "remove", own_models.remove, own_models.EXAMPLE_REMOVE)

_add(app, "serve", serve.serve, serve.EXAMPLE)
_add(app, "doctor", doctor.doctor, doctor.EXAMPLE)
