"""The face cut out, upright and of one size: what is compared, treated and shown as evidence."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.faces import chips
from models.faces._landmarks import Landmarks
from models.faces.alignment import SIDE, chip_matrix
from pipeline.evidence import Rgb

Floats = NDArray[np.float64]
_ROOM = 25  # px round the chip of dlib's network, for networks that see more of the head
CROP_SIDE = SIDE + 2 * _ROOM
# Softening takes away the screen of a print, at the scale of the chip. Measured on simulated
# prints: without it one in three genuine colour prints is lost at a false match rate of 1e-4, at
# 1.3 px one in four, at 2 px more again.
_SOFT = 1.3  # px


@dataclass(frozen=True)
class FaceCrop:
    """``image`` 200 x 200 x 3, uint8, RGB, and the face's points in it."""

    image: Rgb
    landmarks: Landmarks

    @classmethod
    def of(cls, rgb: Rgb, landmarks: Landmarks) -> FaceCrop:
        """The face at ``landmarks`` of ``rgb`` (H x W x 3, uint8, RGB); its edge goes on."""
        matrix = chip_matrix(landmarks)
        matrix[:, 2] += _ROOM
        image = chips.extract(rgb, matrix, CROP_SIDE, border=cv2.BORDER_REPLICATE)
        scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
        points = np.column_stack(
            [chips.apply(matrix, landmarks.points[:, :2]), landmarks.points[:, 2] * scale]
        )
        return cls(image, Landmarks(points, landmarks.presence))

    @property
    def chip(self) -> Rgb:
        """The middle 150 x 150 pixels: what dlib's network looks at."""
        return self.image[_ROOM:-_ROOM, _ROOM:-_ROOM]

    def softened(self) -> FaceCrop:
        """Without the dots of a print."""
        blurred = cv2.GaussianBlur(self.image, (0, 0), _SOFT)
        return FaceCrop(blurred.astype(np.uint8, copy=False), self.landmarks)

    def greyed(self) -> FaceCrop:
        """Without colour, as the other side of the comparison is."""
        luma = cv2.cvtColor(self.image, cv2.COLOR_RGB2GRAY)
        return FaceCrop(np.repeat(luma[..., None], 3, axis=2).astype(np.uint8), self.landmarks)
