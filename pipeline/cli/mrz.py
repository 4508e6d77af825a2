"""``periksa mrz``: read machine-readable zones, from pictures or from lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.inputs import judge_each
from pipeline.cli.options import AsJson, PolicyName
from pipeline.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.policy import Policy

EXAMPLE = (
    "periksa mrz passport.jpg\n"
    "  periksa mrz --json scans/*.jpg > readings.jsonl\n"
    "  periksa mrz --text lines.txt --today 2026-01-31"
)
Line = dict[str, Any]

Pictures = Annotated[
    list[Path] | None,
    typer.Argument(metavar="IMAGE", help="Pictures: JPEG, PNG, TIFF, BMP, WebP, JPEG 2000."),
]
Texts = Annotated[
    list[str] | None,
    typer.Option(
        "--text",
        metavar="FILE",
        help="Lines of text instead of a picture: zones with a blank line between them;"
        " - reads stdin.",
    ),
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine", metavar="NAME", help="The reader of pictures: own, or passporteye (an extra)."
    ),
]
Today = Annotated[
    datetime | None,
    typer.Option(
        "--today",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="The day that decides centuries and expiry (default: the clock).",
    ),
]


@dataclass(frozen=True, slots=True)
class _Input:
    """A picture, or one zone of a text; ``read`` gives its line."""

    file: str
    read: Callable[[], Line]


def mrz(
    images: Pictures = None,
    text: Texts = None,
    engine: Engine = "own",
    today: Today = None,
    policy: PolicyName = None,
    as_json: AsJson = False,
) -> None:
    """Read the machine-readable zones of documents.

    Passports (TD3), cards (TD1, TD2), visas (MRV-A, MRV-B) and the French identity card.
    """
    from pipeline.policy import DEFAULT, load_policy

    if not images and not text:
        raise typer.BadParameter("name at least one IMAGE, or --text FILE")
    _known(engine)
    limits = load_policy(policy or DEFAULT)
    day = today.date() if today else datetime.now(UTC).date()
    inputs = [
        *_of_pictures(images or [], engine, limits, day),
        *(zone for file in text or [] for zone in _of_text(file, limits, day)),
    ]
    judge_each(
        inputs,
        lambda one: one.read(),
        _show,
        Output(as_json=as_json),
        label=lambda one: {"file": one.file},
    )


def _known(engine: str) -> None:
    """Refuse a reader that is not in the drawer."""
    from pipeline.documents.mrz.engines import engine_names

    if engine not in engine_names():
        names = ", ".join(engine_names())
        raise typer.BadParameter(f"{engine} is none of {names}", param_hint="--engine")


def _of_pictures(
    images: Sequence[Path], engine: str, limits: Policy, day: date
) -> Iterator[_Input]:
    def reader(image: Path) -> Callable[[], Line]:
        def read() -> Line:
            from capture.sample import Sample
            from pipeline.documents.mrz.engines import mrz_engine

            picture = Sample.from_file(image).image
            return mrz_engine(engine).read(picture, limits, day).to_dict()

        return read

    return (_Input(str(image), reader(image)) for image in images)


def _of_text(file: str, limits: Policy, day: date) -> Iterator[_Input]:
    """One input a zone of ``file``; one that says why, if it cannot be read."""
    from pipeline.cli.mrz_text import UnreadableText, read_zones, zone_line

    try:
        zones = read_zones(file)
    except UnreadableText as error:
        yield _Input(file, _refusing(error))
        return
    days = limits.number("mrz", "expiry_review_days")
    for first, lines in zones:
        yield _Input(file, partial(zone_line, first, lines, day, days))


def _refusing(error: Exception) -> Callable[[], Line]:
    def read() -> Line:
        raise error

    return read


def _show(line: Line) -> Sequence[RenderableType]:
    from rich.text import Text

    from pipeline.cli.show import findings_list, heading, mrz_block, number, table

    typed = "first_line" in line
    place = f"{line['file']}:{line['first_line']}" if typed else line["file"]
    parts: list[RenderableType] = [heading(place)]
    if typed:
        parts += [Text(f"  {row}", "bold") for row in line["lines"]]
    elif line["found"]:
        parts.extend(mrz_block(line))
    if line["found"]:
        fields = table("", "")
        for name, value in line["fields"].items():
            fields.add_row(name, number(value))
        parts.append(fields)
    return [*parts, *findings_list(line["findings"])]
