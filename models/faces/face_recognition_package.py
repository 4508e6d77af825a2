"""The engine of the package face_recognition: dlib's HOG, five points, ResNet; nothing of ours.

For those who must compare as they did before, and to be measured beside us. The package itself is
not imported: it ends the interpreter under setuptools 81 and later, and it loads the 68 points,
whose training data exclude commercial use. Its weights are found through its models package.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np

from models.catalogue import sha256_of
from models.errors import EngineMissing
from models.faces._detector import Floats, Rgb
from models.faces._embedder import Template, joint_digest, unit
from models.faces._landmarks import Landmarks

_NETWORK = "dlib_face_recognition_resnet_model_v1.dat"
_POINTS = "shape_predictor_5_face_landmarks.dat"
_FACE_SIDE = 160  # px that the face gets for dlib's detector, which knows faces from 80 px
_REACH = 1.0  # of the mesh's width, looked at on each side of it


class FaceRecognition:
    """An ``Embedder``; one descriptor a face, without the mirror image, as the package does it.

    Raises EngineMissing without dlib or face_recognition_models.
    """

    name = "face_recognition"
    dimensions = 128
    spread = 0.035  # as of the same network in ONNX Runtime

    def __init__(self) -> None:
        folder = _weights_folder()
        dlib = _dlib()
        self._finder: Any = dlib.get_frontal_face_detector()
        self._points: Any = dlib.shape_predictor(str(folder / _POINTS))
        self._network: Any = dlib.face_recognition_model_v1(str(folder / _NETWORK))
        self._rectangle: Any = dlib.rectangle
        self._turn = threading.Lock()  # dlib's objects hold the state of one call
        parts = {name: sha256_of(folder / name) for name in (_NETWORK, _POINTS)}
        self.digests: Mapping[str, str] = MappingProxyType(
            {f"face_recognition.{name}": digest for name, digest in parts.items()}
        )
        self.digest = joint_digest(self.digests)

    def embed(self, rgb: Rgb, landmarks: Landmarks) -> Template:
        """(128,) float32 of length 1: dlib's descriptor of the face at ``landmarks``."""
        part, box = _around(rgb, landmarks)
        with self._turn:
            found = self._finder(part, 0)
            at = max(found, key=lambda each: _shared(each, box), default=None)
            if at is None or not _shared(at, box):
                at = self._rectangle(*(round(float(side)) for side in box))
            shape = self._points(part, at)
            descriptor = self._network.compute_face_descriptor(part, shape)
        return unit(np.array(descriptor, np.float32), self.name)


def _around(rgb: Rgb, landmarks: Landmarks) -> tuple[Rgb, Floats]:
    """The face and its surroundings at the detector's size, and the mesh's box (4,) in it."""
    mesh = landmarks.points[:468, :2]
    low, high = mesh.min(0), mesh.max(0)
    size = float((high - low).max())
    limit = np.array([rgb.shape[1], rgb.shape[0]])
    start = np.clip(np.floor(low - _REACH * size), 0, limit - 1).astype(int)
    end = np.clip(np.ceil(high + _REACH * size), start + 1, limit).astype(int)
    part = rgb[start[1] : end[1], start[0] : end[0]]
    scale = _FACE_SIDE / max(size, 1.0)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    sides = tuple(max(1, round(float(side) * scale)) for side in end - start)
    sized = cv2.resize(part, sides, interpolation=method).astype(np.uint8, copy=False)
    return sized, np.concatenate([low - start, high - start]) * scale


def _shared(rectangle: Any, box: Floats) -> float:
    """The area that dlib's rectangle shares with ``box`` (4,)."""
    width = min(rectangle.right(), box[2]) - max(rectangle.left(), box[0])
    height = min(rectangle.bottom(), box[3]) - max(rectangle.top(), box[1])
    return float(max(width, 0.0) * max(height, 0.0))


def _weights_folder() -> Path:
    """The models of the package, found without importing it. Raises EngineMissing."""
    found = importlib.util.find_spec("face_recognition_models")
    for place in (found.submodule_search_locations or ()) if found else ():
        if (Path(place) / "models" / _NETWORK).is_file():
            return Path(place) / "models"
    raise _missing("face_recognition_models")


def _dlib() -> Any:
    try:
        import dlib
    except ImportError as error:
        raise _missing("dlib") from error
    return dlib


def _missing(what: str) -> EngineMissing:
    return EngineMissing(
        "engine.face_recognition",
        f"the embedder face_recognition needs {what}, which is not installed",
        "Run: pip install dlib-bin face-recognition-models==0.3.0 (or pip install "
        "'periksa[face-recognition]'), or let the policy name dlib-resnet-int8.",
    )
