"""dlib's network in 8-bit integers (static QDQ), the same bytes at every conversion.

Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference, CVPR 2018. What a layer's outputs reach is data (dlib_int8.json, made by
``models/training/int8`` on rendered people); the rest is arithmetic on the published weights.

Weights take 7 of the 8 bits: the sum of two products then fits the 16 bits that processors without
VNNI add them in, so that AVX2 and VNNI give the same descriptors, bit for bit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import AttributeProto, TensorProto

from models.faces.dlib_onnx import MEAN_RGB, SCALE

RANGES = Path(__file__).with_name("dlib_int8.json")
_WEIGHT_LIMIT = 63  # of 127: see above
_LEVELS = 255
_SAME_RANGE = ("MaxPool", "Pad")  # their outputs are some of their inputs
_KINDS: dict[np.dtype[Any], int] = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.uint8): TensorProto.UINT8,
    np.dtype(np.int8): TensorProto.INT8,
    np.dtype(np.int32): TensorProto.INT32,
    np.dtype(np.int64): TensorProto.INT64,
}


@dataclass(frozen=True, slots=True)
class Range:
    """What a tensor may reach: its value is ``(level - zero) * step`` for levels 0..255."""

    step: float
    zero: int

    @classmethod
    def between(cls, low: float, high: float) -> Range:
        """The range that holds ``low``, 0 and ``high``; 0 is a level, as padding needs it."""
        low, high = min(low, 0.0), max(high, 0.0)
        step = float(np.float32((high - low) / _LEVELS))
        return cls(step, round(-low / step))


def load_ranges(path: Path = RANGES) -> dict[str, Range]:
    """The shipped ranges by the name of the tensor in the float network."""
    table = json.loads(path.read_text("utf-8"))["ranges"]
    return {name: Range.between(low, high) for name, (low, high) in table.items()}


def measured_tensors(model: onnx.ModelProto) -> tuple[str, ...]:
    """The tensors whose range must be known: what feeds a convolution or a sum."""
    nodes = list(model.graph.node)
    rectified = {node.input[0] for node in nodes if node.op_type == "Relu"}
    averaged = {node.input[0] for node in nodes if node.op_type == "GlobalAveragePool"}
    return tuple(
        node.output[0]
        for node in nodes
        if node.op_type in ("Conv", "Relu", "AveragePool")
        and node.output[0] not in rectified | averaged
    )


def to_int8(source: bytes, ranges: Mapping[str, Range]) -> bytes:
    """ONNX bytes of the network that takes ``chip`` N x 3 x 150 x 150 as **uint8** RGB.

    ``source`` is the float network of ``dlib_onnx``. Its input is quantised without any loss: the
    subtraction of the mean is taken into the first convolution, which has no padding.
    """
    model = onnx.ModelProto.FromString(source)
    graph = _Rewriter(model.graph, ranges).graph
    model.graph.CopyFrom(graph)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString(deterministic=True)
    return data


class _Rewriter:
    """Copies the graph node by node; every known tensor passes through 8 bits."""

    def __init__(self, source: onnx.GraphProto, ranges: Mapping[str, Range]) -> None:
        self._constants = {entry.name: _values(entry) for entry in source.initializer}
        self._ranges = dict(ranges)
        self.graph = onnx.GraphProto(name=f"{source.name}_int8")
        self.graph.input.add().CopyFrom(source.input[0])
        self.graph.input[0].type.tensor_type.elem_type = TensorProto.UINT8
        self.graph.output.add().CopyFrom(source.output[0])
        # "chip" -> Sub -> Mul -> Conv: the first convolution reads the levels themselves.
        _subtract, multiply, *rest = source.node
        self._levels_of = {multiply.output[0]: "chip"}
        self._first = multiply.output[0]
        self._ranges[self._first] = Range(1.0, 0)
        self._open(self._first)
        for node in rest:
            self._copy(node)

    def _copy(self, node: onnx.NodeProto) -> None:
        copied = onnx.NodeProto()
        copied.CopyFrom(node)
        (name,) = node.output
        if node.op_type in _SAME_RANGE:
            self._ranges[name] = self._ranges[node.input[0]]
        if node.op_type == "Conv":
            self._quantise_weights(copied)
        self._read(copied)
        if name not in self._ranges:
            self.graph.node.append(copied)
            return
        copied.output[0] = f"{name}_float"
        self.graph.node.append(copied)
        self._levels_of[name] = f"{name}_levels"
        self._add("QuantizeLinear", [f"{name}_float", *self._scale(name)], f"{name}_levels")
        self._open(name)

    def _read(self, node: onnx.NodeProto) -> None:
        """Let the node read opened tensors, and bring its constants along."""
        for place, name in enumerate(node.input):
            if name in self._levels_of:
                node.input[place] = f"{name}_opened"
            elif name in self._constants:
                self._constant(name, self._constants[name])

    def _open(self, name: str) -> None:
        entries = [self._levels_of[name], *self._scale(name)]
        self._add("DequantizeLinear", entries, f"{name}_opened")

    def _scale(self, name: str) -> list[str]:
        using = self._ranges[name]
        step = self._constant(f"{name}_step", np.float32(using.step))
        return [step, self._constant(f"{name}_zero", np.uint8(using.zero))]

    def _quantise_weights(self, node: onnx.NodeProto) -> None:
        """Integers for weights and bias, one step for each filter."""
        source, weight_name, bias_name = node.input
        weights = self._constants[weight_name].astype(np.float64)
        bias = self._constants[bias_name].astype(np.float64)
        if source == self._first:
            weights, bias = _with_mean(weights, bias)
        steps = (np.abs(weights).max((1, 2, 3)) / _WEIGHT_LIMIT).astype(np.float32)
        levels = np.rint(weights / steps[:, None, None, None].astype(np.float64)).astype(np.int8)
        bias_steps = (steps.astype(np.float64) * self._ranges[source].step).astype(np.float32)
        bias_levels = np.rint(bias / bias_steps.astype(np.float64)).astype(np.int32)
        node.input[1] = self._opened_constant(weight_name, levels, steps)
        node.input[2] = self._opened_constant(bias_name, bias_levels, bias_steps)

    def _opened_constant(self, name: str, levels: NDArray[Any], steps: NDArray[np.float32]) -> str:
        zeros = np.zeros(len(steps), levels.dtype)
        entries = [
            self._constant(f"{name}_levels", levels),
            self._constant(f"{name}_step", steps),
            self._constant(f"{name}_zero", zeros),
        ]
        node = self._add("DequantizeLinear", entries, f"{name}_opened")
        node.attribute.add(name="axis", type=AttributeProto.INT, i=0)
        return f"{name}_opened"

    def _constant(self, name: str, values: NDArray[Any] | np.generic) -> str:
        if all(entry.name != name for entry in self.graph.initializer):
            array = np.asarray(values)
            self.graph.initializer.add(
                name=name,
                dims=array.shape,
                data_type=_KINDS[array.dtype],
                raw_data=array.tobytes(),
            )
        return name

    def _add(self, kind: str, entries: list[str], output: str) -> onnx.NodeProto:
        node: onnx.NodeProto = self.graph.node.add(op_type=kind, input=entries, output=[output])
        return node


def _with_mean(
    weights: NDArray[np.float64], bias: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights and bias that do for levels 0..255 what the given ones do for (x - mean) / 256."""
    scaled = weights * SCALE
    means = np.array(MEAN_RGB)[None, :, None, None]
    # fsum rounds once, in whichever order a processor adds.
    shifts = [math.fsum(products.ravel()) for products in scaled * means]
    return scaled, bias - shifts


def _values(entry: onnx.TensorProto) -> NDArray[Any]:
    dtype = np.int64 if entry.data_type == TensorProto.INT64 else np.float32
    return np.frombuffer(entry.raw_data, dtype).reshape(tuple(entry.dims))
