"""What people see of a calibration: what it promises, what it refuses, and rates by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.cli.show import table

if TYPE_CHECKING:
    from rich.console import RenderableType


def calibration_parts(line: Mapping[str, Any]) -> list[RenderableType]:
    """What a calibration or a cohort came to, for people."""
    if "people" in line:
        return [f"{line['file']}: a cohort of {line['people']} people"]
    rows = table("target FMR", "score", "FMR 95 %", "FNMR", "FNMR 95 %", "")
    for found in line["promises"]:
        fnmr, interval = found["fnmr"], found["fmr_interval"]
        rows.add_row(
            f"{found['target_fmr']:g}",
            "-" if found["score"] is None else f"{found['score']:.4f}",
            "-" if interval is None else f"{interval[0]:.1e} .. {interval[1]:.1e}",
            "-" if fnmr is None else f"{100 * fnmr[0]:.2f} %",
            "-" if fnmr is None else f"{100 * fnmr[1]:.2f} .. {100 * fnmr[2]:.2f} %",
            found["refusal"] or "",
        )
    counts = (
        f"{line['file']}: {line['persons']} persons, {line['genuine']:,} genuine and "
        f"{line['impostors']:,} impostor comparisons; {len(line['without_face'])} pictures "
        f"without a face, {len(line['unreadable'])} unreadable"
    )
    parts: list[RenderableType] = [counts, rows]
    if line["groups"]:
        parts.append(_group_table(line["groups"]))
    return parts


def _group_table(groups: Sequence[Mapping[str, Any]]) -> RenderableType:
    rows = table("group", "persons", "target FMR", "FMR", "FMR 95 %", "FNMR", "FNMR 95 %", "")
    for row in groups:
        cells = []
        for rate in (row["fmr"], row["fnmr"]):
            cells.append("-" if rate is None else f"{rate['value']:.2e}")
            cells.append("-" if rate is None else f"{rate['low']:.1e} .. {rate['high']:.1e}")
        told = f"differs: {', '.join(row['differs'])}" if row["differs"] else ""
        rows.add_row(row["group"], str(row["persons"]), f"{row['target_fmr']:g}", *cells, told)
    return rows
