"""D05: a stage took less time than it can take, or one person did it too often in a row.

How long it took is from ``started`` where the log has it; else the time since the event before,
of the same case or (across cases) of the same person at the same stage, bounds it from above.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule
from pipeline.sop.event import Event
from pipeline.sop.procedure import Procedure
from pipeline.sop.view import CaseView, Deviation

Key = tuple[str, str, str]  # person, stage, office


def _too_short(view: CaseView) -> Iterator[Deviation]:
    for number, event in enumerate(view.events):
        stage = view.procedure.stages.get(event.stage)
        if stage is None or not stage.least_seconds:
            continue
        took = _took(view.events, number)
        if took is not None and timedelta() <= took < timedelta(seconds=stage.least_seconds):
            seconds = round(took.total_seconds(), 1)
            text = Words(
                id=f"{stage.label.id} hanya {seconds:g} detik",
                en=f"{stage.label.en} took only {seconds:g} seconds",
            )
            yield view.deviation("D05", event, text, value=seconds, limit=stage.least_seconds)


def _took(events: tuple[Event, ...], number: int) -> timedelta | None:
    event = events[number]
    if started := event.attributes.get("started"):
        try:
            begun = datetime.fromisoformat(started)
        except ValueError:
            return None
        return event.time - (begun if begun.tzinfo else begun.replace(tzinfo=event.time.tzinfo))
    return event.time - events[number - 1].time if number else None


class _Speeds:
    """What each person did at each stage that has a least duration; a few bytes for each time."""

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure
        self._stages = {s.id: s.least_seconds for s in procedure.stages.values() if s.least_seconds}
        self._done: dict[Key, tuple[array[float], list[str]]] = {}
        self._zones: dict[str, tzinfo] = {}

    def see(self, view: CaseView) -> None:
        """Keep when the persons of this case finished what they did."""
        for event in view.events:
            if event.actor and event.stage in self._stages:
                office = event.office or view.office
                self._zones.setdefault(office, view.judge.calendars.of(office).zone)
                key = (event.actor, event.stage, office)
                times, cases = self._done.setdefault(key, (array("d"), []))
                times.append(event.time.timestamp())
                cases.append(view.case.case)

    def finish(self) -> Iterator[Deviation]:
        """Whatever was finished sooner after the last one than it takes."""
        for key in sorted(self._done):
            least = self._stages[key[1]]
            rows = sorted(zip(*self._done[key], strict=True))
            for (before, last), (at, case) in itertools.pairwise(rows):
                if at - before < least and case != last:
                    yield self._impossible(key, at, case, round(at - before, 1))

    def _impossible(self, key: Key, at: float, case: str, took: float) -> Deviation:
        actor, stage, office = key
        label = self._procedure.stages[stage].label
        return Deviation(
            code="D05",
            case=case,
            office=office,
            stage=stage,
            at=datetime.fromtimestamp(at, self._zones[office]),
            actor=actor,
            value=took,
            limit=self._stages[stage],
            source=self._procedure.deviations["D05"].source,
            message=Words(
                id=f"{label.id}: petugas yang sama menyelesaikan dua kasus dalam {took:g} detik",
                en=f"{label.en}: the same person finished two cases within {took:g} seconds",
            ),
        )


RULE = Rule(
    code="D05",
    label=Words(id="Tahap terlalu singkat", en="Stage too short to be real"),
    needs="time; `started` and actor where the log has them",
    of_case=_too_short,
    across=_Speeds,
)
