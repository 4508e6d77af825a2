"""How well a face can be compared: measured on the very chip that the network looks at."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.faces._landmarks import Landmarks
from pipeline.portrait.pose import head_pose

Rgb = NDArray[np.uint8]
_FACE = (slice(20, 135), slice(20, 130))  # rows, columns of the 150 x 150 chip: brows to chin
_DARK_SHARE, _BRIGHT_SHARE = 0.05, 0.95  # quantiles between which contrast is measured


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """What was measured of one face; each rises or falls with how well it can be compared."""

    inter_eye_distance: float  # px in the picture
    sharpness: float  # mean absolute Laplacian of the chip's luma by its contrast
    contrast: float  # luma levels (0..255) between the darkest and brightest twentieth
    brightness: float  # mean luma of the face, 0..255
    colour: float  # mean chroma, 0 for a grey picture
    yaw: float  # degrees, 0 is frontal
    pitch: float

    @property
    def turn(self) -> float:
        """The larger of the turns to the side and up or down, degrees."""
        return max(abs(self.yaw), abs(self.pitch))

    def to_dict(self) -> dict[str, float | str]:
        """Rounded measures; occlusion is not assessed."""
        measured = {name: round(value, 4) for name, value in asdict(self).items()}
        return {**measured, "occlusion": "not_assessed"}


def face_quality(chip: Rgb, landmarks: Landmarks, inter_eye_distance: float) -> FaceQuality:
    """The quality of a face from its chip (150 x 150 x 3, uint8, RGB) and its mesh points."""
    face = np.ascontiguousarray(chip[_FACE])
    luma = cv2.cvtColor(face, cv2.COLOR_RGB2GRAY).astype(np.float32)
    dark, bright = np.quantile(luma, [_DARK_SHARE, _BRIGHT_SHARE])
    contrast = float(bright - dark)
    edges = np.abs(cv2.Laplacian(luma, cv2.CV_32F)).mean()
    spread = face.max(axis=2).astype(np.float32) - face.min(axis=2)
    pose = head_pose(landmarks.points)
    return FaceQuality(
        inter_eye_distance=inter_eye_distance,
        sharpness=float(edges) / max(contrast, 1.0),
        contrast=contrast,
        brightness=float(luma.mean()),
        colour=float(spread.mean()),
        yaw=pose.yaw,
        pitch=pose.pitch,
    )
