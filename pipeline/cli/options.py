"""Options that several commands share."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

Images = Annotated[
    list[Path],
    typer.Argument(metavar="IMAGE", help="Pictures: JPEG, PNG, TIFF, BMP, WebP, JPEG 2000."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON object per line on stdout, nothing else there.")
]
PolicyName = Annotated[
    str | None,
    typer.Option("--policy", metavar="P", help="A policy by name, or the path of its .toml file."),
]
Actor = Annotated[
    str | None,
    typer.Option(
        "--actor", metavar="WHO", help="Who does this, for the ledger (default: the user name)."
    ),
]


def user_name() -> str:
    """The name of the user who runs the command; a container may have none."""
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):
        return "unknown"
