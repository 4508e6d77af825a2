"""Measure dlib_int8.json: how far each layer's outputs reach on faces of rendered people.

    python -m models.training.int8 --people fixtures/gold/people

The same pictures give the same file: variations of the chips are drawn from a seed. Afterwards
`periksa models install dlib_resnet_int8` builds the network, and its sha256 belongs into
models/sources.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from PIL import Image

from models.catalogue import digest_of, path_of
from models.faces._detector import Rgb
from models.faces.blazeface import BlazeFace
from models.faces.dlib_int8 import RANGES, measured_tensors
from models.faces.dlib_resnet import face_chip
from models.faces.face_mesh import FaceMesh
from models.runtime import OnnxModel

VARIATIONS = 6  # of each chip: light, mirror, grey, small turns and shifts, noise
SEED = 1


def main() -> None:
    """Cut chips, vary them, run the float network, write what its tensors reach."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=Path, required=True, metavar="FOLDER")
    chips = list(_chips(sorted(parser.parse_args().people.glob("*.jpg"))))
    ranges = _reached([*chips, *_varied(chips)])
    note = (
        "Least and greatest value of the tensors of dlib_resnet, made by models/training/int8 "
        f"on {len(chips)} faces of rendered people and {VARIATIONS} variations of each."
    )
    rows = [f'"{name}": [{low:.5g}, {high:.5g}]' for name, (low, high) in ranges.items()]
    head = json.dumps({"note": note, "source": digest_of("dlib_resnet")}, indent=1)[:-2]
    RANGES.write_text(head + ',\n "ranges": {\n  ' + ",\n  ".join(rows) + "\n }\n}\n", "utf-8")
    sys.stderr.write(f"{len(chips)} faces, {len(ranges)} tensors, wrote {RANGES}\n")


def _chips(files: Sequence[Path]) -> Iterator[Rgb]:
    detector, mesh = BlazeFace(), FaceMesh()
    for file in files:
        rgb = np.asarray(Image.open(file).convert("RGB"))
        found = detector.detect(rgb)
        if found:
            yield face_chip(rgb, mesh.landmarks(rgb, found[0]))


def _varied(chips: Sequence[Rgb]) -> Iterator[Rgb]:
    chance = np.random.default_rng(SEED)
    for chip in chips:
        for _ in range(VARIATIONS):
            yield _variation(chip, chance)


def _variation(chip: Rgb, chance: np.random.Generator) -> Rgb:
    values = chip.astype(np.float32) * chance.uniform(0.5, 1.6) + chance.uniform(-40, 40)
    values = np.ascontiguousarray(values[:, ::-1]) if chance.random() < 0.5 else values
    if chance.random() < 0.2:
        values = np.repeat(values.mean(2, keepdims=True), 3, 2)
    middle = (chip.shape[0] - 1) / 2
    move = cv2.getRotationMatrix2D(
        (middle, middle), chance.uniform(-8, 8), chance.uniform(0.92, 1.1)
    )
    move[:, 2] += chance.uniform(-4, 4, 2)
    size = (chip.shape[1], chip.shape[0])
    values = cv2.warpAffine(values, move, size, borderMode=cv2.BORDER_REPLICATE)
    noise = chance.normal(0, chance.uniform(0, 8), values.shape)
    return np.clip(values + noise, 0, 255).astype(np.uint8)


def _reached(chips: Sequence[Rgb]) -> dict[str, tuple[float, float]]:
    """Least and greatest value of every tensor that is to be quantised, over all chips."""
    model = onnx.load(path_of("dlib_resnet"))
    names = measured_tensors(model)
    for name in names:
        model.graph.output.add(name=name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "opened.onnx"
        onnx.save(model, path)
        network = OnnxModel(path)
        low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
        for chip in chips:
            values = network(_tensor(chip))[1:]
            low = np.minimum(low, [value.min() for value in values])
            high = np.maximum(high, [value.max() for value in values])
    return {name: (low[row], high[row]) for row, name in enumerate(names)}


def _tensor(chip: Rgb) -> NDArray[np.float32]:
    return np.ascontiguousarray(chip.transpose(2, 0, 1)[None], dtype=np.float32)


if __name__ == "__main__":
    main()
