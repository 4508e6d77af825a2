"""What hides a face, and what it wears: the formulas against OFIQ's, the map on rendered people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.accuracy._ofiq_faces import pictures, seen_by_ofiq, whole_view
from benchmarks.peers.ofiq_stubs import scored
from models.errors import WeightMissing
from models.portraits.parts_net import REGION, SIDE, Part, parts_net
from pipeline.portrait import parts as parts_module
from pipeline.portrait.assess import assess_portrait
from pipeline.portrait.component import NotAssessed
from pipeline.portrait.geometry import ALIGNED_SIDE, NOSE_TIP, FaceGeometry
from pipeline.portrait.measures import standard_measures
from pipeline.portrait.parts import FaceParts, _laid, face_parts, share
from pipeline.portrait.view import PortraitView

GOLD = Path(__file__).parent.parent / "fixtures" / "gold"
MEASURES = {measure.name: measure for measure in standard_measures()}
OCCLUDED = ("EyesVisible", "MouthOcclusionPrevention", "FaceOcclusionPrevention")
NO_SCORES = np.zeros((len(Part), SIDE, SIDE), np.float32)
_HAT = 18  # of the classes of OFIQ's parsing network


def _labels(rng):
    """A map of 616 x 616: hidden here and there, covered from above, clothed below."""
    blocks = (rng.random((28, 28)) < rng.random()).astype(np.uint8)
    visible = 1 - np.kron(blocks, np.ones((8, 8), np.uint8))
    labels = np.full((ALIGNED_SIDE, ALIGNED_SIDE), Part.SKIN, np.uint8)
    hidden = cv2.resize(1 - visible, (424, 424), interpolation=cv2.INTER_NEAREST)
    labels[96:520, 96:520][hidden > 0] = Part.MASK_OR_HAND
    covered = np.full_like(labels, Part.SKIN)
    covered[: rng.integers(0, 200), rng.integers(0, 99) : rng.integers(300, 600)] = Part.COVERING
    covered[540:] = Part.COVERING  # what hangs below the eyes does not count
    return visible, labels, covered


def _parsed(covered):
    """The same in the words of OFIQ's parsing network."""
    seen = cv2.resize(covered[0:556, 30:586], (400, 400), interpolation=cv2.INTER_NEAREST)
    return np.where(seen == Part.COVERING, _HAT, 1).astype(np.uint8)


def _with(view, labels):
    told = PortraitView(view.image, view.face)
    told.__dict__["parts"] = FaceParts(labels, view.aligned_geometry, NO_SCORES)
    return told


def test_formulas_equal_ofiqs_on_the_same_landmarks_and_maps(tmp_path):
    rng = np.random.default_rng(2)
    for _, image in pictures(sorted((GOLD / "people").glob("*.jpg")), 8, seed=4):
        view = whole_view(image)
        assert view is not None
        visible, labels, covered = _labels(rng)
        seen = replace(seen_by_ofiq(view), visible=visible, parsed=_parsed(covered))
        theirs = scored(tmp_path, seen, image)
        told = dict.fromkeys(OCCLUDED, _with(view, labels))
        for name, ours in {**told, "NoHeadCoverings": _with(view, covered)}.items():
            raw = MEASURES[name].raw(ours)
            assert raw == pytest.approx(theirs[name][0], abs=1e-6), name
            assert MEASURES[name].scalar(raw) == theirs[name][1], name


@pytest.fixture
def face():
    points = np.full((478, 2), 300.0)
    points[NOSE_TIP] = (308, 336)
    return FaceGeometry(points)


@pytest.mark.parametrize(
    ("part", "row", "hidden", "reason"),
    [
        (Part.SKIN, 300, 0, "a face"),
        (Part.MASK_OR_HAND, 300, 1, "whatever is before it"),
        (Part.COVERING, 300, 1, "a scarf over the face"),
        (Part.DARK_LENS, 300, 1, "the eyes do not show"),
        (Part.LENS, 300, 0, "the eyes show"),
        (Part.GLASSES, 300, 0, "frames hide eyes, not faces"),
        (Part.HAIR, 300, 1, "hair before the eyes"),
        (Part.HAIR, 400, 0, "a beard"),
    ],
)
def test_what_hides_a_face(face, part, row, hidden, reason):
    labels = np.full((ALIGNED_SIDE, ALIGNED_SIDE), part, np.uint8)
    assert FaceParts(labels, face, NO_SCORES).hidden[row, 300] == hidden, reason


def test_a_share_of_nothing_is_not_assessed():
    nothing = np.zeros((4, 4), np.uint8)
    with pytest.raises(NotAssessed, match="outside the picture"):
        share(nothing, nothing)


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0, 7.5, 10.0])
def test_the_face_is_laid_where_the_net_expects_it_whatever_its_size(scale):
    """A disc of 40 px about the point between the eyes of the aligned picture."""
    side = int(700 * scale)
    picture = np.zeros((side, side, 3), np.uint8)
    middle = np.array([307.5, 272.0])
    centre = tuple(int(v) for v in np.rint(middle * scale * 16))
    cv2.circle(picture, centre, int(40 * scale * 16), (255, 255, 255), -1, cv2.LINE_AA, 4)
    laid = _laid(picture, np.array([[1 / scale, 0, 0], [0, 1 / scale, 0]]))
    assert laid.shape == (SIDE, SIDE, 3)
    rows, columns = np.nonzero(laid[..., 0] > 127)
    left, top, width = REGION
    wanted = (middle - (left, top)) * SIDE / width
    assert (columns.mean(), rows.mean()) == pytest.approx(tuple(wanted), abs=0.8)
    assert len(rows) == pytest.approx(np.pi * (40 * SIDE / width) ** 2, rel=0.06)


def test_without_weights_the_components_are_not_assessed(monkeypatch, face):
    def missing():
        raise WeightMissing("model.missing", "no weight", "get one")

    monkeypatch.setattr(parts_module, "parts_net", missing)
    picture = np.zeros((50, 50, 3), np.uint8)
    with pytest.raises(NotAssessed, match="face parts cannot be used: no weight"):
        face_parts(picture, np.eye(2, 3), face)


def test_the_net_answers_with_parts_and_always_the_same():
    picture = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    labels = parts_net().parts(picture)
    assert labels.shape == (SIDE, SIDE)
    assert labels.dtype == np.uint8
    assert set(np.unique(labels)) <= set(Part)
    assert np.array_equal(labels, parts_net().parts(picture))


def _measured(name):
    report = assess_portrait(GOLD / name)
    found = {**report.components, **report.passport}
    return {measure: found[measure].raw for measure in WORN_MEASURES}


WORN_MEASURES = (
    "Glasses",
    "DarkGlasses",
    "HeadCovering",
    "EyesVisible",
    "MouthOcclusionPrevention",
    "FaceOcclusionPrevention",
)
BARE = ("214_studio", "228_studio", "231_hard_light", "236_other", "248_studio", "251_studio")


@pytest.fixture(scope="module")
def bare():
    """The highest raw value of each measure over gold people who wear nothing."""
    found = [_measured(f"people/{name}.jpg") for name in BARE]
    return {measure: max(each[measure] for each in found) for measure in WORN_MEASURES}


def test_bare_faces_are_free(bare):
    assert max(bare.values()) < 0.12, bare


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("people/214_glasses", ["Glasses"]),
        ("people/251_glasses", ["Glasses"]),
        ("people/258_studio", ["HeadCovering"]),  # a headscarf, the face is free
        ("worn/228_cap", ["HeadCovering"]),
        ("worn/242_peci", ["HeadCovering"]),
        ("worn/251_dark_glasses", ["Glasses", "DarkGlasses", "EyesVisible"]),
        ("worn/214_frames_over_eyes", ["Glasses", "EyesVisible"]),
        ("worn/256_hair_over_eyes", ["EyesVisible", "FaceOcclusionPrevention"]),
        ("worn/231_mask", ["MouthOcclusionPrevention", "FaceOcclusionPrevention"]),
        ("worn/236_mask_below_nose", ["MouthOcclusionPrevention", "FaceOcclusionPrevention"]),
        ("worn/248_hand", ["MouthOcclusionPrevention", "FaceOcclusionPrevention"]),
    ],
)
def test_what_is_worn_is_measured(bare, name, shows):
    found = _measured(f"{name}.jpg")
    for measure in shows:
        assert found[measure] > bare[measure] + 0.03, measure


@pytest.mark.parametrize("name", ["224_studio", "226_studio", "226_other", "258_studio"])
def test_a_headscarf_with_a_free_face_hides_neither_eyes_nor_mouth(name):
    found = _measured(f"people/{name}.jpg")
    assert found["EyesVisible"] < 0.05
    assert found["MouthOcclusionPrevention"] < 0.05
    assert found["FaceOcclusionPrevention"] < 0.2  # the scarf's edge lies on the face's
