"""Events by case, whatever their order in the log, in memory that does not grow with the log.

Few events are grouped at once; of many, each goes to one of the files of a private folder by its
case, and the files are grouped one after the other.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from sys import intern
from typing import Self
from zlib import crc32

from pipeline.sop.event import NOTHING, CaseEvents, Event

AT_ONCE = 50_000  # events that are grouped in memory
FILES = 128


class ByCase:
    """Takes events, then gives them by case; ``latest`` and ``events`` are known in between.

    ``with`` removes what was put aside.
    """

    def __init__(self, events: Iterable[Event], at_once: int = AT_ONCE) -> None:
        self.events = 0
        self.latest = datetime.min.replace(tzinfo=UTC)
        self._near: list[Event] = []
        self._stack = ExitStack()
        self._files: list[Path] = []
        self._take(events, at_once)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_what: object) -> None:
        self._stack.close()

    def cases(self) -> Iterator[CaseEvents]:
        """Every case once, with its events in the order of time."""
        yield from _grouped(self._near)
        for file in self._files:
            with file.open(encoding="utf-8") as lines:
                yield from _grouped(_event(line) for line in lines)

    def _take(self, events: Iterable[Event], at_once: int) -> None:
        source = iter(events)
        for event in source:
            self._note(event)
            self._near.append(event)
            if len(self._near) >= at_once:
                break
        else:
            return
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="periksa-")))
        self._files = [folder / str(number) for number in range(FILES)]
        with ExitStack() as opened:
            sinks = [opened.enter_context(f.open("w", encoding="utf-8")) for f in self._files]
            for event in self._near:
                sinks[_share(event)].write(_line(event))
            self._near = []
            for event in source:
                self._note(event)
                sinks[_share(event)].write(_line(event))

    def _note(self, event: Event) -> None:
        self.events += 1
        self.latest = max(self.latest, event.time)


def _grouped(events: Iterable[Event]) -> Iterator[CaseEvents]:
    cases: dict[str, list[Event]] = {}
    for event in events:
        cases.setdefault(event.case, []).append(event)
    for rows in cases.values():
        yield CaseEvents.of(rows)


def _share(event: Event) -> int:
    return crc32(event.case.encode("utf-8", "surrogatepass")) % FILES


def _line(event: Event) -> str:
    row = (
        event.case,
        event.stage,
        event.time.isoformat(),
        event.actor,
        event.role,
        event.office,
        dict(event.attributes),
    )
    return json.dumps(row) + "\n"


def _event(line: str) -> Event:
    case, stage, time, actor, role, office, attributes = json.loads(line)
    return Event(
        case,
        intern(stage),
        datetime.fromisoformat(time),
        intern(actor),
        intern(role),
        intern(office),
        attributes or NOTHING,
    )
