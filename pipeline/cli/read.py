"""``periksa read``: read whole documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.inputs import judge_each
from pipeline.cli.options import AsJson, Images, PolicyName
from pipeline.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLE = "periksa read ktp.jpg passport.jpg\n  periksa read --json --expected ektp ktp.jpg"

Expected = Annotated[
    str | None,
    typer.Option(
        "--expected", metavar="KIND", help="What it was handed in as: old_passport, ektp."
    ),
]


def read(
    images: Images, expected: Expected = None, policy: PolicyName = None, as_json: AsJson = False
) -> None:
    """Read documents: type, fields with their sources, portrait."""
    from pipeline.application import DOCUMENT_KINDS
    from pipeline.policy import DEFAULT, load_policy

    if expected is not None and expected not in DOCUMENT_KINDS:
        known = ", ".join(DOCUMENT_KINDS)
        raise typer.BadParameter(f"{expected!r} is not one of {known}", param_hint="--expected")
    limits = load_policy(policy or DEFAULT)

    def read_one(image: Path) -> dict[str, Any]:
        from capture.sample import Sample
        from pipeline.documents.read import read_document
        from pipeline.evidence import scan_of

        scan = scan_of(Sample.from_file(image))
        return read_document(scan, limits, expected=expected).to_dict()

    judge_each(images, read_one, _show, Output(as_json=as_json))


def _show(line: dict[str, Any]) -> Sequence[RenderableType]:
    from rich.text import Text

    from pipeline.cli.show import badge, both, findings_list, heading, mrz_block, table

    parts: list[RenderableType] = [heading(f"{line['file']}: {both('kind.' + line['type'])}")]
    fields = table(both("head.field"), both("head.value"), "", "")
    fields.columns[0].no_wrap = True
    for name, field in line["fields"].items():
        sure = Text(f"{field['confidence']:.2f}")
        if field["status"] != "read":
            sure.append(" ").append_text(badge("status", field["status"]))
        fields.add_row(both(f"field.{name}"), field["value"], field["source"], sure)
    parts.append(fields)
    if line["mrz"] and line["mrz"]["found"]:
        parts.extend(mrz_block(line["mrz"]))
    return [*parts, *findings_list(line["findings"])]
