"""Training of the blur net: examples drawn as needed, AdamW, checkpoints, ONNX export."""

from __future__ import annotations

import copy
import itertools
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
from models.training.learner import Learner

BATCH = 16
PEAK = 4e-3  # learning rate
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


class Training(Learner[BlurNet]):
    """A run that can be stopped and resumed."""

    def __init__(self, people: Path, seed: int, minutes: float, checkpoint: Path) -> None:
        torch.manual_seed(seed)
        self.examples = Examples(people, seed)
        super().__init__(BlurNet(), checkpoint, budget=minutes * 60, peak=PEAK, averaging=AVERAGING)

    def step(self, inputs: Tensor, wanted: Tensor) -> NDArray[np.float64]:
        """Learn from one batch; returns the mean absolute error."""
        answers = self.net(inputs)
        loss = nn.functional.smooth_l1_loss(answers, wanted, beta=0.3)
        self.learn(loss)
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
