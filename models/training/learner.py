"""What every training shares: a net and its running average, steps, checkpoints, a schedule."""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

WARM_UP = 60
"""Steps until the learning rate has its highest value."""

Net = TypeVar("Net", bound=nn.Module)


class Learner(Generic[Net]):
    """A run that can be stopped and resumed; ``net`` learns, ``mean`` is its running average.

    ``budget`` in seconds of whatever clock the training counts in ``seconds``; ``averaging`` is the
    share of the average that a step keeps, once there are many.
    """

    def __init__(
        self,
        net: Net,
        checkpoint: Path,
        *,
        budget: float,
        peak: float,
        averaging: float,
        decay: float = 1e-4,
    ) -> None:
        self.net, self.checkpoint = net, checkpoint
        self.budget, self.peak, self.averaging = budget, peak, averaging
        self.mean = copy.deepcopy(net).eval()
        self.optimiser = torch.optim.AdamW(net.parameters(), peak, weight_decay=decay)
        self.steps, self.seconds = 0, 0.0
        if checkpoint.exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.steps, self.seconds = state["steps"], state["seconds"]

    def save(self) -> None:
        """Write the checkpoint; a stop while writing leaves the one before."""
        part = self.checkpoint.with_suffix(".part")
        state = {
            "net": self.net.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "steps": self.steps,
            "seconds": self.seconds,
        }
        torch.save(state, part)
        part.replace(self.checkpoint)

    def rate(self) -> float:
        """Learning rate: a short warm-up, then a cosine down to 1 % at the end of the budget."""
        done = min(1.0, self.seconds / self.budget)
        warm = min(1.0, (self.steps + 1) / WARM_UP)
        return self.peak * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))

    def learn(self, loss: Tensor) -> None:
        """One step down ``loss``; ``steps`` is the caller's to count."""
        descend(self.net, self.optimiser, loss, self.rate())
        average(self.mean, self.net, self.steps, self.averaging)


def descend(net: nn.Module, optimiser: torch.optim.Optimizer, loss: Tensor, rate: float) -> None:
    """One step of the optimiser at ``rate``, gradients no longer than 5."""
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    optimiser.step()


def average(mean: nn.Module, net: nn.Module, steps: int, most: float) -> None:
    """Draw ``mean`` towards ``net`` after ``steps`` steps before this one."""
    keep = min(most, (steps + 1) / (steps + 10))
    with torch.no_grad():
        state = net.state_dict()
        for name, value in mean.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(state[name], 1 - keep)
            else:
                value.copy_(state[name])
