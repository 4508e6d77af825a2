"""Reader of dlib's face recognition network file (.dat): every learned layer, in file order.

The file holds an archive of dlib's ``serialize`` (dlib/serialize.h, dlib/dnn/layers.h). Integers
are a control byte (its low four bits the length, bit 7 the sign) and little-endian bytes; a string
is its length and its bytes; a tensor is version 2, four dimensions, and float32 values. Layers
start with their name (``con_4``, ``affine_``, ``fc_2``). What lies between them is bookkeeping.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError

Floats = NDArray[np.float32]
_LAYER = re.compile(rb"\x01\x05con_4|\x01\x07affine_|\x01\x04fc_2")
_TENSOR_VERSION = 2


@dataclass(frozen=True)
class Convolution:
    """``weights`` outputs x inputs x height x width, ``bias`` outputs, ``stride``, ``padding``."""

    weights: Floats
    bias: Floats
    stride: int
    padding: int


@dataclass(frozen=True)
class Affine:
    """A batch normalisation frozen for use: ``gain`` and ``offset`` per channel."""

    gain: Floats
    offset: Floats


@dataclass(frozen=True)
class FullyConnected:
    """``weights`` inputs x outputs; no bias."""

    weights: Floats


Layer = Convolution | Affine | FullyConnected


class _Cursor:
    """Reads dlib's primitive values one after another."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data = data
        self.position = position

    def integer(self) -> int:
        control = self._bytes(1)[0]
        value = int.from_bytes(self._bytes(control & 0x0F), "little")
        return -value if control & 0x80 else value

    def tensor(self) -> Floats:
        if self.integer() != _TENSOR_VERSION:
            raise _unknown(f"no tensor at byte {self.position}")
        count = math.prod(self.integer() for _ in range(4))
        return np.frombuffer(self._bytes(4 * count), "<f4")

    def _bytes(self, count: int) -> bytes:
        start, self.position = self.position, self.position + count
        if count < 0 or self.position > len(self.data):
            raise _unknown(f"it ends in the middle of a value at byte {start}")
        return self.data[start : self.position]


def read_layers(data: bytes) -> tuple[Layer, ...]:
    """The learned layers in the order in which a picture meets them.

    Raises ModelError for a file of another layout.
    """
    layers: list[Layer] = []
    position, channels = 0, 3
    while found := _LAYER.search(data, position):
        cursor = _Cursor(data, found.end())
        layer = _read_layer(found.group()[2:], cursor, channels)
        channels = layer.bias.size if isinstance(layer, Convolution) else channels
        layers.append(layer)
        position = cursor.position  # past the values, which could spell a layer's name
    if not layers or not isinstance(layers[-1], FullyConnected):
        raise _unknown("its last layer is missing")
    return tuple(layers)


def _read_layer(name: bytes, cursor: _Cursor, channels: int) -> Layer:
    if name == b"fc_2":
        outputs, inputs = cursor.integer(), cursor.integer()
        return FullyConnected(cursor.tensor().reshape(inputs, outputs))
    values = cursor.tensor()
    if name == b"affine_":
        half = values.size // 2
        return Affine(values[:half], values[half:])
    filters, height, width, stride, _stride_x, padding, _padding_x = (
        cursor.integer() for _ in range(7)
    )
    if values.size != filters * (channels * height * width + 1):
        raise _unknown(f"a convolution of {values.size} values does not fit {channels} channels")
    weights = values[:-filters].reshape(filters, channels, height, width)
    return Convolution(weights, values[-filters:], stride, padding)


def _unknown(detail: str) -> ModelError:
    return ModelError(
        "model.layout",
        f"not dlib's face recognition network: {detail}",
        "Run: periksa models install",
    )
