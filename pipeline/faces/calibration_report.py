"""The report of a calibration: a folder with the DET curve and the tables in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.faces.calibration import Calibration
from pipeline.faces.det_plot import draw_det
from pipeline.faces.groups import GroupRates

_HONESTY = (
    "Intervals are of 95 % and know that a person's pictures depend on each other (design effect "
    "over persons). The rates hold for people and pictures like these; of others, and of attempts "
    "to deceive (presentation attacks: not assessed), nothing is known."
)


def write_report(
    folder: Path,
    calibration: Calibration,
    targets: tuple[float, ...],
    groups: Sequence[GroupRates],
    line: Mapping[str, Any],
) -> tuple[Path, ...]:
    """Write report.md, det.svg and det.png into ``folder``. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = draw_det(calibration, folder, targets) if calibration.genuine else ()
    about = (
        f"{calibration.data}. {line['pictures']} pictures of {calibration.persons} persons; "
        f"{len(line['without_face'])} without a face, {len(line['unreadable'])} unreadable. "
        f"{calibration.genuine:,} genuine and {calibration.impostors:,} impostor comparisons."
    )
    parts = [f"# Calibration {calibration.name}", about, _promises(line["promises"])]
    if pictures:
        parts.append("![DET curve](det.svg)")
    if groups:
        parts.append(_groups(groups))
    for title, names in (("Without a face", "without_face"), ("Unreadable", "unreadable")):
        if line[names]:
            parts.append(f"{title}: {', '.join(line[names])}")
    parts.append(_HONESTY)
    file = folder / "report.md"
    file.write_text("\n\n".join(parts) + "\n", "utf-8")
    return (file, *pictures)


def _promises(promises: Sequence[Mapping[str, Any]]) -> str:
    rows = ["| target FMR | score | FMR, 95 % | FNMR (95 %) |", "|---|---|---|---|"]
    for found in promises:
        if found["refusal"]:
            rows.append(f"| {found['target_fmr']:g} | not promised | {found['refusal']} | |")
            continue
        low, high = found["fmr_interval"]
        rows.append(
            f"| {found['target_fmr']:g} | {found['score']:.4f} | {low:.1e} .. {high:.1e} "
            f"| {_percent(found['fnmr'])} |"
        )
    return "\n".join(rows)


def _percent(fnmr: Sequence[float] | None) -> str:
    if fnmr is None:
        return "not measured"
    value, low, high = (100 * part for part in fnmr)
    return f"{value:.2f} % ({low:.2f} .. {high:.2f})"


def _groups(groups: Sequence[GroupRates]) -> str:
    rows = [
        "| group | persons | target FMR | FMR (95 %) | FNMR (95 %) | differs from all |",
        "|---|---|---|---|---|---|",
    ]
    for row in groups:
        fmr = (
            "too few"
            if row.fmr is None
            else f"{row.fmr.value:.1e} ({row.fmr.low:.1e} .. {row.fmr.high:.1e})"
        )
        fnmr = None if row.fnmr is None else (row.fnmr.value, row.fnmr.low, row.fnmr.high)
        rows.append(
            f"| {row.group} | {row.persons} | {row.target_fmr:g} | {fmr} | {_percent(fnmr)} "
            f"| {', '.join(row.differs)} |"
        )
    return "\n".join(rows)
