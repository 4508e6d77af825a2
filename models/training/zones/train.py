"""Training of the zone net: examples drawn as they are needed, AdamW, checkpoints, ONNX export."""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from models.training.learner import Learner
from models.training.zones.net import CELL, FINE, PITCH_UNIT, ZoneNet
from models.training.zones.scenes import Example, Scenes

BATCH = 16
"""Half of them drawn, the other half the same upside down: what tells directions is small."""
SIZES = ((256, 256), (352, 192), (192, 352), (320, 256))  # of the batches in turn: width, height
AVERAGING = 0.99
LINE_WEIGHT = 3.0
"""How much a cell of print counts against one without: most cells of a picture hold none."""


COURSE_WEIGHT = 0.3


def normalised(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Zero mean, about unit deviation over the picture, as the reader does it."""
    values = image.astype(np.float32)
    result: NDArray[np.float32] = (values - values.mean()) / (values.std() + np.float32(8))
    return result


class Batches(IterableDataset[tuple[Tensor, ...]]):
    """Batches without end from number ``first`` on; batch ``n`` of a seed is always the same."""

    def __init__(self, seed: int, first: int) -> None:
        self._seed, self._first = seed, first

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        cv2.setNumThreads(1)
        scenes = Scenes(self._seed)
        half = BATCH // 2
        for number in itertools.count(self._first):
            size = SIZES[number % len(SIZES)]
            drawn = [scenes.example(number * half + k, size) for k in range(half)]
            yield batch(drawn + [example.turned() for example in drawn])


def batch(examples: list[Example]) -> tuple[Tensor, ...]:
    """Pictures, line maps, courses and insides of a batch."""
    images = torch.from_numpy(np.stack([normalised(e.image)[None] for e in examples]))
    lines = torch.from_numpy(np.stack([e.wanted.lines for e in examples]))
    course = torch.from_numpy(np.stack([e.wanted.course for e in examples]))
    inside = torch.from_numpy(np.stack([e.wanted.inside for e in examples]))
    return images, lines, course, inside


def losses(maps: Tensor, lines: Tensor, course: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the line map; squared errors of direction and pitch inside zones."""
    scores = nn.functional.pixel_shuffle(maps[:, :4], CELL // FINE)[:, 0]
    weight = torch.where(lines < 0, 0.0, 1 + (LINE_WEIGHT - 1) * lines)
    entropy = nn.functional.binary_cross_entropy_with_logits(
        scores, lines.clamp(0, 1), weight, reduction="sum"
    )
    away = ((maps[:, 4:] - course) ** 2).sum(1)
    return entropy / weight.sum(), (away * inside).sum() / inside.sum().clamp(min=1)


class Training(Learner[ZoneNet]):
    """A run that can be stopped and resumed."""

    def __init__(self, seed: int, minutes: float, peak: float, checkpoint: Path) -> None:
        torch.manual_seed(seed)
        self.seed = seed
        super().__init__(ZoneNet(), checkpoint, budget=minutes * 60, peak=peak, averaging=AVERAGING)

    def step(self, images: Tensor, *wanted: Tensor) -> tuple[float, float]:
        """Learn from one batch; returns the two losses."""
        with torch.autocast("cpu", torch.bfloat16):
            maps = self.net(images)
        lines, course = losses(maps.float(), *wanted)
        self.learn(lines + COURSE_WEIGHT * course)
        return float(lines.detach()), float(course.detach())

    def run(self, out: Path, export_every: int = 150) -> None:
        """Train until the budget is spent; export now and then, and at the end."""
        loader = iter(DataLoader(Batches(self.seed, self.steps), batch_size=None, num_workers=1))
        tick = time.monotonic()
        sums = np.zeros(2)
        while self.seconds < self.budget:
            sums += self.step(*next(loader))
            self.steps += 1
            now = time.monotonic()
            self.seconds += now - tick
            tick = now
            if self.steps % 50 == 0:
                lines, course = sums / 50
                print(
                    f"step {self.steps} {self.seconds:.0f} s examples {self.steps * BATCH // 2}"
                    f" lines {lines:.4f} course {course:.4f} rate {self.rate():.5f}",
                    flush=True,
                )
                sums[:] = 0
            if self.steps % export_every == 0:
                self.save()
                export(self.mean, out)
        self.save()
        export(self.mean, out)


def export(net: ZoneNet, out: Path) -> None:
    """Write ``net`` as ONNX: input N x 1 x H x W, output N x 9 x H/8 x W/8."""
    part = out.with_suffix(".part.onnx")
    still = copy.deepcopy(net).eval()
    torch.onnx.export(
        still,
        (torch.zeros(1, 1, 320, 320),),
        str(part),
        input_names=["pictures"],
        output_names=["maps"],
        dynamic_axes={
            "pictures": {0: "n", 2: "height", 3: "width"},
            "maps": {0: "n", 2: "rows", 3: "columns"},
        },
        opset_version=17,
        dynamo=False,
    )
    graph = onnx.load(str(part))
    notes = {"cell": str(CELL), "fine": str(FINE), "pitch_unit": str(PITCH_UNIT)}
    onnx.helper.set_model_props(graph, notes)
    onnx.save(graph, str(part))
    part.replace(out)
