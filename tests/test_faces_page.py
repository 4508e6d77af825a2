"""The evidence of a comparison on a page: curve, words, pictures, also without a face."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from capture.sample import Sample
from pipeline.faces.calibration import load_calibration
from pipeline.faces.match import FaceMatch, match_faces
from pipeline.page import render_match
from pipeline.page.face_evidence import aligned_face, score_curve
from pipeline.policy import load_policy
from pipeline.portrait.locate import locate_face

FOLDER = Path(__file__).parent.parent / "fixtures" / "applications"
BLANK = np.full((400, 300, 3), 240, np.uint8)


@pytest.fixture(scope="module")
def found() -> FaceMatch:
    pair = (FOLDER / "pass" / "portrait.jpg", FOLDER / "pass" / "passport.jpg")
    return match_faces(*pair, regime="document")


@pytest.mark.parametrize("score", [-0.2, 0.85, 0.92, 0.95, 1.0])
def test_the_score_lies_within_the_curve(found: FaceMatch, score: float) -> None:
    calibration = load_calibration("dlib-resnet-mesh-lfw-document")
    svg = ElementTree.fromstring(score_curve(calibration, replace(found, score=score)))  # noqa: S314
    width = float(svg.attrib["viewBox"].split()[2])
    (mark,) = [node for node in svg.iter("line") if node.get("class") == "here"]
    assert 0 <= float(mark.attrib["x1"]) <= width
    kinds = {node.get("class") for node in svg.iter("polyline")}
    assert kinds == {"fmr", "fnmr"}


def test_faces_stand_upright_and_equally_large() -> None:
    image = Sample.from_file(FOLDER / "pass" / "portrait.jpg").image
    turned = np.ascontiguousarray(np.rot90(image))
    eyes = []
    for picture in (image, turned):
        shown = aligned_face(picture, locate_face(picture))
        face = locate_face(shown)
        assert face is not None
        eyes.append(face.eyes)
    assert np.abs(eyes[0] - eyes[1]).max() < 4


def test_a_missing_face_has_its_page_too() -> None:
    policy = load_policy()
    missing = match_faces(BLANK, BLANK, policy, names=("<live>", "print"))
    page = render_match([missing], ((BLANK, None), [(BLANK, None)]), policy)
    assert "<svg" not in page
    assert "No face was found" in page
    assert "&lt;live&gt;" in page
    assert "<live>" not in page
