"""The int8 network: the same bytes at every conversion, and close to the float one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto

from capture.sample import Sample
from models.catalogue import digest_of, path_of
from models.faces.blazeface import BlazeFace
from models.faces.dlib_int8 import RANGES, Range, load_ranges, measured_tensors, to_int8
from models.faces.dlib_resnet import DlibResNet, DlibResNetInt8
from models.faces.face_mesh import FaceMesh

FOLDER = Path(__file__).parent.parent / "fixtures" / "applications"


@pytest.fixture(scope="module")
def network() -> onnx.ModelProto:
    return onnx.load(path_of("dlib_resnet_int8"))


@pytest.fixture(scope="module")
def chips() -> list[NDArray[np.uint8]]:
    """Faces that the ranges were not measured on, and worse: dark, bright, noise, black, white."""
    detector, mesh, net = BlazeFace(), FaceMesh(), DlibResNet()
    images = [Sample.from_file(FOLDER / case / "portrait.jpg").image for case in ("pass", "fail")]
    found = [net.chip(image, mesh.landmarks(image, detector.detect(image)[0])) for image in images]
    dark, bright = (found[0] * 0.3).astype(np.uint8), 255 - (255 - found[1]) // 3
    return [*found, dark, bright]


def test_the_conversion_gives_the_bytes_that_the_catalogue_names() -> None:
    data = to_int8(path_of("dlib_resnet").read_bytes(), load_ranges())
    assert hashlib.sha256(data).hexdigest() == digest_of("dlib_resnet_int8")


def test_templates_stay_close_to_those_of_the_float_network(
    chips: list[NDArray[np.uint8]],
) -> None:
    reference, ours = DlibResNet(), DlibResNetInt8()
    likeness = [float(reference.embed_chip(chip) @ ours.embed_chip(chip)) for chip in chips]
    assert min(likeness) > 0.998


@pytest.mark.parametrize("level", [0, 255])
def test_plain_chips_overflow_nothing(level: int) -> None:
    chip = np.full((150, 150, 3), level, np.uint8)
    likeness = DlibResNet().embed_chip(chip) @ DlibResNetInt8().embed_chip(chip)
    assert likeness > 0.97


def test_the_mean_taken_into_the_first_convolution_loses_nothing() -> None:
    """Channels that are mixed up, or a mean left out, would move every descriptor."""
    chip = np.zeros((150, 150, 3), np.uint8)
    chip[..., 0], chip[:75, :, 2] = 220, 90
    one, other = (net.descriptors(chip[None])[0] for net in (DlibResNet(), DlibResNetInt8()))
    assert np.abs(one - other).max() < 0.05


def test_a_batch_gives_what_single_chips_give(chips: list[NDArray[np.uint8]]) -> None:
    net = DlibResNetInt8()
    single = np.concatenate([net.descriptors(chip[None]) for chip in chips])
    assert np.array_equal(net.descriptors(np.stack(chips)), single)


def test_every_convolution_is_in_integers(network: onnx.ModelProto) -> None:
    kinds = {entry.name: entry.data_type for entry in network.graph.initializer}
    opened = {
        node.output[0]: kinds.get(node.input[0], TensorProto.UINT8)
        for node in network.graph.node
        if node.op_type == "DequantizeLinear"
    }
    convolutions = [node for node in network.graph.node if node.op_type == "Conv"]
    assert len(convolutions) == 29
    for node in convolutions:
        assert [opened[name] for name in node.input] == [
            TensorProto.UINT8, TensorProto.INT8, TensorProto.INT32,
        ]  # fmt: skip


def test_weights_leave_the_bit_that_processors_without_vnni_need(
    network: onnx.ModelProto,
) -> None:
    """255 * 63 * 2 < 2^15: two products added in 16 bits do not saturate."""
    largest = [
        np.abs(np.frombuffer(entry.raw_data, np.int8).astype(int)).max()
        for entry in network.graph.initializer
        if entry.data_type == TensorProto.INT8 and entry.name.endswith("_levels")
    ]
    assert len(largest) == 29
    assert max(largest) == 63


def test_the_shipped_ranges_are_of_the_catalogued_network() -> None:
    assert digest_of("dlib_resnet") in RANGES.read_text()
    assert set(load_ranges()) == set(measured_tensors(onnx.load(path_of("dlib_resnet"))))


@pytest.mark.parametrize(
    ("low", "high", "zero"),
    [
        pytest.param(0.0, 5.1, 0, id="after a rectifier zero is the lowest level"),
        pytest.param(2.0, 5.1, 0, id="zero is always within, for padding"),
        pytest.param(-5.1, 0.0, 255, id="negative only"),
        pytest.param(-1.0, 1.55, 100, id="both signs"),
    ],
)
def test_ranges_hold_zero_as_a_level(low: float, high: float, zero: int) -> None:
    found = Range.between(low, high)
    assert found.zero == zero
    assert found.step * (255 - found.zero) >= high - found.step
