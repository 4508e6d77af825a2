"""From mesh points to the chip that dlib's network was trained on.

dlib cuts its training chips by its own five points. A linear map, fitted by
``models/training/alignment`` and kept as numbers in mesh_to_dlib.json, tells where those five
points would be, from the finer mesh.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from models.faces import chips
from models.faces._detector import Floats
from models.faces._landmarks import Landmarks

SIDE, PADDING = 150, 0.25  # px; room around dlib's mean shape, in shape widths
# dlib/image_transforms/interpolation.h, get_face_chip_details: mean of its five points (subject's
# left eye outer and inner corner, right eye outer and inner corner, below the nose).
_MEAN_SHAPE = (
    (0.8595674595992, 0.2134981538014),
    (0.6460604764104, 0.2289674387677),
    (0.1205750620789, 0.2137274526848),
    (0.3340850613712, 0.2290642403242),
    (0.4901123135679, 0.6277975316475),
)
COEFFICIENTS = Path(__file__).with_name("mesh_to_dlib.json")
MAP_NAME = "mesh_to_dlib"  # among the digests: scores hang on the coefficients as on a network


@dataclass(frozen=True, slots=True)
class MeshMap:
    """``five = mean_five + (mesh - mean_mesh) @ weights`` in the frame of ``template``."""

    vertices: tuple[int, ...]  # points of the mesh that are used
    template: Floats  # (V, 2) where they lie on the mean chip
    mean_mesh: Floats  # (2 V,)
    weights: Floats  # (2 V, 10)
    mean_five: Floats  # (10,)


def mean_shape() -> Floats:
    """The mean of dlib's five points (5, 2) on the chip, pixels."""
    return (np.array(_MEAN_SHAPE) + PADDING) / (1 + 2 * PADDING) * SIDE


def chip_matrix(landmarks: Landmarks, mesh_map: MeshMap | None = None) -> Floats:
    """The 2 x 3 similarity from picture to dlib's chip of SIDE pixels."""
    return similarity(five_points(landmarks, mesh_map), mean_shape())


def five_points(landmarks: Landmarks, mesh_map: MeshMap | None = None) -> Floats:
    """The five points of dlib (5, 2) in the picture, as the mesh foretells them."""
    using = mesh_map or load_map()
    mesh = landmarks.points[list(using.vertices), :2]
    frame = similarity(mesh, using.template)
    levelled = chips.apply(frame, mesh).ravel()
    five = using.mean_five + (levelled - using.mean_mesh) @ using.weights
    return chips.apply(chips.invert(frame), five.reshape(5, 2))


@lru_cache(maxsize=1)
def load_map() -> MeshMap:
    """The shipped coefficients."""
    table = json.loads(COEFFICIENTS.read_text("utf-8"))
    return MeshMap(
        tuple(table["vertices"]),
        *(np.array(table[key]) for key in ("template", "mean_mesh", "weights", "mean_five")),
    )


def map_digest() -> str:
    """The sha256 of the shipped coefficients."""
    return hashlib.sha256(COEFFICIENTS.read_bytes()).hexdigest()


def similarity(source: Floats, target: Floats) -> Floats:
    """The turn, scale and shift (2 x 3) that bring ``source`` (N, 2) nearest to ``target``.

    Umeyama, Least-squares estimation of transformation parameters, IEEE PAMI 13(4), 1991.
    """
    source_mean, target_mean = source.mean(0), target.mean(0)
    centred, aimed = source - source_mean, target - target_mean
    left, singular, right = np.linalg.svd(aimed.T @ centred / len(source))
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right)) or 1.0])
    spread = max(float(centred.var(0).sum()), 1e-12)
    linear = (left * signs) @ right * float(singular @ signs) / spread
    return np.column_stack([linear, target_mean - linear @ source_mean])
