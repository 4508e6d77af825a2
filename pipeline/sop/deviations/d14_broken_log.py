"""D14: the log of the case has a gap, says something twice, or holds what is no event."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.event import Event
from pipeline.sop.view import LONGEST_TRACE, CaseView, Deviation


def _broken(view: CaseView) -> Iterator[Deviation]:
    for row in view.broken:
        text = Words(id=f"Baris tidak terbaca: {row.where}", en=f"Unreadable: {row.where}")
        yield view.deviation("D14", None, text, value=row.reason)
    for event, said in (*_gaps(view), *_twice(view)):
        yield view.deviation("D14", event, said, value=event.attributes.get("seq", ""))
    if len(view.events) > LONGEST_TRACE:
        text = Words(id="Terlalu banyak kejadian", en="Too many events to be one case")
        yield view.deviation("D14", None, text, value=len(view.events), limit=LONGEST_TRACE)


def _gaps(view: CaseView) -> Iterator[tuple[Event, Words]]:
    """Numbers of events that do not follow each other, or that run against the clock."""
    numbered = [event for event in view.events if event.attributes.get("seq", "").isdecimal()]
    numbered.sort(key=_number)
    for last, event in itertools.pairwise(numbered):
        step = _number(event) - _number(last)
        if step != 1 and view.procedure.deviations["D14"].limits.get("gap", True):
            what = f"{_number(last)} -> {_number(event)}"
            text = Words(id=f"Nomor kejadian terputus: {what}", en=f"Gap in the numbers: {what}")
            yield event, text
        elif event.time < last.time:
            yield event, Words(id="Waktu berjalan mundur", en="Time runs backwards")


def _twice(view: CaseView) -> Iterator[tuple[Event, Words]]:
    for last, event in zip(view.events, view.events[1:], strict=False):
        if (last.stage, last.time, last.actor) == (event.stage, event.time, event.actor):
            yield event, Words(id="Kejadian tercatat dua kali", en="The same event twice")


def _number(event: Event) -> int:
    return int(event.attributes["seq"])


RULE = Rule(
    code="D14",
    label=Words(id="Catatan kejadian rusak atau terputus", en="Event log broken or with a gap"),
    needs="rows; `seq` (numbers within the case) where the log has them",
    of_case=_broken,
)
