"""Optimal alignment of a trace with a partial order: the cheapest account of how they differ.

Costs are the usual ones (Adriansyah 2014): a step of the log that the procedure has no place for
costs 1, a required step of the procedure that the log lacks there costs 1, agreement nothing.

The steps that can be kept are those of which no two contradict the order. "This came first, and
must not come before that" is transitive, so the largest set without a contradiction is a largest
antichain, which a bipartite matching finds exactly (Dilworth 1950, Koenig 1931): no search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.sop.order import PartialOrder

REQUIRED, OPTIONAL = 2, 1  # what keeping a step saves: an optional one is not missed in the model


@dataclass(frozen=True, slots=True)
class Alignment:
    """What of a trace follows the order. Stages by name, ``kept`` by position in the trace."""

    kept: tuple[int, ...]
    skipped: tuple[str, ...]  # required, nowhere in the trace
    moved: tuple[str, ...]  # there, but not where the order has a place for it
    repeated: tuple[str, ...]  # once more than the order asks
    unknown: tuple[str, ...]  # not in the order at all
    early: tuple[tuple[str, str], ...]  # (what came first, what it should have waited for)
    cost: int
    fitness: float  # 1 - cost / (cost of the empty trace + length of the trace)

    def to_dict(self) -> dict[str, Any]:
        return {
            "cost": self.cost,
            "fitness": round(self.fitness, 6),
            "skipped": list(self.skipped),
            "moved": list(self.moved),
            "repeated": list(self.repeated),
            "unknown": list(self.unknown),
            "early": [list(pair) for pair in self.early],
        }


def align(trace: Sequence[str], order: PartialOrder) -> Alignment:
    """The cheapest alignment of ``trace`` with ``order``; exact, in polynomial time."""
    places = [at for at, stage in enumerate(trace) if stage in order.before]
    lonely = [at for n, at in enumerate(places) if not n or trace[places[n - 1]] != trace[at]]
    kept = _largest_consistent([trace[at] for at in lonely], order)
    return _account(trace, order, tuple(lonely[n] for n in kept))


def _account(trace: Sequence[str], order: PartialOrder, kept: tuple[int, ...]) -> Alignment:
    """Name what is not kept, and what it costs."""
    steps = set(trace)
    agreed = {trace[at] for at in kept}
    rest = [trace[at] for at in range(len(trace)) if at not in set(kept)]
    known = [stage for stage in rest if stage in order.before]
    moved = tuple(dict.fromkeys(stage for stage in known if stage not in agreed))
    repeated = _without_one_each(known, moved)
    missing = [stage for stage in order.stages if stage in order.required - agreed]
    cost = len(rest) + len(missing)
    worst = len(trace) + len(order.required)
    return Alignment(
        kept=kept,
        skipped=tuple(stage for stage in missing if stage not in steps),
        moved=moved,
        repeated=repeated,
        unknown=tuple(stage for stage in rest if stage not in order.before),
        early=_early(trace, order, kept, moved),
        cost=cost,
        fitness=1 - cost / worst if worst else 1.0,
    )


def _without_one_each(stages: list[str], once: tuple[str, ...]) -> tuple[str, ...]:
    """``stages`` less the first of each that is in ``once``."""
    left = set(once)
    more = []
    for stage in stages:
        if stage in left:
            left.discard(stage)
        else:
            more.append(stage)
    return tuple(more)


def _early(
    trace: Sequence[str], order: PartialOrder, kept: tuple[int, ...], moved: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """For each moved stage, the pairs in which it stands the wrong way round with a kept one."""
    pairs: dict[tuple[str, str], None] = {}
    for stage in moved:
        at = list(trace).index(stage)
        for other in kept:
            first, last = (other, at) if other < at else (at, other)
            if trace[last] in order.before[trace[first]]:
                pairs[trace[first], trace[last]] = None
    return tuple(pairs)


def _largest_consistent(stages: list[str], order: PartialOrder) -> list[int]:
    """Positions of a largest set of steps in which none contradicts another."""
    count = len(stages)
    clashes = [0] * count  # bit j of clashes[i]: step j > i cannot be kept together with step i
    for late in range(count):
        for first in range(late):
            if stages[first] == stages[late] or stages[late] in order.before[stages[first]]:
                clashes[first] |= 1 << late
    if not any(clashes):
        return list(range(count))
    weights = [REQUIRED if stage in order.required else OPTIONAL for stage in stages]
    if len(set(weights)) == 1:
        return _antichain(clashes)
    owners = [step for step, weight in enumerate(weights) for _ in range(weight)]
    return sorted({owners[copy] for copy in _antichain(_copied(clashes, owners))})


def _copied(clashes: list[int], owners: list[int]) -> list[int]:
    """The same clashes between as many copies of each step as it weighs."""
    return [
        sum(1 << copy for copy, other in enumerate(owners) if clashes[step] >> other & 1)
        for step in owners
    ]


def _antichain(clashes: list[int]) -> list[int]:
    """A largest set without a clash: what a smallest vertex cover of the matching leaves."""
    count = len(clashes)
    mate, owner = [-1] * count, [-1] * count  # of the left and of the right copy of each step
    for left in range(count):
        _augment(left, clashes, mate, owner)
    lefts, rights = 0, 0
    for left in range(count):
        if mate[left] < 0:
            reached, crossed, _ = _explore(left, clashes, owner)
            lefts |= reached
            rights |= crossed
    return [step for step in range(count) if lefts >> step & 1 and not rights >> step & 1]


def _augment(left: int, clashes: list[int], mate: list[int], owner: list[int]) -> None:
    """Give ``left`` a partner if that makes the matching larger."""
    came: dict[int, int] = {}
    _, _, right = _explore(left, clashes, owner, came)
    while right >= 0:
        step = came[right]
        before = mate[step]
        mate[step], owner[right] = right, step
        right = before


def _explore(
    start: int, clashes: list[int], owner: list[int], came: dict[int, int] | None = None
) -> tuple[int, int, int]:
    """Walk alternating paths: bits of the left and right copies reached, and a free right or -1."""
    lefts, rights, queue = 1 << start, 0, [start]
    for left in queue:
        fresh = clashes[left] & ~rights
        rights |= fresh
        while fresh:
            right = (fresh & -fresh).bit_length() - 1
            fresh &= fresh - 1
            if came is not None:
                came[right] = left
            if owner[right] < 0:
                return lefts, rights, right
            lefts |= 1 << owner[right]
            queue.append(owner[right])
    return lefts, rights, -1
