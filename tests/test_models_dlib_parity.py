"""Our ONNX graph against dlib itself, on the same chips."""

from __future__ import annotations

import cv2
import dlib
import numpy as np
import pytest
from numpy.typing import NDArray

from models.catalogue import digest_of, path_of
from models.errors import ModelError
from models.faces.dlib_dat import Affine, Convolution, FullyConnected, read_layers
from models.faces.dlib_onnx import to_onnx
from models.faces.dlib_resnet import DlibResNet

TOLERANCE = 1e-5


def _noise(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (150, 150, 3), dtype=np.uint8)


def _gradient(angle: float) -> NDArray[np.uint8]:
    y, x = np.mgrid[:150, :150] / 149
    ramp = np.cos(angle) * x + np.sin(angle) * y
    return np.stack([np.clip(255 * ramp * gain, 0, 255) for gain in (1, 0.8, 0.6)], -1).astype(
        np.uint8
    )


def _drawn_face() -> NDArray[np.uint8]:
    chip = np.full((150, 150, 3), (90, 120, 160), np.uint8)
    cv2.ellipse(chip, (75, 80), (48, 64), 0, 0, 360, (205, 160, 130), -1)
    for x in (49, 101):
        cv2.circle(chip, (x, 57), 8, (250, 250, 250), -1)
        cv2.circle(chip, (x, 57), 4, (40, 25, 20), -1)
    cv2.line(chip, (75, 62), (73, 92), (150, 100, 80), 3)
    cv2.ellipse(chip, (75, 112), (20, 6), 0, 0, 360, (170, 70, 70), -1)
    return cv2.GaussianBlur(chip, (0, 0), 1.2).astype(np.uint8)


CHIPS = {
    "black": np.zeros((150, 150, 3), np.uint8),
    "white": np.full((150, 150, 3), 255, np.uint8),
    "red only, so that swapped colours show": np.full((150, 150, 3), (200, 10, 10), np.uint8),
    "gradient to the right, so that transposed axes show": _gradient(0.0),
    "gradient downwards": _gradient(np.pi / 2),
    "noise 1": _noise(1),
    "noise 2": _noise(2),
    "drawn face": _drawn_face(),
    "drawn face mirrored": np.ascontiguousarray(_drawn_face()[:, ::-1]),
}


@pytest.fixture(scope="module")
def original() -> dlib.face_recognition_model_v1:
    return dlib.face_recognition_model_v1(str(path_of("dlib_resnet_dat")))


@pytest.fixture(scope="module")
def converted() -> DlibResNet:
    return DlibResNet()


@pytest.mark.parametrize("name", CHIPS)
def test_descriptors_equal_those_of_dlib(
    name: str, original: dlib.face_recognition_model_v1, converted: DlibResNet
) -> None:
    chip = CHIPS[name]
    expected = np.array(original.compute_face_descriptor(chip))
    found = converted.descriptors(chip[None])[0]
    assert np.abs(found - expected).max() <= TOLERANCE


def test_a_batch_gives_what_single_chips_give(converted: DlibResNet) -> None:
    chips = np.stack([CHIPS["noise 1"], CHIPS["drawn face"]])
    single = np.concatenate([converted.descriptors(chip[None]) for chip in chips])
    assert np.abs(converted.descriptors(chips) - single).max() <= TOLERANCE


def test_a_template_is_the_normalised_mean_with_the_mirror_image(
    original: dlib.face_recognition_model_v1, converted: DlibResNet
) -> None:
    both = [
        np.array(original.compute_face_descriptor(CHIPS[name]))
        for name in ("drawn face", "drawn face mirrored")
    ]
    mean = (both[0] + both[1]) / 2
    template = converted.embed_chip(CHIPS["drawn face"])
    assert template.dtype == np.float32
    assert np.abs(template - mean / np.linalg.norm(mean)).max() <= TOLERANCE


def test_the_conversion_gives_the_bytes_that_the_catalogue_names() -> None:
    import hashlib

    data = to_onnx(read_layers(path_of("dlib_resnet_dat").read_bytes()))
    assert hashlib.sha256(data).hexdigest() == digest_of("dlib_resnet")


def test_the_network_has_the_published_layers() -> None:
    """29 convolutions each with its affine layer, and one dense layer (King, 2017)."""
    layers = read_layers(path_of("dlib_resnet_dat").read_bytes())
    assert [type(layer) for layer in layers] == [Convolution, Affine] * 29 + [FullyConnected]
    first = layers[0]
    assert isinstance(first, Convolution)
    assert (first.weights.shape, first.stride, first.padding) == ((32, 3, 7, 7), 2, 0)
    assert layers[-1].weights.shape == (256, 128)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04 no network at all", id="another format"),
        pytest.param(b"\x01\x05con_4\x01\x03\x01\x01", id="a tensor of another version"),
        pytest.param(
            b"\x01\x05con_4\x01\x02\x01\x02\x01\x01\x01\x01\x01\x01"
            + b"\0" * 8
            + b"\x01\x01\x01\x03\x01\x03\x01\x01\x01\x01\x01\x00\x01\x00",
            id="a convolution whose values do not fit its shape",
        ),
    ],
)
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        read_layers(data)
    assert caught.value.code == "model.layout"


@pytest.mark.parametrize("kept", [400, 20_000, 5_000_000])
def test_a_truncated_file_is_refused(kept: int) -> None:
    with pytest.raises(ModelError):
        to_onnx(read_layers(path_of("dlib_resnet_dat").read_bytes()[:kept]))
