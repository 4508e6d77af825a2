"""``python -m models.training.pose --people DIR --out models/weights/pose_net.onnx``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.faces.detectors import DEFAULT, detector
from models.faces.face_mesh import FaceMesh
from models.portraits.pose_net import POINTS, eye_roll, features, tilted
from models.training.pose.fit import REACH, Fit, fitted, mirror_of

Floats = NDArray[np.float64]
_UPRIGHT = 6.0  # degrees of yaw: such faces show which points mirror which
_FOLDS = 6


def main() -> None:
    """Fit, report errors on people left out, write the graph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=Path, required=True, help="what render.py made")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    x, truth, people = landmarks_of(options.people)
    mirror = mirror_of(x[np.abs(truth[:, 0]) < _UPRIGHT])
    left_out = np.zeros_like(truth)
    numbers = np.unique(people, return_inverse=True)[1]
    for fold in range(_FOLDS):
        out = numbers % _FOLDS == fold
        left_out[out] = fitted(x[~out], truth[~out], numbers[~out] // _FOLDS, mirror)(x[out])
    near = (np.abs(truth[:, :2]) <= 20).all(1)
    print("people", numbers.max() + 1, "pictures", len(x))
    print("mean absolute error of people left out:", np.abs(left_out - truth)[near].mean(0))
    onnx.save(graph(fitted(x, truth, numbers, mirror)), str(options.out))


def landmarks_of(folder: Path) -> tuple[Floats, Floats, NDArray[np.int_]]:
    """Features, wanted turns (as if upright; roll beyond the eyes'), person of every picture."""
    finder, mesh = detector(DEFAULT), FaceMesh()
    xs, truth, people = [], [], []
    for row in _rows(folder):
        image = cv2.cvtColor(cv2.imread(str(folder / row["file"])), cv2.COLOR_BGR2RGB)
        faces = finder.detect(np.asarray(image, np.uint8))
        if not faces:
            continue
        points = mesh.landmarks(np.asarray(image, np.uint8), faces[0]).points
        roll = eye_roll(points)
        xs.append(features(points, roll))
        truth.append((*tilted(row["yaw"], row["pitch"], roll), row["roll"] - roll))
        people.append(row["seed"])
    return np.array(xs), np.array(truth), np.array(people)


def _rows(folder: Path) -> list[dict[str, Any]]:
    return [row for path in sorted(folder.glob("*.json")) for row in json.loads(path.read_text())]


def graph(fit: Fit) -> onnx.ModelProto:
    """The fit as ONNX: input N x 1434, output N x 3."""
    constants = {
        "weights": fit.weights,
        "bias": fit.bias,
        "parts": fit.parts,
        "offset": fit.offset,
        "known": fit.known.T,
        "known_size": (fit.known**2).sum(1),
        "reach": np.array(-REACH),
        "twice": np.array(-2.0),
        "shares": np.column_stack([0 * fit.shares, fit.shares, 0 * fit.shares]),
        "axis": np.array([1], np.int64),
    }
    parts = [
        numpy_helper.from_array(
            value if value.dtype == np.int64 else value.astype(np.float32), name
        )
        for name, value in constants.items()
    ]
    steps = [
        ("MatMul", ["features", "weights"], "straight"),
        ("Add", ["straight", "bias"], "linear"),
        ("MatMul", ["features", "parts"], "cast"),
        ("Add", ["cast", "offset"], "place"),
        ("Mul", ["place", "place"], "squares"),
        ("ReduceSum", ["squares", "axis"], "size"),
        ("MatMul", ["place", "known"], "product"),
        ("Mul", ["product", "twice"], "mixed"),
        ("Add", ["mixed", "known_size"], "partly"),
        ("Add", ["partly", "size"], "apart"),
        ("Mul", ["apart", "reach"], "fall"),
        ("Exp", ["fall"], "kernel"),
        ("MatMul", ["kernel", "shares"], "bent"),
        ("Add", ["linear", "bent"], "turns"),
    ]
    nodes = [helper.make_node(kind, inputs, [output]) for kind, inputs, output in steps]
    picture = helper.make_tensor_value_info("features", TensorProto.FLOAT, ("n", 3 * POINTS))
    answer = helper.make_tensor_value_info("turns", TensorProto.FLOAT, ("n", 3))
    whole = helper.make_graph(nodes, "pose", [picture], [answer], parts)
    opset = helper.make_opsetid("", 13)
    return helper.make_model(whole, opset_imports=[opset], ir_version=8)


if __name__ == "__main__":
    main()
