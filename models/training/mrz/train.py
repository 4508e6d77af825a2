"""The training loop: phases of a recipe, averaged weights, checkpoints, export."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from models.training.learner import average, descend
from models.training.mrz.labels import CENTRE, HEIGHT, IGNORE, STRIDE, WIDTH, normalise
from models.training.mrz.lines import ALPHABET
from models.training.mrz.net import MrzNet
from models.training.mrz.recipe import AVERAGING, BATCH, Phase, stream
from models.training.mrz.render import Renderer


@dataclass
class Progress:
    """What a checkpoint keeps beside the weights."""

    phase: int = 0
    step: int = 0
    """Steps of all phases together."""
    began: int = 0
    """The step that the current phase began with."""
    seconds: float = 0.0
    """Time spent in the current phase."""


class Strips(IterableDataset):  # type: ignore[type-arg]
    """An endless stream of batches; ``seed`` and the step it starts at fix it."""

    def __init__(self, seed: int, start: int) -> None:
        super().__init__()
        self.seed, self.start = seed, start

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        number = worker.id if worker else 0
        renderer = Renderer(stream(self.seed, number, self.start))
        while True:
            samples = [renderer.sample() for _ in range(BATCH)]
            images = np.stack([normalise(sample.strip) for sample in samples])[:, None]
            yield torch.from_numpy(images), torch.from_numpy(np.stack([s.marks for s in samples]))


class Training:
    """A run that can be stopped and resumed; ``net`` learns, ``mean`` is its running average."""

    def __init__(self, seed: int, phases: tuple[Phase, ...], checkpoint: Path) -> None:
        torch.manual_seed(seed)
        self.seed, self.phases, self.checkpoint = seed, phases, checkpoint
        self.net = MrzNet().to(memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.net).eval()
        self.optimiser = torch.optim.AdamW(self.net.parameters(), phases[0].peak, weight_decay=1e-4)
        self.progress = Progress()
        if checkpoint.exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.progress = Progress(**state["progress"])

    def save(self) -> None:
        """Write the checkpoint; a stop while writing leaves the one before."""
        part = self.checkpoint.with_suffix(".part")
        state = {
            "net": self.net.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": asdict(self.progress),
        }
        torch.save(state, part)
        part.replace(self.checkpoint)

    def rate(self) -> float:
        """Learning rate of the current phase at this step and time."""
        progress = self.progress
        phase = self.phases[progress.phase]
        return phase.rate(progress.step - progress.began, progress.seconds / 60)

    def step(self, images: Tensor, marks: Tensor) -> tuple[float, float]:
        """Learn from one batch. Returns the loss and the share of strips without a wrong frame."""
        with torch.autocast("cpu", torch.bfloat16):
            scores = self.net(images.contiguous(memory_format=torch.channels_last))
        scores = scores.float()
        loss = nn.functional.cross_entropy(
            scores.flatten(0, 1), marks.flatten(), ignore_index=IGNORE
        )
        descend(self.net, self.optimiser, loss, self.rate())
        average(self.mean, self.net, self.progress.step, AVERAGING)
        wrong = (scores.argmax(-1) != marks) & (marks != IGNORE)
        return float(loss.detach()), float((~wrong.any(1)).float().mean())

    def run(self, out: Path) -> None:
        """Train through the phases that are left; export now and then, and at the end of each."""
        while self.progress.phase < len(self.phases):
            self._run_phase(out)
            self.progress.phase += 1
            self.progress.began, self.progress.seconds = self.progress.step, 0.0
            self.save()

    def _run_phase(self, out: Path, save_every: float = 180.0) -> None:
        strips = Strips(self.seed, self.progress.step)
        loader = iter(DataLoader(strips, batch_size=None, num_workers=1))
        tick = saved = time.monotonic()
        losses: list[float] = []
        right: list[float] = []
        while self.progress.seconds < self.phases[self.progress.phase].minutes * 60:
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
        export(self.mean, out)

    def _report(self, losses: list[float], right: list[float]) -> None:
        now = self.progress
        print(
            f"phase {now.phase + 1} step {now.step} {now.seconds:.0f} s"
            f" strips {now.step * BATCH}"
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
