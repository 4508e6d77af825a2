"""The parts net in 8-bit integers, calibrated on spoiled renderings, as the others are.

``python -m models.training.parts.quantise --set DIR FLOAT.onnx OUT.onnx``
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.parts.examples import Examples
from models.training.quantise import Recipe, quantise

SEED, PICTURES, FLOAT_AT_FIRST = 77, 120, 1


def faces(folder: Path) -> Iterator[NDArray[np.float32]]:
    """1 x 3 x SIDE x SIDE each: what the net is trained on."""
    examples = Examples(folder, SEED)
    for number in range(PICTURES):
        picture = examples.example(number)[0].astype(np.float32)
        yield (picture / np.float32(127.5) - np.float32(1)).transpose(2, 0, 1)[None]


def main() -> None:
    """Quantise the net."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path, required=True, help="what parts.render wrote")
    parser.add_argument("source", type=Path, metavar="FLOAT.onnx")
    parser.add_argument("out", type=Path, metavar="OUT.onnx")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")  # remarks of the quantiser on optimising first
    quantise(options.source, options.out, Recipe(partial(faces, options.set), FLOAT_AT_FIRST))


if __name__ == "__main__":
    main()
