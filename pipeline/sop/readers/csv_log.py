"""A log as CSV: a header, then a row per event; columns that are none of ours are attributes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO

from pipeline.sop.errors import EventsUnreadable
from pipeline.sop.event import BrokenRow, Event
from pipeline.sop.readers import Reading, event_of
from pipeline.sop.vocabulary import FIELDS, NEEDED


def read_csv(stream: IO[bytes], reading: Reading, name: str) -> Iterator[Event]:
    """The events of a CSV log, UTF-8, comma or semicolon or tab. Raises EventsUnreadable."""
    try:
        with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
            yield from _rows(text, reading, name)
    except csv.Error as error:
        raise EventsUnreadable(
            "sop.log_csv", f"{name} is no CSV: {error}", "Export the log once more."
        ) from error


def _rows(text: IO[str], reading: Reading, name: str) -> Iterator[Event]:
    first = text.readline()
    mark = max(",;\t", key=first.count)
    columns = [_field(column) for column in next(csv.reader([first], delimiter=mark), [])]
    _check(columns, name)
    rows = csv.reader(text, delimiter=mark)
    for row in rows:
        if not row:
            continue
        where = f"{name}:{rows.line_num + 1}"
        if len(row) != len(columns):
            reading.broken(BrokenRow(where, f"{len(row)} of {len(columns)} columns"))
            continue
        cells = {column: cell for column, cell in zip(columns, row, strict=True) if cell}
        if (event := event_of(cells, reading, where)) is not None:
            yield event


def _field(column: str) -> str:
    plain = column.strip()
    return FIELDS.get(plain.lower(), plain)


def _check(columns: list[str], name: str) -> None:
    lacking = [needed for needed in NEEDED if needed not in columns]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if lacking or twice:
        what = f"no column {lacking[0]}" if lacking else f"two columns {twice[0]}"
        raise EventsUnreadable(
            "sop.log_columns",
            f"{name} has {what}",
            "Its first line must name the columns case, stage and time (docs/sop.md has more).",
        )
