"""``python -m models.training.mrz --seed 0 --out FLOAT.onnx``."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import torch

from models.training.mrz.recipe import PHASES
from models.training.mrz.train import Training


def main() -> None:
    """Train or resume (the checkpoint lies beside ``--out`` unless ``--checkpoint`` is given)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # of the TorchScript exporter
    torch.set_num_threads(options.threads)
    checkpoint = options.checkpoint or options.out.with_suffix(".ckpt")
    Training(options.seed, PHASES, checkpoint).run(options.out)


if __name__ == "__main__":
    main()
