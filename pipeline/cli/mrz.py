"""``periksa mrz``: read machine-readable zones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.inputs import judge_each
from pipeline.cli.options import AsJson, Images, PolicyName
from pipeline.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

EXAMPLE = "periksa mrz passport.jpg\n  periksa mrz --json scans/*.jpg > readings.jsonl"


def mrz(images: Images, policy: PolicyName = None, as_json: AsJson = False) -> None:
    """Read the machine-readable zones of documents.

    Passports (TD3), cards (TD1, TD2), visas (MRV-A, MRV-B) and the French identity card.
    """
    from pipeline.policy import DEFAULT, load_policy

    limits = load_policy(policy or DEFAULT)

    def read(image: Path) -> dict[str, Any]:
        from capture.sample import Sample
        from pipeline.documents.mrz import read_mrz
        from pipeline.evidence import scan_of

        return read_mrz(scan_of(Sample.from_file(image)), limits).to_dict()

    judge_each(images, read, _show, Output(as_json=as_json))


def _show(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import findings_list, heading, mrz_block, number, table

    parts: list[RenderableType] = [heading(line["file"])]
    if line["found"]:
        parts.extend(mrz_block(line))
        fields = table("", "")
        for name, value in line["fields"].items():
            fields.add_row(name, number(value))
        parts.append(fields)
    return [*parts, *findings_list(line["findings"])]
