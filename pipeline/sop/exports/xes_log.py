"""Events as XES (IEEE 1849-2016), a trace per case, written as they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO
from xml.sax.saxutils import quoteattr

from pipeline.sop.event import CaseEvents, Event

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/></global>
<classifier name="Stage" keys="concept:name"/>
"""
_LEGAL = {code: "\ufffd" for code in range(32) if code not in (9, 10, 13)}


def write_xes(cases: Iterable[CaseEvents], sink: IO[str]) -> int:
    """Write a log; returns how many events."""
    sink.write(HEAD)
    count = 0
    for case in cases:
        sink.write("<trace>" + _strings({"concept:name": case.case}) + "\n")
        for event in case.events:
            sink.write(_event(event))
            count += 1
        sink.write("</trace>\n")
    sink.write("</log>\n")
    return count


def _event(event: Event) -> str:
    own = {
        "concept:name": event.stage,
        "org:resource": event.actor,
        "org:role": event.role,
        "org:group": event.office,
        "lifecycle:transition": "complete",
    }
    time = f'<date key="time:timestamp" value="{event.time.isoformat()}"/>'
    return f"<event>{_strings(own)}{time}{_strings(event.attributes)}</event>\n"


def _strings(values: Mapping[str, str]) -> str:
    return "".join(
        f"<string key={_quoted(key)} value={_quoted(text)}/>"
        for key, text in values.items()
        if text
    )


def _quoted(text: str) -> str:
    return quoteattr(text.translate(_LEGAL))
