"""Eyes and identities of the rendered people, whose truth is exactly known."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from capture.sample import Sample
from models.faces.dlib_resnet import DlibResNet
from pipeline.portrait.locate import LocatedFace, locate_face

PEOPLE = Path(__file__).parent.parent / "fixtures" / "gold" / "people"
TRUTH: list[dict[str, Any]] = tomllib.loads((PEOPLE / "truth.toml").read_text())["portrait"]
# The iris of a closed eye is a guess.
OPEN_EYED = [entry for entry in TRUTH if "closed" not in str(entry["expression"])]


@pytest.fixture(scope="module")
def located() -> dict[str, LocatedFace]:
    faces = {
        entry["file"]: locate_face(Sample.from_file(PEOPLE / entry["file"]).image)
        for entry in TRUTH
    }
    return {name: face for name, face in faces.items() if face is not None}


@pytest.fixture(scope="module")
def templates(located: dict[str, LocatedFace]) -> dict[str, NDArray[np.float32]]:
    embedder = DlibResNet()
    return {
        name: embedder.embed(Sample.from_file(PEOPLE / name).image, face.landmarks)
        for name, face in located.items()
    }


def test_every_face_is_found_alone(located: dict[str, LocatedFace]) -> None:
    assert set(located) == {entry["file"] for entry in TRUTH}
    assert not [name for name, face in located.items() if face.others]


@pytest.mark.parametrize("entry", OPEN_EYED, ids=lambda entry: entry["file"])
def test_irises_are_where_the_pupils_were_drawn(
    entry: dict[str, Any], located: dict[str, LocatedFace]
) -> None:
    """Within 5 % of the inter-eye distance; the median over all pictures within 1.5 %."""
    assert _off(entry, located).max() < 0.05


def test_irises_are_close_in_the_median(located: dict[str, LocatedFace]) -> None:
    assert np.median([_off(entry, located) for entry in OPEN_EYED]) < 0.015


def _off(entry: dict[str, Any], located: dict[str, LocatedFace]) -> NDArray[np.float64]:
    """Distance of right and left iris from the truth, in inter-eye distances."""
    found = located[entry["file"]].landmarks.points[[468, 473], :2]
    gap = found - np.array([entry["right_eye"], entry["left_eye"]])
    distance: NDArray[np.float64] = np.hypot(*gap.T) / entry["inter_eye_distance"]
    return distance


def test_everybody_is_nearest_to_a_picture_of_the_same_person(
    templates: dict[str, NDArray[np.float32]],
) -> None:
    """Rank 1 for every picture of a person who has another one, however it was taken.

    Rendered people resemble each other more than real ones do: margins, not error rates.
    """
    seeds = {entry["file"]: entry["seed"] for entry in TRUTH}
    names = sorted(templates)
    persons = np.array([seeds[name] for name in names])
    scores = np.stack([templates[name] for name in names])
    scores = scores @ scores.T
    np.fill_diagonal(scores, -1)
    several = [row for row, person in enumerate(persons) if (persons == person).sum() > 1]
    assert len(several) > 10
    wrong = [names[row] for row in several if persons[scores[row].argmax()] != persons[row]]
    assert wrong == []
