"""A log as OCEL 2.0 JSON: events with objects, of which one type is the case.

The whole file is read at once, as its format demands: objects may stand after the events.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any

from pipeline.sop.errors import EventsUnreadable
from pipeline.sop.event import Event
from pipeline.sop.readers import Reading, event_of
from pipeline.sop.vocabulary import FIELDS

CASE = "application"
OFFICE, ACTOR = ("office",), ("officer", "actor", "resource")


def read_ocel(stream: IO[bytes], reading: Reading, name: str) -> Iterator[Event]:
    """The events of an OCEL 2.0 log; one event of several cases is an event of each."""
    try:
        log = json.load(stream)
        kinds = {str(thing["id"]): str(thing["type"]) for thing in log["objects"]}
        facts = {str(thing["id"]): _values(thing) for thing in log["objects"]}
        rows = [(event, _related(event)) for event in log["events"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EventsUnreadable(
            "sop.log_ocel",
            f"{name} is no OCEL 2.0 log: {type(error).__name__} {error}",
            "It must be JSON with eventTypes, objectTypes, events and objects.",
        ) from error
    case_type = reading.case_type or _case_type(kinds, rows)
    for number, (event, related) in enumerate(rows, 1):
        for case in [thing for thing in related if kinds.get(thing) == case_type] or [""]:
            row = {**facts.get(case, {}), **_values(event), "case": case}
            row["stage"], row["time"] = str(event.get("type", "")), str(event.get("time", ""))
            row.setdefault("office", _first(related, kinds, OFFICE))
            row.setdefault("actor", _first(related, kinds, ACTOR))
            row = {name: value for name, value in row.items() if value}
            if (made := event_of(row, reading, f"{name}, event {number}")) is not None:
                yield made


def _values(thing: Mapping[str, Any]) -> dict[str, str]:
    """Attributes as texts; the last value of one that changed."""
    pairs = ((str(row["name"]), row["value"]) for row in thing.get("attributes", []))
    return {FIELDS.get(name, name): str(value) for name, value in pairs if value is not None}


def _related(event: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(str(row["objectId"]) for row in event.get("relationships", [])))


def _case_type(kinds: Mapping[str, str], rows: list[tuple[Any, list[str]]]) -> str:
    if CASE in kinds.values():
        return CASE
    seen = Counter(kinds.get(thing, "") for _, related in rows for thing in related)
    return seen.most_common(1)[0][0] if seen else ""


def _first(related: list[str], kinds: Mapping[str, str], wanted: tuple[str, ...]) -> str:
    return next((thing for thing in related if kinds.get(thing) in wanted), "")
