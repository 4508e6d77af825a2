"""Events as OCEL 2.0 JSON: applications, officers and offices are the objects."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any

from pipeline.sop.event import CaseEvents, Event

KINDS = ("application", "officer", "office")


def write_ocel(cases: Iterable[CaseEvents], sink: IO[str]) -> int:
    """Write a log, events one after the other; returns how many. Objects are kept until the end."""
    objects: dict[tuple[str, str], None] = {}
    stages: dict[str, set[str]] = {}
    sink.write('{"events": [\n')
    count = 0
    for case in cases:
        for event in case.events:
            sink.write(("" if count == 0 else ",\n") + json.dumps(_event(event, count)))
            stages.setdefault(event.stage, set()).update(_told(event))
            for kind, name in _objects(event):
                objects[kind, name] = None
            count += 1
    kinds = [
        {"name": stage, "attributes": [{"name": name, "type": "string"} for name in sorted(names)]}
        for stage, names in sorted(stages.items())
    ]
    rest = {
        "objects": [
            {"id": _id(kind, name), "type": kind, "attributes": [], "relationships": []}
            for kind, name in objects
        ],
        "eventTypes": kinds,
        "objectTypes": [{"name": kind, "attributes": []} for kind in KINDS],
    }
    sink.write("\n], " + json.dumps(rest)[1:] + "\n")
    return count


def _event(event: Event, number: int) -> dict[str, Any]:
    return {
        "id": f"e{number + 1}",
        "type": event.stage,
        "time": event.time.isoformat(),
        "attributes": [{"name": n, "value": v} for n, v in _told(event).items()],
        "relationships": [
            {"objectId": _id(kind, name), "qualifier": kind} for kind, name in _objects(event)
        ],
    }


def _told(event: Event) -> dict[str, str]:
    """Attributes of the event; actor and office too, so that they come back as they were."""
    own = {"actor": event.actor, "role": event.role, "office": event.office, **event.attributes}
    return {name: value for name, value in own.items() if value}


def _objects(event: Event) -> list[tuple[str, str]]:
    named = zip(KINDS, (event.case, event.actor, event.office), strict=True)
    return [(kind, name) for kind, name in named if name]


def _id(kind: str, name: str) -> str:
    """Applications keep their number; others might share one, so they say their kind."""
    return name if kind == "application" else f"{kind}:{name}"
