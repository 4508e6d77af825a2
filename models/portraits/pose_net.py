"""Head pose from the face mesh: what a fit on rendered heads of known pose makes of its points.

A linear form of the mesh's points and depth, symmetric under mirroring, and for the pitch a kernel
form of what the linear one leaves; made by ``models/training/pose``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.catalogue import path_of
from models.runtime import onnx_model

Floats = NDArray[np.float64]

POINTS = 478
_OUTER_CORNERS = (33, 263)  # of the subject's right and left eye


class PoseNet:
    """Yaw, pitch and roll of a head in degrees, signs of ISO/IEC 39794-5."""

    def __init__(self) -> None:
        self._model = onnx_model(path_of("pose_net"))

    def turns(self, points: Floats) -> tuple[float, float, float]:
        """Yaw, pitch and roll; ``points`` (478, 3) of the mesh in pixels."""
        roll = eye_roll(points)
        batch = features(points, roll).astype(np.float32)[None]
        yaw, pitch, more = (float(value) for value in self._model(batch)[0][0])
        return *tilted(yaw, pitch, -roll), roll + more


def eye_roll(points: Floats) -> float:
    """Degrees by which the line through the outer corners of the eyes is tilted."""
    across = points[_OUTER_CORNERS[1], :2] - points[_OUTER_CORNERS[0], :2]
    return -float(np.degrees(np.arctan2(across[1], across[0])))


def tilted(yaw: float, pitch: float, roll: float) -> tuple[float, float]:
    """Where a head looks, yaw and pitch in degrees, as seen by a camera tilted by ``roll``."""
    y, p, r = np.radians([yaw, pitch, roll])
    ahead = np.array([np.sin(y) * np.cos(p), -np.sin(p), np.cos(y) * np.cos(p)])
    x = np.cos(r) * ahead[0] + np.sin(r) * ahead[1]
    up = np.cos(r) * ahead[1] - np.sin(r) * ahead[0]
    return float(np.degrees(np.arctan2(x, ahead[2]))), -float(np.degrees(np.arcsin(up)))


def features(points: Floats, roll: float) -> Floats:
    """(1434,): the points turned upright by ``roll`` degrees, centred, of unit size; then depth."""
    turn = np.radians(roll)
    upright = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    flat = (points[:POINTS, :2] - points[:POINTS, :2].mean(0)) @ upright.T
    size = max(float(np.sqrt((flat**2).sum(1).mean())), 1e-9)
    depth = points[:POINTS, 2] - points[:POINTS, 2].mean()
    return np.concatenate([flat.ravel(), depth]) / size
