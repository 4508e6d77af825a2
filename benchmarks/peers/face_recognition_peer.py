"""face_recognition 1.3 (dlib HOG, 5 points, ResNet): two pictures to a distance."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it still asks for pkg_resources
    import face_recognition

Description = Any  # a (128,) float64 array, or None where no face was found


def describe(path: Path) -> Description:
    """The descriptor of the first face in a picture file."""
    found = face_recognition.face_encodings(face_recognition.load_image_file(path))
    return found[0] if found else None


def score(one: Description, other: Description) -> float:
    """Minus the distance (higher = more alike); NaN where a face is missing."""
    if one is None or other is None:
        return math.nan
    return -float(face_recognition.face_distance([one], other)[0])


def compare(probe: Path, reference: Path) -> float:
    """The score of two picture files."""
    return score(describe(probe), describe(reference))
