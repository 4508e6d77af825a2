"""What a finished portrait measures when it is looked at again, after compression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from capture.sample import Sample
from pipeline.portrait.crown import head_ends
from pipeline.portrait.finish.format import Format
from pipeline.portrait.locate import locate_face
from pipeline.portrait.view import PortraitView


@dataclass(frozen=True, slots=True)
class Check:
    """Measured on the finished picture itself; shares of its height or width."""

    head: float  # chin to crown
    eye_line: float
    centre: float
    tilt: float  # degrees of the eyes' line
    eye_distance: float  # px

    def fault(self, form: Format, *, token: bool) -> str | None:
        """Which of the format's limits the picture misses, by more than measuring is wrong."""
        if abs(self.tilt) > form.most_tilt:
            return "tilt"
        if token:  # its geometry says where the eyes are and nothing of the head
            return None
        limits = {"head": form.head, "eye_line": form.eye_line, "centre": form.centre}
        for name, (least, most) in limits.items():
            room = form.check_tolerance
            if not least - room <= getattr(self, name) <= most + room:
                return name
        return None

    def to_dict(self) -> dict[str, Any]:
        return {
            "head": round(self.head, 4),
            "eye_line": round(self.eye_line, 4),
            "centre": round(self.centre, 4),
            "tilt_degrees": round(self.tilt, 2),
            "eye_distance": round(self.eye_distance, 1),
        }


def checked(data: bytes) -> Check | None:
    """The finished picture ``data`` measured; None if no face is found in it any more."""
    image = Sample.from_bytes(data, name="finished").image
    face = locate_face(image)
    if face is None:
        return None
    view = PortraitView(image, face)
    crown, chin = head_ends(view)
    (right, left), middle = face.eyes, face.eyes.mean(0)
    return Check(
        head=float(np.hypot(*(chin - crown))) / view.height,
        eye_line=float(middle[1] + 0.5) / view.height,
        centre=float(middle[0] + 0.5) / view.width,
        tilt=float(np.degrees(np.arctan2(left[1] - right[1], left[0] - right[0]))),
        eye_distance=face.inter_eye_distance,
    )
