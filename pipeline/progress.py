"""Stage clock: wall and CPU time of each stage of a verification."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StageTime:
    """Milliseconds of one stage; CPU is this process's, all threads."""

    wall_ms: float
    cpu_ms: float

    def to_dict(self) -> dict[str, float]:
        return {"wall_ms": round(self.wall_ms, 1), "cpu_ms": round(self.cpu_ms, 1)}


@dataclass
class StageClock:
    """Collects a time per stage, in the order in which the stages ran."""

    stages: dict[str, StageTime] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what runs inside ``with``; a stage that runs twice adds up."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            before = self.stages.get(name, StageTime(0.0, 0.0))
            self.stages[name] = StageTime(
                before.wall_ms + (time.perf_counter() - wall) * 1e3,
                before.cpu_ms + (time.process_time() - cpu) * 1e3,
            )
