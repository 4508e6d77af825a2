"""How well does a net read strips that no training run ever draws?

    python -m models.training.mrz.evaluate --net models/weights/mrz_net.onnx [--strips 20000]

Character error and wrong strips by kind of treatment, the commonest confusions, and whether the
shares that the net states come true. Needs no torch; the strips follow from a fixed seed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.text.mrz_net import MrzNet
from models.training.mrz.labels import IGNORE
from models.training.mrz.recipe import HELD_OUT_SEED
from models.training.mrz.render import Renderer, Sample

_BATCH = 50
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
"""Limits of the groups of stated shares."""


@dataclass
class Tally:
    """Strips and characters of one kind, and how many of each were wrong."""

    strips: int = 0
    wrong_strips: int = 0
    characters: int = 0
    wrong: int = 0

    def add(self, characters: int, wrong: int, strip_wrong: bool) -> None:
        self.strips += 1
        self.wrong_strips += strip_wrong
        self.characters += characters
        self.wrong += wrong

    def row(self) -> str:
        """Character error, share of wrong strips, and the strips that both rest on."""
        error = f"{self.wrong / self.characters:8.3%}" if self.characters else " " * 8
        return f"{error} {self.wrong_strips / self.strips:8.2%} {self.strips:7}"


@dataclass
class Result:
    """What a net made of the held-out strips."""

    kinds: dict[str, Tally] = field(default_factory=dict)
    confusions: Counter[str] = field(default_factory=Counter)
    said: list[NDArray[np.float64]] = field(default_factory=list)
    true: list[NDArray[np.bool_]] = field(default_factory=list)


def evaluate(net: MrzNet, strips: int, seed: int = HELD_OUT_SEED) -> Result:
    """``net`` on ``strips`` strips of the held-out stream."""
    cv2.setNumThreads(1)
    renderer, result = Renderer(seed), Result()
    for first in range(0, strips, _BATCH):
        samples = [renderer.sample() for _ in range(min(_BATCH, strips - first))]
        answers = net.read([sample.strip for sample in samples])
        for sample, answer in zip(samples, answers, strict=True):
            _judge(sample, np.asarray(answer.log_probabilities, np.float64), net.alphabet, result)
    return result


def _judge(sample: Sample, logs: NDArray[np.float64], alphabet: str, result: Result) -> None:
    """Count one strip. A character is what its frames together make likeliest."""
    marks = sample.marks
    if "no line" in sample.kinds:
        false = bool((logs.argmax(axis=1) != 0).any())
        result.kinds.setdefault("no line", Tally()).add(0, 0, false)
        return
    starts = np.flatnonzero((marks > 0) & (marks != np.roll(marks, 1)))
    groups = np.where(marks[:, None] > 0, logs, 0)
    answers = np.add.reduceat(groups, starts, axis=0).argmax(axis=1)
    truth = marks[starts]
    wrong = answers != truth
    names = " " + alphabet
    result.confusions.update(
        f"{names[t]}>{names[a]}" for t, a in zip(truth[wrong], answers[wrong], strict=True)
    )
    for kind in ("all with text", *sample.kinds):
        result.kinds.setdefault(kind, Tally()).add(len(truth), int(wrong.sum()), bool(wrong.any()))
    seen = (marks > 0) & (marks != IGNORE)
    result.said.append(np.exp(logs[seen].max(axis=1)))
    result.true.append(logs[seen].argmax(axis=1) == marks[seen])


def report(result: Result) -> str:
    """The figures as text."""
    lines = [f"{'kind':18} char err  strip err strips"]
    lines += [f"{kind:18} {result.kinds[kind].row()}" for kind in sorted(result.kinds)]
    common = ", ".join(f"{pair} {count}" for pair, count in result.confusions.most_common(24))
    lines += ["", f"confusions (truth>answer): {common}", ""]
    return "\n".join(lines + _reliability(result))


def _reliability(result: Result) -> list[str]:
    """Frames of characters by the share that the net stated, and the share that was right."""
    said, true = np.concatenate(result.said), np.concatenate(result.true)
    group = np.clip(np.searchsorted(BINS, said, side="right") - 1, 0, len(BINS) - 2)
    lines, gap = ["frames that state   frames     said    right"], 0.0
    for number in range(len(BINS) - 1):
        held = group == number
        if held.any():
            stated, right = float(said[held].mean()), float(true[held].mean())
            gap += abs(stated - right) * float(held.mean())
            limits = f"{BINS[number]:.3f}..{BINS[number + 1]:.3f}"
            lines.append(f"{limits:17} {held.sum():8} {stated:8.4f} {right:8.4f}")
    return [*lines, f"mean gap of stated and right: {gap:.4f}"]


def main() -> None:
    """Print the figures of each net named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", type=Path, action="append", required=True)
    parser.add_argument("--strips", type=int, default=20_000)
    options = parser.parse_args()
    for path in options.net:
        print(f"{path}\n{report(evaluate(MrzNet(path), options.strips))}\n")


if __name__ == "__main__":
    main()
