"""``python -m models.training.parts --set DIR --out models/weights/parts_net.onnx``."""

from __future__ import annotations

import argparse
import signal
import sys
import warnings
from pathlib import Path

import torch

from models.training.parts.train import Training


def main() -> None:
    """Train or resume (the checkpoint lies beside ``--out`` unless ``--checkpoint`` is given)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path, required=True, help="what parts.render wrote")
    parser.add_argument("--minutes", type=float, default=36.0, help="of processor time")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # of the TorchScript exporter
    torch.set_num_threads(1)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the checkpoint is then written
    checkpoint = options.checkpoint or options.out.with_suffix(".ckpt")
    training = Training(options.set, options.seed, options.minutes, options.rate, checkpoint)
    training.run(options.out)


if __name__ == "__main__":
    main()
