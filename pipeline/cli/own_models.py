"""``periksa models add`` and ``remove``: networks that the user brings along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from pipeline.cli.options import AsJson
from pipeline.cli.output import Output

EXAMPLE_ADD = (
    "periksa models add sface.onnx --kind embedder --name sface \\\n"
    "    --mean 0 --scale 1 --licence Apache-2.0 --source 'OpenCV Zoo'"
)
EXAMPLE_REMOVE = "periksa models remove sface"

Number = TypeVar("Number", int, float)

File = Annotated[Path, typer.Argument(metavar="FILE", help="An ONNX network in one file.")]
Name = Annotated[str, typer.Option("--name", metavar="N", help="What a policy will call it.")]
Kind = Annotated[Literal["embedder", "detector"], typer.Option("--kind", help="What it does.")]
Licence = Annotated[
    str, typer.Option("--licence", metavar="TEXT", help="Under what terms you may use it.")
]
Source = Annotated[
    str, typer.Option("--source", metavar="TEXT", help="Where it comes from: for the card.")
]
Input = Annotated[
    str | None,
    typer.Option(
        "--input", metavar="1x3x112x112", help="The input, where the file leaves it open."
    ),
]
Layout = Annotated[
    Literal["nchw", "nhwc"] | None, typer.Option("--layout", help="Default: as the file says.")
]
Colour = Annotated[
    Literal["rgb", "bgr"] | None,
    typer.Option("--colour", help="Default: rgb, for a detector bgr."),
]
Mean = Annotated[
    str | None,
    typer.Option("--mean", metavar="M[,M,M]", help="Taken off the pixels (127.5; a detector 0)."),
]
Scale = Annotated[
    str | None,
    typer.Option("--scale", metavar="S[,S,S]", help="Times this then (1/127.5; a detector 1)."),
]
Align = Annotated[
    Literal["arcface5", "dlib150"] | None,
    typer.Option("--align", help="How faces are cut for it. Default: arcface5."),
]
Points = Annotated[
    str | None,
    typer.Option(
        "--points",
        metavar="'X,Y X,Y X,Y X,Y X,Y'",
        help="A template of its own: eyes, nose, mouth corners in the input (right ones first).",
    ),
]
OutputName = Annotated[
    str | None,
    typer.Option("--output", metavar="NAME", help="Which output is the template, if several."),
]
OutputDim = Annotated[
    int | None,
    typer.Option("--output-dim", min=2, help="Refuse it if its template has another length."),
]
Spread = Annotated[
    float,
    typer.Option(
        "--spread",
        min=1e-4,
        max=1.0,
        help="Standard deviation of its impostor scores: its weight in a fusion.",
    ),
]
Sha256 = Annotated[
    str | None,
    typer.Option("--sha256", metavar="HEX", help="Refuse the file if it has another digest."),
]


def add(
    file: File,
    name: Name,
    kind: Kind = "embedder",
    licence: Licence = "not stated",
    source: Source = "not stated",
    input_: Input = None,
    layout: Layout = None,
    colour: Colour = None,
    mean: Mean = None,
    scale: Scale = None,
    align: Align = None,
    points: Points = None,
    output: OutputName = None,
    output_dim: OutputDim = None,
    spread: Spread = 0.1,
    sha256: Sha256 = None,
    as_json: AsJson = False,
) -> None:
    """Add a network of your own: it is run once, copied, and described by a card.

    It decides nothing until a policy names it together with a calibration that was made with it:
    periksa calibrate. docs/models.md has the lines for well-known networks.
    """
    shape = None if input_ is None else _numbers(input_, "x", int, "--input")
    wanted_mean = None if mean is None else _numbers(mean, ",", float, "--mean")
    wanted_scale = None if scale is None else _numbers(scale, ",", float, "--scale")
    template = _numbers((points or "").replace(",", " "), None, float, "--points")
    from models.add import add_model
    from models.describe import Wishes

    wishes = Wishes(
        input=shape, layout=layout, colour=colour, mean=wanted_mean, scale=wanted_scale,
        align=align, points=template, output=output, dimensions=output_dim, spread=spread,
        sha256=sha256,
    )  # fmt: skip
    card = add_model(file, name, kind, wishes, licence=licence, source=source)
    told = Output(as_json=as_json)
    if as_json:
        told.line(card.to_dict())
        return
    size = f"{card.dimensions} numbers a face, " if kind == "embedder" else ""
    told.show(f"{name}: {kind}, {card.width} x {card.height} px, {size}sha256 {card.sha256[:16]}…")
    told.say(_NEXT[kind].format(name=name))


def remove(name: Annotated[str, typer.Argument(metavar="NAME")], as_json: AsJson = False) -> None:
    """Remove a network that was added."""
    from models.add import remove_model

    path = remove_model(name)
    told = Output(as_json=as_json)
    if as_json:
        told.line({"name": name, "path": str(path), "status": "removed"})
    else:
        told.show(f"{name}: removed")


_NEXT = {
    "embedder": "Next: name it in a policy, [faces] embedder = {name!r}, and make its calibration: "
    "periksa calibrate --help",
    "detector": "Next: name it in a policy, [faces] detectors = ['blazeface-short', {name!r}]",
}


def _numbers(
    text: str, between: str | None, kind: Callable[[str], Number], option: str
) -> tuple[Number, ...]:
    try:
        return tuple(kind(part) for part in text.split(between))
    except ValueError:
        raise typer.BadParameter(f"{option} {text!r} is no list of numbers") from None
