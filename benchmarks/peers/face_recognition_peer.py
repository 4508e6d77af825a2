"""face_recognition 1.3 (dlib HOG, 5 points, ResNet): two pictures to a distance."""

from __future__ import annotations

import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it still asks for pkg_resources
    import face_recognition

TOLERANCE = 0.6  # the library's default


def compare(probe: Path, reference: Path) -> float | None:
    """Distance between the first faces of two picture files; None where none is found."""
    encodings = [
        face_recognition.face_encodings(face_recognition.load_image_file(path))
        for path in (probe, reference)
    ]
    if not all(encodings):
        return None
    return float(face_recognition.face_distance([encodings[0][0]], encodings[1][0])[0])
