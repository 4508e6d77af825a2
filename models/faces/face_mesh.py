"""The 468-point face mesh and the iris network that refines the eyes.

Kartynnik et al., Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs, 2019;
Ablavatski et al., Real-time Pupil Tracking from Monocular Video, 2020.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.catalogue import path_of
from models.faces import chips
from models.faces._detector import Detection, Floats, Rgb
from models.faces._landmarks import Landmarks
from models.runtime import lite_model

_MESH_SIDE, _MESH_SCALE = 192, 1.5  # px; the square around the detector's box
_IRIS_SIDE, _IRIS_SCALE = 64, 2.3  # px; the square around the eye's corners
# The iris network's first 16 points are the lids and corners, in this order of mesh points.
_RIGHT_LIDS = (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173)
_LEFT_LIDS = (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398)
_RIGHT_IRIS, _LEFT_IRIS = slice(468, 473), slice(473, 478)


class FaceMesh:
    """A ``LandmarkNet``: mesh, then lids and irises from a closer look at each eye."""

    def __init__(self) -> None:
        self._mesh = lite_model(path_of("face_mesh"))
        self._iris = lite_model(path_of("iris"))

    def landmarks(self, rgb: Rgb, detection: Detection) -> Landmarks:
        """The points of the face at ``detection`` in ``rgb`` (H x W x 3, uint8, RGB)."""
        matrix = _face_square(detection)
        chip = chips.extract(rgb, matrix, _MESH_SIDE)
        outputs = self._mesh(chip.astype(np.float32)[None] / 255)
        mesh = _points_of(outputs, 468)
        flag = float(next(output for output in outputs if output.size == 1).reshape(()))
        points = np.zeros((478, 3))
        points[:468] = _to_picture(mesh, matrix)
        self._refine_eye(rgb, points, _RIGHT_LIDS, _RIGHT_IRIS, mirrored=False)
        self._refine_eye(rgb, points, _LEFT_LIDS, _LEFT_IRIS, mirrored=True)
        return Landmarks(points, float(1 / (1 + np.exp(-np.clip(flag, -80, 80)))))

    def _refine_eye(
        self, rgb: Rgb, points: Floats, lids: tuple[int, ...], iris: slice, *, mirrored: bool
    ) -> None:
        """Write lids and iris of one eye into ``points``. The network knows right eyes only."""
        matrix = _eye_square(points[lids[0], :2], points[lids[8], :2], mirrored)
        chip = chips.extract(rgb, matrix, _IRIS_SIDE)
        outputs = self._iris(chip.astype(np.float32)[None] / 255)
        depth = points[list(lids), 2].mean()
        points[list(lids), :2] = _to_picture(_points_of(outputs, 71)[:16], matrix)[:, :2]
        points[iris] = _to_picture(_points_of(outputs, 5), matrix)
        points[iris, 2] = depth


def _face_square(detection: Detection) -> Floats:
    """The square around the box, level with the eyes."""
    low, high = detection.box[:2], detection.box[2:]
    right_eye, left_eye = detection.keypoints[:2]
    across = left_eye - right_eye
    angle = float(np.arctan2(across[1], across[0]))
    width = float((high - low).max()) * _MESH_SCALE
    return chips.square((low + high) / 2, max(width, 1.0), angle, _MESH_SIDE)


def _eye_square(outer: Floats, inner: Floats, mirrored: bool) -> Floats:
    """The square around an eye, level with its corners; a left eye is mirrored to a right one."""
    across = outer - inner if mirrored else inner - outer
    angle = float(np.arctan2(across[1], across[0]))
    width = float(np.abs(across).max()) * _IRIS_SCALE
    matrix = chips.square((outer + inner) / 2, max(width, 1.0), angle, _IRIS_SIDE)
    return np.array([[-1.0], [1.0]]) * matrix + _MIRROR_SHIFT if mirrored else matrix


_MIRROR_SHIFT = np.array([[0, 0, _IRIS_SIDE - 1], [0, 0, 0]], np.float64)


def _points_of(outputs: list[NDArray[Any]], count: int) -> Floats:
    """The output of ``count`` points, (count, 3), chip pixels."""
    values = next(output for output in outputs if output.size == 3 * count)
    return values.reshape(count, 3).astype(np.float64)


def _to_picture(points: Floats, matrix: Floats) -> Floats:
    """Chip points (N, 3) in the picture; depth takes the same scale."""
    # Networks count from the chip's edge, pictures from the first pixel's centre.
    flat = chips.apply(chips.invert(matrix), points[:, :2] - 0.5)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    return np.column_stack([flat, points[:, 2] / scale])
