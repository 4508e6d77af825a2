"""What is to be enrolled: the pictures of a folder, or the rows of a table."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline.cli.inputs import Line
from pipeline.errors import ExitStatus, PipelineError

if TYPE_CHECKING:
    from pipeline.faces.gallery import Record
    from pipeline.faces.gallery.record import Sex

SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".jp2"}
COLUMNS = ("file", "id", "office", "sex", "born")


class SourceUnreadable(PipelineError):
    """A folder, table or row of a table that names nothing to enrol."""

    exit_status = ExitStatus.INPUT
    http_status = 422


@dataclass(frozen=True, slots=True)
class Item:
    """A picture and whose face it shows; or why its row cannot be understood."""

    path: Path
    record: Record | None
    fault: PipelineError | None = None

    def label(self) -> Line:
        return {"file": str(self.path)}


def read_source(source: Path) -> Sequence[Item]:
    """The pictures below a folder (id: path without suffix), or of a CSV table.

    Raises SourceUnreadable if there is nothing.
    """
    items = _folder(source) if source.is_dir() else _table(source)
    if not items:
        raise SourceUnreadable(
            "gallery.source_empty",
            f"{source} names no picture",
            f"Name a folder with pictures, or a CSV table with the columns {', '.join(COLUMNS)}.",
        )
    return items


def _folder(folder: Path) -> Sequence[Item]:
    from pipeline.faces.gallery import Record

    return [
        Item(path, Record(path.relative_to(folder).with_suffix("").as_posix()))
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
    ]


def _table(file: Path) -> Sequence[Item]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            table = csv.DictReader(text, restkey="beyond", restval="")
            columns, rows = set(table.fieldnames or ()), list(table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceUnreadable(
            "gallery.source_unreadable",
            f"{file} cannot be read: {error}",
            "Name a folder, or a table saved as CSV in UTF-8.",
        ) from error
    unknown = sorted(columns - set(COLUMNS))
    if "file" not in columns or unknown:
        raise SourceUnreadable(
            "gallery.source_columns",
            f"{file}: "
            + (f"unknown columns {', '.join(unknown)}" if unknown else "no column file"),
            f"Begin it with: {','.join(COLUMNS)} (all but file may be left out).",
        )
    return [_row(row, file, number) for number, row in enumerate(rows, 1)]


def _row(row: Mapping[str, str], file: Path, number: int) -> Item:
    from pipeline.faces.gallery import Record

    text = {name: (row.get(name) or "").strip() for name in COLUMNS}
    path = file.parent / text["file"]
    born, sex = text["born"], text["sex"].upper()
    if not text["file"] or "beyond" in row or not (born.isdecimal() or not born):
        fault = SourceUnreadable(
            "gallery.row",
            f"{file} row {number}: file is needed, born is a year, no column more",
            "Correct that row.",
        )
        return Item(path, None, fault)
    name = text["id"] or Path(text["file"]).with_suffix("").as_posix()
    # A wrong sex is refused with the record, where every other way in is checked too.
    chosen = cast("Sex | None", sex or None)
    return Item(path, Record(name, text["office"] or None, chosen, int(born) if born else None))
