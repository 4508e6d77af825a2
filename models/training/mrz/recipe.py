"""The recipe of the shipped weights as data: phases, batch size, streams of random numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

BATCH = 64
AVERAGING = 0.999
"""Share of the running average that a step keeps."""
HELD_OUT_SEED = 982_451_653
"""Start of the stream that ``evaluate`` draws from; ``stream`` gives no training run this seed."""


@dataclass(frozen=True)
class Phase:
    """A stretch of training: a warm-up to ``peak``, then a cosine down to 1 % of it."""

    minutes: float
    peak: float
    warm_up: int
    """Steps until the peak is reached."""

    def rate(self, step: int, minutes: float) -> float:
        """Learning rate after ``step`` steps and ``minutes`` of this phase."""
        done = min(1.0, minutes / self.minutes)
        warm = min(1.0, (step + 1) / self.warm_up)
        return self.peak * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


PHASES = (
    Phase(minutes=48, peak=3e-3, warm_up=200),
    Phase(minutes=100, peak=1.5e-3, warm_up=300),
)


def stream(seed: int, worker: int, step: int) -> int:
    """Seed of the strips that ``worker`` draws from ``step`` on; below ``HELD_OUT_SEED``."""
    return (seed * 1_000_003 + 1009 * worker + 7919 * step) % HELD_OUT_SEED
