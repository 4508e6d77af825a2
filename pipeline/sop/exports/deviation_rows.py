"""Deviations and cases as rows: CSV as they are found, Parquet by the optional pyarrow."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from pipeline.sop.errors import ExportImpossible
from pipeline.sop.tally import month_of
from pipeline.sop.view import CaseView, Deviation

COLUMNS = ("code", "case", "office", "stage", "at", "actor", "value", "limit", "source",
           "overridden_by", "message_id", "message_en")  # fmt: skip

CASE_COLUMNS = ("case", "office", "type", "month", "events", "cost", "fitness", "skipped", "moved",
                "repeated", "unknown", "codes")  # fmt: skip


class DeviationCsv:
    """Writes a row per deviation; cells that a spreadsheet would take for a formula are quoted."""

    def __init__(self, sink: IO[str]) -> None:
        self._rows = csv.writer(sink, lineterminator="\n")
        self._rows.writerow(COLUMNS)

    def add(self, deviation: Deviation) -> None:
        """One row."""
        self._rows.writerow([_plain(cell) for cell in row_of(deviation)])


class CaseCsv:
    """Writes a row per case: how well it fits, and its own codes (not those across cases)."""

    def __init__(self, sink: IO[str]) -> None:
        self._rows = csv.writer(sink, lineterminator="\n")
        self._rows.writerow(CASE_COLUMNS)

    def add(self, view: CaseView, found: list[Deviation]) -> None:
        """One row."""
        fit = view.alignment
        cells = [
            view.case.case,
            view.office,
            view.type,
            month_of(view),
            str(len(view.events)),
            str(fit.cost),
            f"{fit.fitness:.6f}",
            *(" ".join(part) for part in (fit.skipped, fit.moved, fit.repeated, fit.unknown)),
            " ".join(sorted({deviation.code for deviation in found})),
        ]
        self._rows.writerow([_plain(cell) for cell in cells])


def row_of(deviation: Deviation) -> list[str]:
    """The cells of COLUMNS as texts."""
    told: dict[str, Any] = deviation.to_dict()
    words = told.pop("message")
    told |= {"message_id": words["id"], "message_en": words["en"]}
    return ["" if told[name] is None else str(told[name]) for name in COLUMNS]


def write_parquet(deviations: Iterable[Deviation], path: Path) -> None:
    """Write the same columns as Parquet. Raises ExportImpossible without pyarrow."""
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise ExportImpossible(
            "sop.parquet_missing",
            "Parquet needs pyarrow, which is not installed (some 130 MB)",
            'Install it: pip install "periksa[parquet]"; or ask for --csv.',
        ) from error
    rows = [row_of(deviation) for deviation in deviations]
    columns = {name: [row[at] for row in rows] for at, name in enumerate(COLUMNS)}
    schema = arrow.schema([(name, arrow.string()) for name in COLUMNS])
    parquet.write_table(arrow.table(columns, schema=schema), path)


def _plain(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
