"""Alignments: which part of the picture a network looks at, from the mesh points.

``arcface5`` is the five-point template that networks of the ArcFace family were trained on (Deng
et al., ArcFace: Additive Angular Margin Loss for Deep Face Recognition, CVPR 2019); ``dlib150`` is
dlib's own chip.
"""

from __future__ import annotations

import numpy as np

from models.faces._detector import Floats
from models.faces._landmarks import Landmarks
from models.faces.alignment import SIDE, five_points, mean_shape, similarity

ARCFACE_SIDE = 112  # px
# insightface's reference: the subject's right eye, left eye, nose, right and left mouth corner.
_ARCFACE = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
)
_RIGHT_EYE, _LEFT_EYE = [33, 133], [362, 263]  # corners on the mesh
_NOSE, _RIGHT_MOUTH, _LEFT_MOUTH = 1, 61, 291


def arcface_points(landmarks: Landmarks) -> Floats:
    """Middles of the eyes, tip of the nose, corners of the mouth in the picture, (5, 2)."""
    mesh = landmarks.points[:, :2]
    eyes = [mesh[_RIGHT_EYE].mean(0), mesh[_LEFT_EYE].mean(0)]
    return np.array([*eyes, mesh[_NOSE], mesh[_RIGHT_MOUTH], mesh[_LEFT_MOUTH]])


def arcface_matrix(landmarks: Landmarks, side: int, points: tuple[float, ...] = ()) -> Floats:
    """The 2 x 3 matrix to a chip of ``side`` pixels; ``points`` (10) replace the template."""
    if points:
        template: Floats = np.array(points, np.float64).reshape(5, 2)
    else:
        template = _sized(np.array(_ARCFACE), ARCFACE_SIDE, side)
    return similarity(arcface_points(landmarks), template)


def dlib_matrix(landmarks: Landmarks, side: int) -> Floats:
    """The 2 x 3 matrix to dlib's chip, made ``side`` pixels large."""
    return similarity(five_points(landmarks), _sized(mean_shape(), SIDE, side))


def _sized(points: Floats, side: int, wanted: int) -> Floats:
    """Points of a chip of ``side`` pixels on one of ``wanted``; pixel centres are whole numbers."""
    sized: Floats = (points + 0.5) * (wanted / side) - 0.5
    return sized
