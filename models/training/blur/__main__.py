"""``python -m models.training.blur --people DIR --minutes 20 --out weights/blur_net.onnx``."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import torch

from models.training.blur.train import Training


def main() -> None:
    """Train or resume (the checkpoint lies beside ``--out`` unless ``--checkpoint`` is given)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=Path, required=True, help="what render.py made")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # of the TorchScript exporter
    torch.set_num_threads(1)
    checkpoint = options.checkpoint or options.out.with_suffix(".ckpt")
    Training(options.people, options.seed, options.minutes, checkpoint).run(options.out)


if __name__ == "__main__":
    main()
