"""Training of the parts net: spoiled renderings, AdamW, checkpoints, ONNX export."""

from __future__ import annotations

import copy
import time
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from torch import Tensor, nn

from models.portraits.parts_net import SIDE, Part
from models.training.learner import Learner
from models.training.parts.examples import Examples
from models.training.parts.net import PARTS, PartsNet
from models.training.parts.spoil import IGNORED

BATCH = 16
SMALL = 128
"""Side of the pictures in the first part of the time: half the work, most of what is learned."""
SMALL_SHARE = 0.35
AVERAGING = 0.995
SMOOTHING = 0.05
WEIGHTS = {
    Part.EYES: 2.5,
    Part.MOUTH: 1.5,
    Part.GLASSES: 2.0,
    Part.LENS: 1.0,
    Part.DARK_LENS: 1.5,
    Part.COVERING: 1.5,
    Part.MASK_OR_HAND: 1.5,
}
"""How much a pixel counts; 1 where nothing is said. What matters most is rare and small."""


def normalised(pictures: np.ndarray) -> Tensor:
    """N x H x W x 3 uint8 to N x 3 x H x W in -1..1, as the reader does it."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


class Training(Learner[PartsNet]):
    """A run that can be stopped and resumed."""

    def __init__(
        self, folder: Path, seed: int, minutes: float, peak: float, checkpoint: Path
    ) -> None:
        torch.manual_seed(seed)
        cv2.setNumThreads(1)
        self.folder, self.seed, self.examples = folder, seed, Examples(folder, seed)
        self.loss = nn.CrossEntropyLoss(
            torch.tensor([WEIGHTS.get(Part(k), 1.0) for k in range(PARTS)]),
            ignore_index=IGNORED,
            label_smoothing=SMOOTHING,
        )
        super().__init__(
            PartsNet(),
            checkpoint,
            budget=minutes * 60,
            peak=peak,
            averaging=AVERAGING,
            decay=1e-3,
        )

    def batch(self) -> tuple[Tensor, Tensor]:
        """The next pictures and maps; small ones at first."""
        side = SMALL if self.seconds < SMALL_SHARE * self.budget else SIDE
        first = self.steps * BATCH
        drawn = [self.examples.example(first + k, side) for k in range(BATCH)]
        pictures = normalised(np.stack([picture for picture, _ in drawn]))
        return pictures, torch.from_numpy(np.stack([parts for _, parts in drawn])).long()

    def step(self) -> float:
        """Learn from one batch; returns the loss."""
        pictures, wanted = self.batch()
        with torch.autocast("cpu", torch.bfloat16):
            scores = self.net(pictures.contiguous(memory_format=torch.channels_last))
        loss = self.loss(scores.float(), wanted)
        self.learn(loss)
        self.steps += 1
        return float(loss.detach())

    def run(self, out: Path, export_every: int = 200) -> None:
        """Train until the budget is spent; export now and then, and at the end."""
        self.net.to(memory_format=torch.channels_last)
        try:
            self._loop(out, export_every)
        finally:
            self.save()
        export(self.mean, out)

    def _loop(self, out: Path, export_every: int) -> None:
        tick, total = time.process_time(), 0.0
        while self.seconds < self.budget:
            total += self.step()
            now = time.process_time()
            self.seconds += now - tick
            tick = now
            if self.steps % 50 == 0:
                print(
                    f"step {self.steps} {self.seconds:.0f} s loss {total / 50:.4f}"
                    f" rate {self.rate():.5f} of {len(self.examples)}",
                    flush=True,
                )
                total = 0.0
            if self.steps % export_every == 0:
                self.save()
                export(self.mean, out)
                self.examples = Examples(self.folder, self.seed)  # more may have been rendered


def export(net: PartsNet, out: Path) -> None:
    """Write ``net`` as ONNX: input 1 x 3 x SIDE x SIDE, output 1 x PARTS x SIDE x SIDE."""
    part = out.with_suffix(".part.onnx")
    still = copy.deepcopy(net).eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        still,
        (torch.zeros(1, 3, SIDE, SIDE),),
        str(part),
        input_names=["picture"],
        output_names=["scores"],
        opset_version=17,
        dynamo=False,
    )
    graph = onnx.load(str(part))
    onnx.helper.set_model_props(graph, {"side": str(SIDE), "parts": str(PARTS)})
    onnx.save(graph, str(part))
    part.replace(out)
