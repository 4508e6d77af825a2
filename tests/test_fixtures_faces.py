"""The gold people's truth, seen by the face models: eyes where they are said to be."""

import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest

from fixtures import provenance
from pipeline.portrait.locate import locate_face

FOLDER = Path(provenance.__file__).parent / "gold" / "people"
ROWS = tomllib.loads((FOLDER / "truth.toml").read_text(encoding="utf-8"))["portrait"]
RIGHT_IRIS, LEFT_IRIS = 468, 473  # MediaPipe's order
# Looking aside or hidden eyes have no pupils to find.
OPEN = [row for row in ROWS if row["expression"] != "eyes_closed" and row["gaze"] == [0.0, 0.0]]


@pytest.mark.parametrize("row", OPEN, ids=lambda row: row["file"])
def test_models_find_the_pupils_of_the_truth(row):
    picture = cv2.cvtColor(cv2.imread(str(FOLDER / row["file"])), cv2.COLOR_BGR2RGB)
    face = locate_face(picture)
    assert face is not None
    found = face.landmarks.points[[RIGHT_IRIS, LEFT_IRIS], :2]
    off = np.linalg.norm(found - [row["right_eye"], row["left_eye"]], axis=1)
    assert off.max() < 0.10 * row["inter_eye_distance"]
