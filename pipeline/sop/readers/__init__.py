"""Logs of other systems as events: CSV, XES (IEEE 1849) and OCEL 2.0, plain or gzipped."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO, cast

from pipeline.sop.calendar_rules import zone_of
from pipeline.sop.errors import EventsUnreadable
from pipeline.sop.event import BrokenRow, Event

LOCAL = zone_of("WIB")
YEARS = range(1900, 2200)  # a time beyond them is no time of a case, and no calendar reaches it
KINDS = {".csv": "csv", ".tsv": "csv", ".xes": "xes", ".jsonocel": "ocel", ".json": "ocel"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a log is read: the zone of times that name none, our name for each of its stages."""

    zone: Callable[[str], tzinfo] = lambda _office: LOCAL
    stages: dict[str, str] = field(default_factory=dict)
    broken: Callable[[BrokenRow], None] = lambda _row: None
    case_type: str = ""  # of OCEL objects; empty: "application", else the type most events name

    def moment(self, text: str, office: str) -> datetime:
        """An ISO 8601 time; ValueError for another text and for years that cannot be meant."""
        moment = datetime.fromisoformat(text.strip())
        if moment.year not in YEARS:
            raise ValueError(f"the year {moment.year} cannot be meant")
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone(office))

    def stage(self, name: str) -> str:
        """Our name of a stage; ``stages`` has the others' names in small letters."""
        return self.stages.get(name.casefold(), name)


def read_events(path: Path, reading: Reading | None = None) -> Iterator[Event]:
    """The events of a log in the order of the file; rows that are none go to ``reading.broken``.

    Raises EventsUnreadable for a file that is no log of these kinds.
    """
    how = reading or Reading()
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    kind = KINDS.get(plain.suffix.lower())
    if kind is None:
        raise EventsUnreadable(
            "sop.log_kind",
            f"{path}: the kind of log is not known by its name",
            "Give it as .csv, .xes, .json or .jsonocel (OCEL 2.0), also with .gz.",
        )
    try:
        with _opened(path) as stream:
            yield from _reader(kind)(stream, how, str(path))
    except FileNotFoundError as error:
        raise EventsUnreadable(
            "sop.log_missing", f"{path}: there is no such file", "Correct the path."
        ) from error
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise EventsUnreadable(
            "sop.log_unreadable", f"{path} cannot be read: {error}", "Export the log once more."
        ) from error


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _reader(kind: str) -> Callable[[IO[bytes], Reading, str], Iterator[Event]]:
    if kind == "csv":
        from pipeline.sop.readers.csv_log import read_csv

        return read_csv
    if kind == "xes":
        from pipeline.sop.readers.xes_log import read_xes

        return read_xes
    from pipeline.sop.readers.ocel_log import read_ocel

    return read_ocel


def event_of(row: dict[str, str], reading: Reading, where: str) -> Event | None:
    """An event from fields and attributes by name; None where it is broken, which is told.

    ``row`` becomes the attributes and must hold no empty text.
    """
    case, office = row.pop("case", "").strip(), row.pop("office", "").strip()
    stage, text = row.pop("stage", "").strip(), row.pop("time", "")
    lacking = [n for n, v in (("case", case), ("stage", stage), ("time", text)) if not v]
    if lacking:
        reading.broken(BrokenRow(where, f"no {', '.join(lacking)}", case))
        return None
    try:
        moment = reading.moment(text, office)
    except ValueError:
        reading.broken(BrokenRow(where, f"no time: {text[:40]!r}", case))
        return None
    actor, role = row.pop("actor", ""), row.pop("role", "")
    return Event(case, reading.stage(stage), moment, actor, role, office, row)
