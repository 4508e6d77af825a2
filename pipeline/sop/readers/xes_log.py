"""A log as XES (IEEE 1849-2016): read as a stream, so that its size does not matter.

Documents with a DOCTYPE are refused: XES has none, and entities could blow up or read files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NoReturn
from xml.parsers import expat

from pipeline.sop.errors import EventsUnreadable
from pipeline.sop.event import Event
from pipeline.sop.readers import Reading, event_of
from pipeline.sop.vocabulary import FIELDS

CHUNK = 1 << 16
_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_SKIPPED = frozenset({"start", "schedule", "assign", "suspend", "resume"})  # life before the end


class _Walk:
    """Gathers traces and events as the parser meets them."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []
        self.is_xes = False
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] | None = None
        self._depth = 0  # of attributes within attributes, which carry nothing for us
        self._in_trace = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        """An opening tag."""
        name = tag.rpartition(":")[2]
        if name == "log":
            self.is_xes = True
        elif name == "trace":
            self._trace, self._in_trace = {}, True
        elif name == "event":
            self._event = {}
        elif name in _VALUES:
            self._depth += 1
            if self._depth == 1 and self._in_trace:
                self._keep(given.get("key", ""), given.get("value", ""))

    def end(self, tag: str) -> None:
        """A closing tag."""
        name = tag.rpartition(":")[2]
        if name in _VALUES:
            self._depth -= 1
        elif name == "event" and self._event is not None:
            if self._event.pop("lifecycle:transition", "complete").lower() not in _SKIPPED:
                self.found.append({**self._trace, **self._event})
            self._event = None
        elif name == "trace":
            self._in_trace = False

    def _keep(self, key: str, value: str) -> None:
        if not value:
            return
        if self._event is not None:
            self._event[FIELDS.get(key, key)] = value
        elif key == "concept:name":
            self._trace["case"] = value
        else:
            self._trace[FIELDS.get(key, key)] = value


def read_xes(stream: IO[bytes], reading: Reading, name: str) -> Iterator[Event]:
    """The finished events of an XES log. Raises EventsUnreadable."""
    walk = _Walk()
    parser = expat.ParserCreate()
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end

    def refuse(*_given: object) -> NoReturn:
        raise EventsUnreadable(
            "sop.log_doctype", f"{name} has a DOCTYPE, which XES has not", "Remove it."
        )

    parser.StartDoctypeDeclHandler = refuse
    number = 0
    while True:
        chunk = stream.read(CHUNK)
        try:
            parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            raise EventsUnreadable(
                "sop.log_xml", f"{name} is no XML: {error}", "Export the log once more."
            ) from error
        for row in walk.found:
            number += 1
            if (event := event_of(row, reading, f"{name}, event {number}")) is not None:
                yield event
        walk.found.clear()
        if not chunk:
            break
    if not walk.is_xes:
        raise EventsUnreadable("sop.log_xes", f"{name} is no XES log", "It must have a <log>.")
