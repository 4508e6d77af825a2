"""Our own nets in 8-bit integers: ``python -m models.training.quantise mrz FLOAT.onnx OUT.onnx``.

What each layer's inputs and outputs reach is measured on pictures that the training draws (seeded).
The first layers and the last, the depthwise ones, which gain nothing, and sums stay in float32.
Weights take 7 of the 8 bits, so that processors with and without VNNI give the same sums (see
``models.faces.dlib_int8``).
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)

Batch = NDArray[np.float32]

SEED, PICTURES = 5, 400


class Drawn(CalibrationDataReader):  # type: ignore[misc]
    """Pictures one by one under the name of the graph's input."""

    def __init__(self, name: str, batches: Iterator[Batch]) -> None:
        self._feeds = ({name: batch} for batch in batches)

    def get_next(self) -> dict[str, Batch] | None:  # type: ignore[override]
        return next(self._feeds, None)


def strips() -> Iterator[Batch]:
    """1 x 1 x 32 x 512 each: what ``mrz_net`` is trained on."""
    from models.training.mrz.labels import normalise
    from models.training.mrz.recipe import stream
    from models.training.mrz.render import Renderer

    renderer = Renderer(stream(SEED, 0, 0))
    for _ in range(PICTURES):
        yield normalise(renderer.sample().strip)[None, None]


def papers() -> Iterator[Batch]:
    """1 x 1 x 384 x 384 each: what ``zone_net`` is trained on."""
    from models.training.zones.scenes import Scenes

    scenes = Scenes(SEED)
    for number in range(PICTURES // 4):
        values = scenes.example(number, (384, 384)).image.astype(np.float32)
        yield ((values - values.mean()) / (values.std() + np.float32(8)))[None, None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """``first``: convolutions that stay in float32, for they see few channels."""

    pictures: Callable[[], Iterator[Batch]]
    first: int


NETS: Mapping[str, Recipe] = {"mrz": Recipe(strips, 1), "zones": Recipe(papers, 3)}


def quantise(source: Path, out: Path, recipe: Recipe) -> None:
    """Write ``source`` (float32) as QDQ graph with its notes; the same bytes at every run."""
    graph = onnx.load(source)
    quantize_static(
        source,
        out,
        Drawn(graph.graph.input[0].name, recipe.pictures()),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["Conv"],
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=kept(graph, recipe.first),
    )
    quantised = onnx.load(out)
    notes = {note.key: note.value for note in graph.metadata_props}
    onnx.helper.set_model_props(quantised, notes)
    onnx.save(quantised, out)


def kept(model: onnx.ModelProto, first: int) -> list[str]:
    """Convolutions that stay in float32: the first, the last, and those of one channel each."""
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    depthwise = [node for node in convolutions if _groups(node) > 1]
    return [node.name for node in (*convolutions[:first], *depthwise, convolutions[-1])]


def _groups(node: onnx.NodeProto) -> int:
    return next((entry.i for entry in node.attribute if entry.name == "group"), 1)


def main() -> None:
    """Quantise one net."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("net", choices=sorted(NETS))
    parser.add_argument("source", type=Path, metavar="FLOAT.onnx")
    parser.add_argument("out", type=Path, metavar="OUT.onnx")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")  # remarks of the quantiser on optimising first
    quantise(options.source, options.out, NETS[options.net])


if __name__ == "__main__":
    main()
