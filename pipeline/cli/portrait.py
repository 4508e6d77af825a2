"""``periksa portrait``: finish portraits for print and chip."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.inputs import judge_each
from pipeline.cli.options import AsJson, PolicyName
from pipeline.cli.output import Output
from pipeline.cli.written import write_bytes

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLE = (
    "periksa portrait live.jpg --out portrait.jpg\n"
    "  periksa portrait live.jpg --out face.fac --format iso --max-bytes 15000\n"
    "  periksa portrait --json live.jpg --out token.jp2 --token"
)
_FORMATS = {".jpg": "jpeg", ".jpeg": "jpeg", ".jp2": "jp2", ".fac": "iso", ".iso": "iso"}


class Container(StrEnum):
    """What the file is."""

    JPEG = "jpeg"
    JP2 = "jp2"
    ISO = "iso"


Picture = Annotated[
    Path, typer.Argument(metavar="IMAGE", help="The portrait as it was taken, with room around it.")
]
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Write it there.")]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="P", help="Whose format (default: the policy's profile)."),
]
MostBytes = Annotated[
    int | None,
    typer.Option("--max-bytes", min=500, metavar="N", help="Of the picture (chip: 20000)."),
]
Format = Annotated[
    Container | None,
    typer.Option(
        "--format",
        metavar="F",
        help="jpeg, jp2 or iso (a face record of ISO/IEC 19794-5:2011); default: by FILE's name.",
    ),
]
AsToken = Annotated[
    bool, typer.Option("--token", help="The token geometry: eyes in fixed places of 240 x 320.")
]
White = Annotated[
    bool,
    typer.Option("--white", help="Make a light background white, if the profile allows it."),
]
InRecord = Annotated[
    Container | None,
    typer.Option("--coding", metavar="C", help="In a record: jpeg or jp2 (default: jp2)."),
]


def portrait(
    image: Picture,
    out: OutFile,
    profile: Profile = None,
    policy: PolicyName = None,
    most_bytes: MostBytes = None,
    container: Format = None,
    coding: InRecord = None,
    token: AsToken = False,
    white: White = False,
    as_json: AsJson = False,
) -> None:
    """Crop, level, scale and compress a portrait for print or chip.

    Nothing is enlarged and nothing outside the picture is invented. What cannot be done so is a
    finding with advice, and no file is written.
    """
    kind = container or _by_name(out)
    if coding is Container.ISO or (coding is not None and kind is not Container.ISO):
        raise typer.BadParameter("jpeg or jp2, and only inside a record", param_hint="--coding")
    from pipeline.policy import DEFAULT, load_policy
    from pipeline.portrait.finish.finish import Wanted, finish_portrait
    from pipeline.portrait.finish.format import format_of
    from pipeline.portrait.profile import chosen_profile, load_profile

    limits = load_policy(policy or DEFAULT)
    format_of(load_profile(profile or chosen_profile(limits)))  # refused before any work
    wanted = Wanted(
        geometry="token" if token else "print",
        container=kind.value,
        coding=None if coding is None else ("jpeg" if coding is Container.JPEG else "jp2"),
        most_bytes=most_bytes,
        white=white,
    )

    def finish(file: Path) -> dict[str, Any]:
        finished = finish_portrait(file, limits, profile=profile, wanted=wanted)
        if finished.data is not None:
            write_bytes(out, finished.data)
        return {"out": None if finished.data is None else str(out), **finished.to_dict()}

    judge_each([image], finish, _show, Output(as_json=as_json))


def _by_name(out: Path) -> Container:
    kind = _FORMATS.get(out.suffix.lower())
    if kind is None:
        known = ", ".join(sorted(_FORMATS))
        raise typer.BadParameter(f"name --format, or a FILE in {known}", param_hint="--out")
    return Container(kind)


def _show(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import badge, findings_list, heading

    parts: list[RenderableType] = [heading(f"{line['file']}: {line['profile']}")]
    if line["finished"]:
        framing, picture, check = line["framing"], line["picture"], line["check"] or {}
        size = f"{framing['width']} x {framing['height']}, {line['dpi']:.0f} dpi"
        made = f"{picture['coding']} {picture['quality']:g}, PSNR {picture['psnr_db']} dB"
        seen = f"head {check.get('head', 0):.1%}, eyes at {check.get('eye_line', 0):.1%}"
        parts += [
            f"{line['out']}: {size}, {line['bytes']} bytes ({line['container']})",
            f"{made}; {seen}, tilt {check.get('tilt_degrees', 0):.1f}",
        ]
    return [*parts, badge("outcome", line["verdict"]), *findings_list(line["findings"])]
