"""dlib's face recognition ResNet as an ONNX graph, the same bytes at every conversion.

The network (dlib/examples/dnn_face_recognition_ex.cpp): 7x7 convolution, max pooling, 14 residual
blocks, average over the map, 128 outputs. Each convolution's affine layer is folded into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import AttributeProto, TensorProto

from models.faces.dlib_dat import Affine, Convolution, FullyConnected, Layer

SIDE = 150  # px, the chip that the network was trained on
MEAN_RGB = (122.782, 117.001, 104.298)  # dlib/dnn/input.h, input_rgb_image
SCALE = 1 / 256
OPSET, IR_VERSION = 17, 8
# Residual blocks from input to output: True halves the map (and may widen it).
_BLOCKS = (
    *(False, False, False, True),
    *(False, False, False, True),
    *(False, False, True),
    *(False, False, True),
)


def to_onnx(layers: Sequence[Layer]) -> bytes:
    """ONNX bytes: ``chip`` N x 3 x 150 x 150 float32 RGB 0..255 -> ``descriptor`` N x 128."""
    model = onnx.ModelProto(ir_version=IR_VERSION)
    model.opset_import.add(domain="", version=OPSET)
    model.graph.CopyFrom(_Builder(layers).graph)
    onnx.checker.check_model(model)
    # Messages are filled field by field, not by onnx.helper, whose defaults differ by version.
    data: bytes = model.SerializeToString(deterministic=True)
    return data


class _Builder:
    """Writes one node after another; tensors are named in order."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.graph = onnx.GraphProto(name="dlib_face_recognition_resnet_model_v1")
        self._convolutions = list(_folded(layers))
        self._count = 0
        _describe(self.graph.input.add(), "chip", (3, SIDE, SIDE))
        _describe(self.graph.output.add(), "descriptor", (128,))
        mapped = self._trunk()
        pooled = self._node("Flatten", [self._node("GlobalAveragePool", [mapped])])
        dense = next(layer for layer in layers if isinstance(layer, FullyConnected))
        self._node("MatMul", [pooled, self._constant(dense.weights)], output="descriptor")

    def _trunk(self) -> str:
        mean = np.asarray(MEAN_RGB, np.float32).reshape(1, 3, 1, 1)
        centred = self._node("Sub", ["chip", self._constant(mean)])
        scaled = self._node("Mul", [centred, self._constant(np.array([SCALE], np.float32))])
        first = self._node("Relu", [self._convolution(scaled)])
        mapped = self._node("MaxPool", [first], kernel_shape=(3, 3), strides=(2, 2))
        side, channels = ((SIDE - 7) // 2 + 1 - 3) // 2 + 1, 32
        for halves in _BLOCKS:
            mapped, side, channels = self._block(mapped, side, channels, halves)
        return mapped

    def _block(self, entry: str, side: int, channels: int, halves: bool) -> tuple[str, int, int]:
        hidden = self._node("Relu", [self._convolution(entry)])
        widened = self._peek_outputs()
        branch = self._convolution(hidden)
        if not halves:
            return self._sum(branch, entry), side, channels
        pooled = self._node("AveragePool", [entry], kernel_shape=(2, 2), strides=(2, 2))
        branch_side, pooled_side = (side - 3) // 2 + 1, (side - 2) // 2 + 1
        largest = max(branch_side, pooled_side)
        # dlib's add_prev takes what is missing on either side as zero.
        branch = self._padded(branch, 0, largest - branch_side)
        pooled = self._padded(pooled, widened - channels, largest - pooled_side)
        return self._sum(branch, pooled), largest, widened

    def _sum(self, branch: str, shortcut: str) -> str:
        return self._node("Relu", [self._node("Add", [branch, shortcut])])

    def _padded(self, entry: str, channels: int, pixels: int) -> str:
        if not channels and not pixels:
            return entry
        pads = np.array([0, 0, 0, 0, 0, channels, pixels, pixels], np.int64)
        return self._node("Pad", [entry, self._constant(pads)])

    def _peek_outputs(self) -> int:
        return self._convolutions[0].bias.size

    def _convolution(self, entry: str) -> str:
        layer = self._convolutions.pop(0)
        return self._node(
            "Conv",
            [entry, self._constant(layer.weights), self._constant(layer.bias)],
            kernel_shape=layer.weights.shape[2:],
            pads=(layer.padding,) * 4,
            strides=(layer.stride,) * 2,
        )

    def _constant(self, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        kind = TensorProto.INT64 if values.dtype == np.int64 else TensorProto.FLOAT
        name = self._name("constant")
        self.graph.initializer.add(
            name=name, dims=values.shape, data_type=kind, raw_data=values.tobytes()
        )
        return name

    def _node(
        self, kind: str, entries: Sequence[str], output: str = "", **lists: Sequence[int]
    ) -> str:
        output = output or self._name("map")
        node = self.graph.node.add(op_type=kind, input=entries, output=[output])
        for name, values in lists.items():
            node.attribute.add(name=name, type=AttributeProto.INTS, ints=values)
        return output

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._count}"


def _folded(layers: Sequence[Layer]) -> Iterator[Convolution]:
    """Every convolution with the affine layer that follows it taken in."""
    for convolution, affine in pairwise(layers):
        if isinstance(convolution, Convolution) and isinstance(affine, Affine):
            gain = affine.gain.astype(np.float64)
            weights = convolution.weights * gain[:, None, None, None]
            bias = convolution.bias * gain + affine.offset
            yield Convolution(
                weights.astype(np.float32),
                bias.astype(np.float32),
                convolution.stride,
                convolution.padding,
            )


def _describe(value: onnx.ValueInfoProto, name: str, shape: Sequence[int]) -> None:
    value.name = name
    value.type.tensor_type.elem_type = TensorProto.FLOAT
    value.type.tensor_type.shape.dim.add(dim_param="N")
    for side in shape:
        value.type.tensor_type.shape.dim.add(dim_value=side)
