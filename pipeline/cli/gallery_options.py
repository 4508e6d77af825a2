"""What the commands of ``periksa gallery`` share: options, and how a gallery is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from pipeline.faces.match import DescribedFace
    from pipeline.policy import Policy

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Source = Annotated[
    Path,
    typer.Argument(metavar="DIR|CSV", help="Pictures, or a table: file,id,office,sex,born."),
]
Ids = Annotated[list[str], typer.Argument(metavar="ID", help="The ids of entries.")]
OneId = Annotated[str, typer.Argument(metavar="ID", help="The id of the entry.")]
GalleryName = Annotated[
    str, typer.Option("--gallery", metavar="NAME", help="Below PERIKSA_HOME/galleries.")
]
GivenId = Annotated[
    str | None, typer.Option("--id", metavar="ID", help="The entry's id (default: file name).")
]
Office = Annotated[str | None, typer.Option("--office", metavar="O", help="The office.")]
SexName = Annotated[Literal["F", "M", "X"] | None, typer.Option("--sex", help="The sex.")]
Year = Annotated[
    int | None, typer.Option("--born", metavar="YEAR", help="The year of birth.", min=1850)
]
Years = Annotated[
    str | None, typer.Option("--born", metavar="FROM-TO", help="Born in these years: 1980-1990.")
]
NewImage = Annotated[
    Path | None, typer.Option("--image", metavar="FILE", help="A new picture of the face.")
]
Top = Annotated[int, typer.Option("--top", min=1, max=1000, help="At most so many candidates.")]
FpirOption = Annotated[
    float | None,
    typer.Option(
        "--fpir",
        metavar="RATE",
        help="Call hits what strangers reach in at most this share of searches.",
    ),
]
Fmr = Annotated[
    float | None,
    typer.Option("--fmr", metavar="RATE", help="False match rate (default: that of a match)."),
]
EngineName = Annotated[
    Literal["auto", "numpy", "half"],
    typer.Option("--engine", help="The answer is the same; half needs faiss."),
]


def folder_of(name: str) -> Path:
    """Where the gallery of this name lies."""
    if not NAME.fullmatch(name):
        raise typer.BadParameter(f"{name!r} is no name: letters, digits, dots, dashes")
    from pipeline.store import home_folder

    return home_folder() / "galleries" / name


def policy_of(name: str | None) -> Policy:
    """The policy of --policy."""
    from pipeline.policy import DEFAULT, load_policy

    return load_policy(name or DEFAULT)


def described(path: Path, policy: Policy) -> DescribedFace | None:
    """The largest face of a picture, as the policy describes faces. Raises UnreadableImage."""
    from capture.sample import Sample
    from pipeline.faces.match import describe_face

    return describe_face(Sample.from_file(path).image, policy=policy)
