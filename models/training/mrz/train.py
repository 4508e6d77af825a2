"""The training loop: cosine schedule over a time budget, averaged weights, checkpoints, export."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from models.training.mrz.lines import ALPHABET
from models.training.mrz.net import CENTRE, STRIDE, MrzNet
from models.training.mrz.render import HEIGHT, IGNORE, WIDTH, Renderer

BATCH = 64
PEAK_RATE = 3e-3
WARM_UP = 200  # steps
AVERAGING = 0.998


@dataclass
class Progress:
    """What a checkpoint keeps beside the weights."""

    step: int = 0
    seconds: float = 0.0


class Strips(IterableDataset):  # type: ignore[type-arg]
    """An endless stream of batches; ``seed`` and the step it starts at fix it."""

    def __init__(self, seed: int, start: int) -> None:
        super().__init__()
        self.seed, self.start = seed, start

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        number = worker.id if worker else 0
        renderer = Renderer(self.seed + 1009 * number + 7919 * self.start)
        while True:
            images, marks = zip(*(renderer.sample() for _ in range(BATCH)), strict=True)
            yield torch.from_numpy(np.stack(images)[:, None]), torch.from_numpy(np.stack(marks))


class Training:
    """A run that can be stopped and resumed; ``net`` learns, ``mean`` is its running average."""

    def __init__(self, seed: int, minutes: float, checkpoint: Path) -> None:
        torch.manual_seed(seed)
        self.seed, self.budget, self.checkpoint = seed, minutes * 60, checkpoint
        self.net = MrzNet().to(memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.net).eval()
        self.optimiser = torch.optim.AdamW(self.net.parameters(), PEAK_RATE, weight_decay=1e-4)
        self.progress = Progress()
        if checkpoint.exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.progress = Progress(state["step"], state["seconds"])

    def save(self) -> None:
        """Write the checkpoint; a stop while writing leaves the one before."""
        part = self.checkpoint.with_suffix(".part")
        state = {
            "net": self.net.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.progress.step,
            "seconds": self.progress.seconds,
        }
        torch.save(state, part)
        part.replace(self.checkpoint)

    def rate(self) -> float:
        """Learning rate: a short warm-up, then a cosine down to 1 % at the end of the budget."""
        done = min(1.0, self.progress.seconds / self.budget)
        warm = min(1.0, (self.progress.step + 1) / WARM_UP)
        return PEAK_RATE * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))

    def step(self, images: Tensor, marks: Tensor) -> tuple[float, float]:
        """Learn from one batch. Returns the loss and the share of strips without a wrong frame."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        with torch.autocast("cpu", torch.bfloat16):
            scores = self.net(images.contiguous(memory_format=torch.channels_last))
        scores = scores.float()
        loss = nn.functional.cross_entropy(
            scores.flatten(0, 1), marks.flatten(), ignore_index=IGNORE
        )
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self._average()
        wrong = (scores.argmax(-1) != marks) & (marks != IGNORE)
        return float(loss), float((~wrong.any(1)).float().mean())

    def _average(self) -> None:
        keep = min(AVERAGING, (self.progress.step + 1) / (self.progress.step + 10))
        with torch.no_grad():
            state = self.net.state_dict()
            for name, value in self.mean.state_dict().items():
                if value.dtype.is_floating_point:
                    value.lerp_(state[name], 1 - keep)
                else:
                    value.copy_(state[name])

    def run(self, out: Path, save_every: float = 180.0) -> None:
        """Train until the budget is spent; export now and then, and at the end."""
        loader = iter(
            DataLoader(Strips(self.seed, self.progress.step), batch_size=None, num_workers=1)
        )
        tick = saved = time.monotonic()
        losses: list[float] = []
        right: list[float] = []
        while self.progress.seconds < self.budget:
            loss, share = self.step(*next(loader))
            losses.append(loss)
            right.append(share)
            now = time.monotonic()
            self.progress.step += 1
            self.progress.seconds += now - tick
            tick = now
            if self.progress.step % 100 == 0:
                self._report(losses, right)
            if now - saved > save_every:
                self.save()
                export(self.mean, out)
                saved = time.monotonic()
        self.save()
        export(self.mean, out)

    def _report(self, losses: list[float], right: list[float]) -> None:
        print(
            f"step {self.progress.step} {self.progress.seconds:.0f} s"
            f" strips {self.progress.step * BATCH}"
            f" loss {np.mean(losses):.4f} strips right {np.mean(right):.3f}"
            f" rate {self.rate():.5f}",
            flush=True,
        )
        losses.clear()
        right.clear()


def export(net: MrzNet, out: Path) -> None:
    """Write ``net`` as ONNX: input N x 1 x 32 x W, output N x W/4 x 38 scores."""
    part = out.with_suffix(".part.onnx")
    still = copy.deepcopy(net).eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        still,
        (torch.zeros(1, 1, HEIGHT, WIDTH),),
        str(part),
        input_names=["strips"],
        output_names=["scores"],
        dynamic_axes={"strips": {0: "n", 3: "width"}, "scores": {0: "n", 1: "frames"}},
        opset_version=17,
        dynamo=False,
    )
    graph = onnx.load(str(part))
    notes = {"alphabet": ALPHABET, "stride": str(STRIDE), "centre": str(CENTRE)}
    onnx.helper.set_model_props(graph, notes)
    onnx.save(graph, str(part))
    part.replace(out)
