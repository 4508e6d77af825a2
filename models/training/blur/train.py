"""Training of the blur net: examples drawn as needed, AdamW, checkpoints, ONNX export."""

from __future__ import annotations

import copy
import itertools
import math
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from models.training.blur.examples import Examples
from models.training.blur.net import SIDE, BlurNet

BATCH = 16
WARM_UP = 60
AVERAGING = 0.99
_CONTRAST, _FLOOR = 32.0, 4.0  # grey levels


def prepared(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """2 x 248 x 248, as ``models.portraits.blur_net`` does it."""
    levels = grey.astype(np.float32)
    about = levels - levels.mean()
    return np.stack([about / _CONTRAST, about / (about.std() + _FLOOR)])


class Batches(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches without end from number ``first`` on."""

    def __init__(self, examples: Examples, first: int) -> None:
        self._examples, self._first = examples, first

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        cv2.setNumThreads(1)
        for number in itertools.count(self._first):
            drawn = [self._examples.example(number * BATCH + k) for k in range(BATCH)]
            inputs = np.stack([prepared(each.grey) for each in drawn])
            wanted = np.array([(each.blur,) for each in drawn], np.float32)
            yield torch.from_numpy(inputs), torch.from_numpy(wanted)


class Training:
    """A run that can be stopped and resumed; ``net`` learns, ``mean`` is its running average."""

    def __init__(self, people: Path, seed: int, minutes: float, checkpoint: Path) -> None:
        torch.manual_seed(seed)
        self.examples = Examples(people, seed)
        self.budget, self.checkpoint, self.peak = minutes * 60, checkpoint, 4e-3
        self.net = BlurNet()
        self.mean = copy.deepcopy(self.net).eval()
        self.optimiser = torch.optim.AdamW(self.net.parameters(), self.peak, weight_decay=1e-4)
        self.steps, self.seconds = 0, 0.0
        if checkpoint.exists():
            state = torch.load(checkpoint, weights_only=True)
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

    def step(self, inputs: Tensor, wanted: Tensor) -> NDArray[np.float64]:
        """Learn from one batch; returns the mean absolute error."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        answers = self.net(inputs)
        loss = nn.functional.smooth_l1_loss(answers, wanted, beta=0.3)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        keep = min(AVERAGING, (self.steps + 1) / (self.steps + 10))
        with torch.no_grad():
            state = self.net.state_dict()
            for name, value in self.mean.state_dict().items():
                if value.dtype.is_floating_point:
                    value.lerp_(state[name], 1 - keep)
                else:
                    value.copy_(state[name])
        return (answers - wanted).abs().mean(0).detach().numpy().astype(np.float64)

    def run(self, out: Path) -> None:
        """Train until the budget is spent; export now and then, and at the end."""
        batches = Batches(self.examples, self.steps)
        loader = iter(DataLoader(batches, batch_size=None))
        tick, errors = time.monotonic(), np.zeros(1)
        while self.seconds < self.budget:
            errors += self.step(*next(loader))
            self.steps += 1
            now = time.monotonic()
            self.seconds += now - tick
            tick = now
            if self.steps % 50 == 0:
                print(f"step {self.steps} {self.seconds:.0f} s error {errors / 50}", flush=True)
                errors[:] = 0
                self.save()
                export(self.mean, out)
        self.save()
        export(self.mean, out)


def export(net: BlurNet, out: Path) -> None:
    """Write ``net`` as ONNX: input N x 2 x 248 x 248, output N x 1."""
    part = out.with_suffix(".part.onnx")
    torch.onnx.export(
        copy.deepcopy(net).eval(),
        (torch.zeros(1, 2, SIDE, SIDE),),
        str(part),
        input_names=["faces"],
        output_names=["blur"],
        dynamic_axes={"faces": {0: "n"}, "blur": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    part.replace(out)
