"""PartialOrder: which stage must come before which, closed under "before"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, eq=False, slots=True)
class PartialOrder:
    """Stages with everything that must precede each; ``required`` ones may not be left out."""

    stages: tuple[str, ...]
    before: Mapping[str, frozenset[str]]
    required: frozenset[str]

    @classmethod
    def of(cls, after: Mapping[str, Iterable[str]], optional: Iterable[str] = ()) -> PartialOrder:
        """From direct predecessors. ValueError names a stage that comes before itself."""
        before: dict[str, frozenset[str]] = {}
        for stage in after:
            _close(stage, after, before, ())
        stages = tuple(sorted(after, key=lambda stage: len(before[stage])))
        return cls(stages, before, frozenset(after) - set(optional))

    def so_far(self, seen: Iterable[str]) -> PartialOrder:
        """The part that a case which has shown ``seen`` ought to have passed: what precedes it."""
        known = [stage for stage in seen if stage in self.before]
        reached = frozenset(known).union(*(self.before[stage] for stage in known))
        return PartialOrder(
            tuple(stage for stage in self.stages if stage in reached),
            {stage: self.before[stage] & reached for stage in reached},
            self.required & reached,
        )


def _close(
    stage: str,
    after: Mapping[str, Iterable[str]],
    before: dict[str, frozenset[str]],
    way: tuple[str, ...],
) -> frozenset[str]:
    if stage in way:
        raise ValueError(" -> ".join((*way[way.index(stage) :], stage)))
    if stage not in before:
        direct = frozenset(after[stage])
        above = [_close(other, after, before, (*way, stage)) for other in sorted(direct)]
        before[stage] = direct.union(*above)
    return before[stage]
