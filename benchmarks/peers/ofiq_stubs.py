"""OFIQ's compiled library (the package python-ofiq) made to score what we put into it.

Its own networks are in no package. In their place it gets networks that say the same of every
picture: these boxes, this pose, these landmarks, this parsing, this occlusion. What it then makes
of them is its real code, so its scalars judge our formulas.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Box = tuple[int, int, int, int]  # left, top, width, height in pixels
Mask = NDArray[np.uint8]

PARSED_SIDE, OCCLUSION_SIDE = 400, 224  # px of the networks' answers
MEASURES = (  # by the names of OFIQ's configuration; the others need networks with weights
    "HeadPose",
    "InterEyeDistance",
    "NoHeadCoverings",
    "BackgroundUniformity",
    "DynamicRange",
    "EyesVisible",
    "EyesOpen",
    "FaceOcclusionPrevention",
    "CropOfTheFaceImage",
    "IlluminationUniformity",
    "MouthOcclusionPrevention",
    "MouthClosed",
    "OverExposurePrevention",
    "SingleFacePresent",
    "UnderExposurePrevention",
    "NaturalColour",
    "Luminance",
    "HeadSize",
    "CompressionArtifacts",
)
_PADDING = 0.2  # of the picture's sides, on each side, before OFIQ looks for faces
_LANDMARK_SIDE = 256  # px of the landmark network's square
_ROUNDING = 0.25  # px: OFIQ cuts or rounds, by version; both lead to the same whole pixel
# What 3DDFA-V2's numbers are scaled by in OFIQ (HeadPose3DDFAV2), for the two rows of a rotation
# fmt: off
_POSE_MEAN = np.array([
    3.4926363e-04, 2.5279013e-07, -6.8751979e-07, 6.0167957e01,
    -6.2955132e-07, 5.7572004e-04, -5.0853912e-05,
])
_POSE_SCALE = np.array([
    1.76321526e-04, 6.73794348e-05, 4.47084894e-04, 2.65502319e01,
    1.23137695e-04, 4.49302170e-05, 7.92367064e-05,
])
# fmt: on
_ROTATION_SCALE = 5e-4


@dataclass(frozen=True)
class Seen:
    """What OFIQ's networks are to say of one picture.

    ``landmarks`` (98, 2) whole pixels x, y of the picture, none negative; ``boxes`` largest first;
    ``parsed`` 400 x 400 class numbers; ``visible`` 224 x 224, 1 where nothing covers the face.
    """

    size: tuple[int, int]  # width, height of the picture
    landmarks: NDArray[np.int_]
    boxes: Sequence[Box]
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    parsed: Mask = field(default_factory=lambda: np.zeros((PARSED_SIDE,) * 2, np.uint8))
    visible: Mask = field(default_factory=lambda: np.ones((OCCLUSION_SIDE,) * 2, np.uint8))
    compression: float = 1.0  # the structural similarity that the network estimates


def scored(folder: Path, seen: Seen, rgb: NDArray[np.uint8]) -> dict[str, tuple[float, float]]:
    """Raw value and scalar of every measure, as OFIQ computes them; ``folder`` takes the stubs.

    ``rgb`` H x W x 3, uint8. A measure that OFIQ could not assess is left out.
    """
    from ofiq import OFIQ

    write(folder, seen)
    answers: Mapping[str, Any] = OFIQ(str(folder)).vector_quality(rgb, include_raw=True)
    return {
        name: (float(each["raw"]), float(each["scalar"]))
        for name, each in answers.items()
        if each is not None and each["scalar"] is not None and each["scalar"] >= 0
    }


def write(folder: Path, seen: Seen) -> None:
    """Configuration and networks for one picture into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_detector(folder, _detections(seen))
    _write_constant(folder / "landmarks.onnx", _LANDMARK_SIDE, _network_landmarks(seen))
    _write_constant(folder / "pose.onnx", 120, _network_pose(seen))
    _write_parsing(folder / "parsing.onnx", seen.parsed)
    logits = (seen.visible.astype(np.float32) - 0.5)[None, None]
    _write_constant(folder / "occlusion.onnx", OCCLUSION_SIDE, logits)
    _write_constant(folder / "compression.onnx", 248, np.array([[seen.compression]], np.float32))
    (folder / "ofiq_config.jaxn").write_text(json.dumps({"config": _configuration()}))


def _configuration() -> dict[str, Any]:
    return {
        "detector": "ssd",
        "landmarks": "ADNet",
        "measures": list(MEASURES),
        "params": {
            "detector": {
                "ssd": {
                    "model_path": "boxes.caffemodel",
                    "prototxt_path": "boxes.prototxt",
                    "confidence_thr": 0.4,
                    "min_rel_face_size": 0.0,
                    "padding": _PADDING,
                }
            },
            "landmarks": {"ADNet": {"model_path": "landmarks.onnx"}},
            "measures": {
                "HeadPose": {"model_path": "pose.onnx"},
                "FaceOcclusionSegmentation": {"model_path": "occlusion.onnx"},
                "FaceParsing": {"model_path": "parsing.onnx"},
                "FaceRegion": {"alpha": 0.0},
                "CompressionArtifacts": {
                    "crop": 184,
                    "dim": 248,
                    "model_path": "compression.onnx",
                    "Sigmoid": {"h": 1, "a": -0.0278, "s": 103.0, "x0": 0.3308, "w": 0.092},
                },
                **_sigmoids(),
            },
        },
    }


def _sigmoids() -> dict[str, Any]:
    """The mappings of OFIQ's published configuration."""
    table: dict[str, tuple[float, float, float, float, float]] = {
        "BackgroundUniformity": (190, 1, -1, 10, 100),
        "UnderExposurePrevention": (120, 0.832, -1, 0.92, 0.05),
        "NaturalColour": (200, 1, -1, 0, 10),
        "EyesOpen": (100, 0, 1, 0.02, 0.01),
        "MouthClosed": (100, 1, -1, 0.2, 0.06),
        "InterEyeDistance": (100, 0, 1, 70, 20),
        "HeadSize": (200, 1, -1, 0, 0.05),
        "LeftwardCropOfTheFaceImage": (100, 0, 1, 0.9, 0.1),
        "RightwardCropOfTheFaceImage": (100, 0, 1, 0.9, 0.1),
        "MarginBelowOfTheFaceImage": (100, 0, 1, 1.8, 0.1),
        "MarginAboveOfTheFaceImage": (100, 0, 1, 1.4, 0.1),
    }
    keys = ("h", "a", "s", "x0", "w")
    table_of = {name: dict(zip(keys, values, strict=True)) for name, values in table.items()}
    sigmoids: dict[str, Any] = {
        name: {"Sigmoid": {**values, "round": True}} for name, values in table_of.items()
    }
    sigmoids["NoHeadCoverings"] = {"T0": 0.0, "T1": 0.95, "w": 0.1, "x0": 0.02}
    return sigmoids


def _detections(seen: Seen) -> NDArray[np.float32]:
    """(N, 7): picture, class, confidence, left, top, right, bottom as shares of the padded one."""
    width, height = seen.size
    across, down = int(width * _PADDING), int(height * _PADDING)
    sides = np.array([width + 2 * across, height + 2 * down] * 2, float)
    rows = []
    for left, top, wide, high in seen.boxes:
        corners = np.array([left + across, top + down, left + across + wide, top + down + high])
        rows.append([0.0, 1.0, 0.99, *(corners / sides)])
    return np.array(rows, np.float32)


def _network_landmarks(seen: Seen) -> NDArray[np.float32]:
    """(1, 196) as the network gives them: -1 to 1 over the largest box, which must be square."""
    left, top, wide, high = seen.boxes[0]
    if wide != high:
        raise ValueError("OFIQ widens boxes that are no squares: the first must be one")
    flat = (seen.landmarks - [left, top] + _ROUNDING) * (_LANDMARK_SIDE / wide)
    scaled: NDArray[np.float32] = (flat * 2 / 255 - 1).astype(np.float32)
    return scaled.reshape(1, -1)


def _network_pose(seen: Seen) -> NDArray[np.float32]:
    """(1, 62): rows of the rotation Rz(roll) Ry(yaw) Rx(pitch), as OFIQ takes it apart again."""
    x, y, z = (math.radians(angle) for angle in (seen.pitch, seen.yaw, seen.roll))
    about_x = np.array([[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]])
    about_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    about_z = np.array([[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]])
    rotation = _ROTATION_SCALE * about_z @ about_y @ about_x
    wanted = np.concatenate([rotation[:, 0], [0.0], rotation[:, 1]])
    numbers = np.zeros((1, 62), np.float32)
    numbers[0, :7] = (wanted - _POSE_MEAN) / _POSE_SCALE
    return numbers


def _write_constant(path: Path, side: int, answer: NDArray[np.float32]) -> None:
    """A network of a square picture that always answers ``answer``."""
    constant = numpy_helper.from_array(answer.astype(np.float32), "answer")
    node = helper.make_node("Identity", ["answer"], ["output"])
    _save(path, side, [node], [constant], answer.shape)


def _write_parsing(path: Path, classes: Mask) -> None:
    """A network that always sees these classes (of 19): one channel each, 1 where it is."""
    parts = [
        numpy_helper.from_array(classes[None], "bytes"),
        numpy_helper.from_array(np.array(19, np.int64), "depth"),
        numpy_helper.from_array(np.array([0, 1], np.float32), "values"),
    ]
    nodes = [
        helper.make_node("Cast", ["bytes"], ["classes"], to=TensorProto.INT64),
        helper.make_node("OneHot", ["classes", "depth", "values"], ["output"], axis=1),
    ]
    _save(path, PARSED_SIDE, nodes, parts, (1, 19, PARSED_SIDE, PARSED_SIDE))


def _save(path: Path, side: int, nodes: Sequence[Any], parts: Sequence[Any], shape: Any) -> None:
    picture = helper.make_tensor_value_info("input", TensorProto.FLOAT, (1, 3, side, side))
    answer = helper.make_tensor_value_info("output", TensorProto.FLOAT, tuple(shape))
    graph = helper.make_graph(list(nodes), path.stem, [picture], [answer], list(parts))
    # The oldest form that has what is used: OFIQ brings ONNX Runtime 1.18 along.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(path))


_PROTOTXT = """name: "boxes"
input: "data"
input_shape {{ dim: 1 dim: 3 dim: 300 dim: 300 }}
layer {{
  name: "mean" type: "Pooling" bottom: "data" top: "mean"
  pooling_param {{ pool: AVE global_pooling: true }}
}}
layer {{
  name: "boxes" type: "InnerProduct" bottom: "mean" top: "boxes"
  inner_product_param {{ num_output: {outputs} }}
}}
"""


def _write_detector(folder: Path, detections: NDArray[np.float32]) -> None:
    """A Caffe network whose weights are zero and whose bias is the answer."""
    bias = detections.ravel()
    (folder / "boxes.prototxt").write_text(_PROTOTXT.format(outputs=bias.size))
    weights = np.zeros((bias.size, 3), np.float32)
    layer = b"".join(
        [_text(1, "boxes"), _text(2, "InnerProduct"), _text(3, "mean"), _text(4, "boxes")]
        + [_field(7, _blob(blob)) for blob in (weights, bias)]
    )
    (folder / "boxes.caffemodel").write_bytes(_text(1, "boxes") + _field(100, layer))


def _blob(values: NDArray[np.float32]) -> bytes:
    """Caffe's BlobProto: a shape (field 7 of packed numbers) and packed data (field 5)."""
    shape = b"".join(_number(side) for side in values.shape)
    data = struct.pack(f"<{values.size}f", *values.ravel())
    return _field(7, _field(1, shape)) + _field(5, data)


def _text(number: int, value: str) -> bytes:
    return _field(number, value.encode())


def _field(number: int, value: bytes) -> bytes:
    """A length-delimited field of a protocol buffer."""
    return _number(number << 3 | 2) + _number(len(value)) + value


def _number(value: int) -> bytes:
    """A varint of a protocol buffer."""
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])
