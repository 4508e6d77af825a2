"""``periksa gallery search, duplicates, info``: find a face among many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli.gallery_options import (
    EngineName,
    Fmr,
    FpirOption,
    GalleryName,
    Office,
    SexName,
    Top,
    Years,
    described,
    folder_of,
    policy_of,
)
from pipeline.cli.inputs import Line, judge_each
from pipeline.cli.options import AsJson, Images, PolicyName
from pipeline.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.faces.gallery import Gallery
    from pipeline.policy import Policy

EXAMPLE_SEARCH = (
    "periksa gallery search face.jpg --gallery kanim --top 10 --fpir 0.01\n"
    "  periksa gallery search *.jpg --gallery kanim --sex F --born 1980-1990 --json"
)
EXAMPLE_DUPLICATES = "periksa gallery duplicates --gallery kanim --fmr 1e-4 --json > pairs.jsonl"
EXAMPLE_INFO = "periksa gallery info --gallery kanim"


def search(
    images: Images,
    gallery: GalleryName,
    top: Top = 10,
    fpir: FpirOption = None,
    office: Office = None,
    sex: SexName = None,
    born: Years = None,
    engine: EngineName = "auto",
    policy: PolicyName = None,
    as_json: AsJson = False,
) -> None:
    """Find the enrolled faces that are most like those of pictures.

    With --fpir a candidate is a hit or not; a rate that the calibration cannot support is refused.
    Filters hide nobody: who does not fit but is as much alike stands in outside_filter.
    """
    years = _years(born)
    from pipeline.faces.gallery import Filter, Question, identify

    limits = policy_of(policy)
    opened = _opened(gallery, limits, engine)
    question = Question(top, fpir, Filter(office, sex, *years))

    def find(image: Path) -> Line:
        return identify(opened, str(image), described(image, limits), limits, question).to_dict()

    judge_each(images, find, _show_found, Output(as_json=as_json))


def duplicates(
    gallery: GalleryName, fmr: Fmr = None, policy: PolicyName = None, as_json: AsJson = False
) -> None:
    """List every pair of entries that are alike; a run that was ended goes on.

    The default is the false match rate at which two faces are called a match.
    """
    from pipeline.faces.gallery.duplicates import duplicates as find
    from pipeline.faces.gallery.identify import gallery_calibration

    output, limits = Output(as_json=as_json), policy_of(policy)
    rate = limits.number("faces", "match_fmr") if fmr is None else fmr
    calibration = gallery_calibration(limits)
    threshold = calibration.threshold(rate)
    opened = _opened(gallery, limits)
    pairs = len(opened) * (len(opened) - 1) // 2
    count = 0
    for pair in find(opened, threshold, lambda at, of: output.progress(f"{at}/{of} bands")):
        count += 1
        line = {**pair.to_dict(), "fmr": float(f"{calibration.fmr(pair.score):.4g}")}
        if as_json:
            output.line(line)
        else:
            output.show(f"{pair.score:.4f}  {pair.a.id}  {pair.b.id}")
    output.progress("")
    output.say(
        f"{count:,} of {pairs:,} pairs reach {threshold:.4f}; different persons would give "
        f"about {pairs * rate:,.0f} at an FMR of {rate:g}"
    )


def info(gallery: GalleryName, policy: PolicyName = None, as_json: AsJson = False) -> None:
    """Tell a gallery's size, models and files; no template is shown."""
    output = Output(as_json=as_json)
    opened = _opened(gallery, policy_of(policy))
    line = {"gallery": gallery, "folder": str(opened.folder), **opened.info()}
    if as_json:
        output.line(line)
        return
    from pipeline.cli.show import number, table

    rows = table("", "")
    for key, value in line.items():
        rows.add_row(key, ", ".join(value) if isinstance(value, dict) else number(value))
    output.show(rows)


def _opened(name: str, policy: Policy, engine: EngineName = "auto") -> Gallery:
    from pipeline.faces.gallery import open_gallery
    from pipeline.faces.gallery.making import template_making
    from pipeline.store.keys import office_keys

    made = template_making(policy)
    return open_gallery(folder_of(name), office_keys(), made.models, engine=engine)


def _years(text: str | None) -> tuple[int | None, int | None]:
    """The years of FROM-TO; either may be left out, one year stands for itself."""
    if text is None:
        return None, None
    first, dash, last = text.partition("-")
    if any(part and not (part.isdecimal() and len(part) == 4) for part in (first, last)):
        raise typer.BadParameter(f"{text!r} are no years: write 1980-1990, 1980- or 1980")
    if not first and not last:
        raise typer.BadParameter("--born needs a year")
    low, high = (int(part) if part else None for part in (first, last if dash else first))
    if low is not None and high is not None and low > high:
        raise typer.BadParameter(f"{text!r}: the first year comes first")
    return low, high


def _show_found(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import findings_list, heading, table

    parts: list[RenderableType] = [heading(line["file"])]
    for title, key in (("", "candidates"), ("outside the filter", "outside_filter")):
        rows = table("", "id", "score", "FPIR", "office", "sex", "born")
        for found in line[key]:
            mark = "*" if found["hit"] else ""
            known = (found["office"], found["sex"], found["born"])
            rows.add_row(
                f"{found['rank']}{mark}",
                found["id"],
                f"{found['score']:.4f}",
                f"{found['fpir']['value']:.2g}",
                *("" if value is None else str(value) for value in known),
            )
        if line[key]:
            parts += [title, rows] if title else [rows]
    return [*parts, _remarks(line), *findings_list(line["findings"])]


def _remarks(line: dict[str, Any]) -> str:
    """What a reader of the table has to know beside it."""
    said = [f"{line['searched']:,} searched"]
    if line["filtered_out"]:
        said.append(f"{line['filtered_out']:,} do not fit the filter (compared too)")
    if line["threshold"] is None:
        said.append("no --fpir: a list of candidates, none is a hit")
    else:
        said.append(f"hits (*) reach {line['threshold']:.4f}, FPIR {line['fpir']:g}")
    for key, what in (("more_hits", "more hits"), ("more_outside_filter", "more outside")):
        if line[key]:
            said.append(f"{line[key]:,} {what}: raise --top")
    return "; ".join(said)
