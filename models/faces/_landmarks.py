"""What every landmark network offers, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from models.faces._detector import Detection, Floats, Rgb


@dataclass(frozen=True, slots=True)
class Landmarks:
    """``points`` (478, 3): x, y in pixels and z scaled like them (smaller is nearer).

    MediaPipe's order: 468 points of the mesh, then centre, and four rim points of the subject's
    right iris (468..472) and left iris (473..477).
    """

    points: Floats
    presence: float  # 0..1, how sure the network is that there is a face

    def moved(self, scale: float, offset: Floats) -> Landmarks:
        """The same points after ``x, y * scale + offset``; z is scaled with them."""
        points = self.points * scale
        points[:, :2] += offset
        return Landmarks(points, self.presence)


class LandmarkNet(Protocol):
    """Finds the points of a face that a detector found."""

    def landmarks(self, rgb: Rgb, detection: Detection) -> Landmarks:
        """The points of that face in ``rgb`` (H x W x 3, uint8, RGB)."""
        ...
