"""D03: a case was served before several that had registered earlier.

The fewest cases whose removal leaves a queue in order are those outside a longest increasing
subsequence; of them, the ones that went forward are named. Somebody who was not there when called
is overtaken by everybody, and nobody is blamed for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, tzinfo

from pipeline.findings import Words
from pipeline.sop.deviations._rule import Rule, nothing
from pipeline.sop.procedure import Procedure
from pipeline.sop.view import CaseView, Deviation

Place = tuple[float, float, str, str]  # served, registered, case, who served


class _Queues:
    """The queues of a log: an office, a day, a counter."""

    def __init__(self, procedure: Procedure) -> None:
        self._rule = procedure.queue
        self._queues: dict[tuple[str, str, str], list[Place]] = {}
        self._zones: dict[str, tzinfo] = {}

    def see(self, view: CaseView) -> None:
        """Keep when the case registered and when it was served."""
        registered = view.by_stage.get(self._rule.registered)
        served = view.by_stage.get(self._rule.stage)
        if not registered or not served:
            return
        if view.attributes.get("priority") in self._rule.priorities:
            return
        first, then = registered[0], served[0]
        calendar = view.judge.calendars.of(view.office)
        day = calendar.local(then.time)
        if calendar.local(first.time) != day:
            return  # an appointment: the queue of the day is not the order of registration
        key = (view.office, day.isoformat(), view.attributes.get("queue", ""))
        place = (then.time.timestamp(), first.time.timestamp(), view.case.case, then.actor)
        self._queues.setdefault(key, []).append(place)
        self._zones.setdefault(view.office, calendar.zone)

    def finish(self) -> Iterator[Deviation]:
        """Whoever went forward past so many that the rule calls it a breach."""
        for key in sorted(self._queues):
            places = sorted(self._queues[key])
            kept = _in_order([place[1] for place in places])
            for at, place in enumerate(places):
                if at in kept:
                    continue
                later = [n for n in kept if n > at]
                passed = sum(places[n][1] < place[1] for n in later)
                if passed >= self._rule.overtakes:
                    yield self._breach(key[0], place, passed)

    def _breach(self, office: str, place: Place, passed: int) -> Deviation:
        return Deviation(
            code="D03",
            case=place[2],
            office=office,
            stage=self._rule.stage,
            at=datetime.fromtimestamp(place[0], self._zones[office]),
            actor=place[3],
            value=passed,
            limit=self._rule.overtakes,
            source=self._rule.source,
            message=Words(
                id=f"Mendahului {passed} pemohon yang mendaftar lebih dulu",
                en=f"Served before {passed} applicants who had registered earlier",
            ),
        )


def _in_order(values: list[float]) -> frozenset[int]:
    """Positions of a longest subsequence that does not fall (patience sorting)."""
    tails: list[float] = []
    ends: list[int] = []
    before = [-1] * len(values)
    for at, value in enumerate(values):
        place = bisect_right(tails, value)
        before[at] = ends[place - 1] if place else -1
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [at]
    found, at = [], ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return frozenset(found)


RULE = Rule(
    code="D03",
    label=Words(id="Urutan antrean dilanggar", en="Queue order broken"),
    needs="registration and service of several cases; `queue`, `priority` where there are several",
    of_case=nothing,
    across=_Queues,
)
