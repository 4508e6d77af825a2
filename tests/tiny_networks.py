"""Networks of a few numbers, made for a test: what a user could bring along."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

STRIDES = (8, 16, 32)


def embedder(path: Path, *, side: int = 16, layout: str = "nchw", free: bool = False) -> Path:
    """A network whose template is the plain input, one number for each channel and quadrant."""
    shape = [1, 3, side, side] if layout == "nchw" else [1, side, side, 3]
    sides: list[int | str] = ["N", *(["C", "H", "W"] if free else shape[1:])]
    nodes = [] if layout == "nchw" else [_node("Transpose", ["data"], "turned", perm=[0, 3, 1, 2])]
    source = "data" if layout == "nchw" else "turned"
    half = side // 2
    nodes += [
        _node("AveragePool", [source], "means", kernel_shape=[half, half], strides=[half, half]),
        _node("Flatten", ["means"], "template"),
    ]
    return _saved(path, nodes, ("data", sides), {"template": [None, 12]})


def two_outputs(path: Path) -> Path:
    """A network that gives a template and something else."""
    nodes = [_node("Flatten", ["data"], "flat"), _node("Relu", ["data"], "map")]
    return _saved(path, nodes, ("data", [1, 3, 4, 4]), {"map": [1, 3, 4, 4], "flat": [1, 48]})


def without_end(path: Path) -> Path:
    """A network whose output is infinite."""
    nodes = [_node("Flatten", ["data"], "flat"), _node("Div", ["flat", "zero"], "template")]
    zero = numpy_helper.from_array(np.zeros(1, np.float32), "zero")
    return _saved(path, nodes, ("data", [1, 3, 4, 4]), {"template": [1, 48]}, [zero])


def detector(
    path: Path, side: int, stride: int, cell: tuple[int, int], size: float, score: float = 0.9
) -> Path:
    """Gives YuNet's outputs: one face of ``size`` px at the middle of a cell (column, row)."""
    constants = []
    for each in STRIDES:
        count = side // each
        place = cell[1] * count + cell[0] if each == stride else None
        for part, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            values = np.zeros((1, count * count, width), np.float32)
            if place is not None:
                values[0, place] = _of_face(part, size / each, score)
            constants.append(numpy_helper.from_array(values, f"{part}_{each}_value"))
    zero = numpy_helper.from_array(np.zeros(1, np.float32), "zero")
    nodes = [
        _node("ReduceMean", ["input"], "mean", keepdims=0),
        _node("Mul", ["mean", "zero"], "nothing"),
        *(
            _node("Add", [entry.name, "nothing"], entry.name.removesuffix("_value"))
            for entry in constants
        ),
    ]
    outputs = {entry.name.removesuffix("_value"): list(entry.dims) for entry in constants}
    return _saved(path, nodes, ("input", [1, 3, side, side]), outputs, [zero, *constants])


def _of_face(part: str, size: float, score: float) -> NDArray[np.float64]:
    """What YuNet says of a face of ``size`` strides in the middle of a cell."""
    if part in ("cls", "obj"):
        return np.array([score])
    if part == "bbox":
        return np.array([0.5, 0.5, np.log(size), np.log(size)])
    points = [(-0.2, -0.2), (0.2, -0.2), (0, 0), (-0.15, 0.25), (0.15, 0.25)]
    return (np.array(points) * size + 0.5).ravel()


def _node(kind: str, entries: list[str], output: str, **attributes: object) -> onnx.NodeProto:
    return helper.make_node(kind, entries, [output], **attributes)


def _saved(
    path: Path,
    nodes: list[onnx.NodeProto],
    source: tuple[str, list[int | str]],
    outputs: dict[str, list[int | None]],
    constants: list[onnx.TensorProto] | None = None,
) -> Path:
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(source[0], floats, source[1])],
        [helper.make_tensor_value_info(name, floats, shape) for name, shape in outputs.items()],
        constants or [],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return path
