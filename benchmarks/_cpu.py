"""CPU time of a call, child processes included (PassportEye starts tesseract)."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable


def cpu_seconds() -> float:
    """User and system time of this process and of its finished children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def cpu_ms(call: Callable[[], object]) -> float:
    """Milliseconds of CPU that one call takes."""
    before = cpu_seconds()
    call()
    return 1e3 * (cpu_seconds() - before)


def median_cpu_ms(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU ms of each call; rounds are interleaved, so that noise hits all alike."""
    for call in calls.values():
        call()  # models and caches are warm for everybody
    times = [{name: cpu_ms(call) for name, call in calls.items()} for _ in range(rounds)]
    return {name: statistics.median(row[name] for row in times) for name in calls}
