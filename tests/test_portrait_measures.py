"""Every measure on pictures painted so that the raw value is known by hand."""

from __future__ import annotations

import sys
from types import ModuleType

import cv2
import numpy as np
import pytest

from models.faces._detector import Detection
from models.faces._landmarks import Landmarks
from pipeline.portrait import view as view_module
from pipeline.portrait.geometry import (
    CHIN,
    INNER_LIPS,
    LEFT_CORNERS,
    LEFT_LIDS,
    MOUTH_CORNERS,
    NOSE_TIP,
    RIGHT_CORNERS,
    RIGHT_LIDS,
)
from pipeline.portrait.locate import LocatedFace
from pipeline.portrait.measures import (
    COACHING,
    STANDARD_ORDER,
    coaching_measures,
    measures_in,
    standard_measures,
)
from pipeline.portrait.measures._measure import Measure, NotAssessed
from pipeline.portrait.passport import passport_measures
from pipeline.portrait.view import PortraitView, luminance

ALL = {measure.name: measure for measure in (*standard_measures(), *passport_measures())}
UNMEASURED = {"UnifiedQualityScore", "ExpressionNeutrality"}
BOX = (180, 220, 435, 460)  # of the face's outline below, x0 y0 x1 y1


def a_face(shift=(0.0, 0.0), scale=1.0, others=()):
    """A face that lies in the picture as OFIQ's alignment wants it, then scaled and shifted."""
    points = np.zeros((478, 3))
    points[:, :2] = (307.5, 340)
    points[127, :2], points[356, :2] = (180, 272), (435, 272)  # the outline is a quadrangle
    points[70, :2], points[300, :2] = (180, 220), (435, 220)
    points[list(RIGHT_CORNERS), :2] = [(231, 272), (271, 272)]
    points[list(LEFT_CORNERS), :2] = [(344, 272), (384, 272)]
    for upper, lower in RIGHT_LIDS:
        points[[upper, lower], :2] = [(251, 266), (251, 278)]
    for upper, lower in LEFT_LIDS:
        points[[upper, lower], :2] = [(364, 267), (364, 276)]
    for upper, lower in INNER_LIPS:
        points[[upper, lower], :2] = [(308, 399), (308, 405)]
    points[NOSE_TIP, :2] = (308, 336)
    points[list(MOUTH_CORNERS), :2] = [(262, 402), (355, 402)]
    points[CHIN, :2] = (307.5, 460)
    points[150, :2], points[379, :2] = (180, 460), (435, 460)
    points[:, :2] = points[:, :2] * scale + np.array(shift)
    box = np.array(BOX, float) * scale + np.tile(shift, 2)
    detection = Detection(box, np.zeros((6, 2)), 0.99)
    rest = tuple(Detection(np.array(o, float), np.zeros((6, 2)), 0.9) for o in others)
    return LocatedFace(detection, Landmarks(points, 0.99), rest)


def painted(colour, size=(616, 616)):
    picture = np.zeros((*size, 3), np.uint8)
    picture[:] = colour
    return picture


def a_view(picture, **face):
    return PortraitView(picture, a_face(**face))


def raw(name, view):
    return ALL[name].raw(view)


def answer(measure, view):
    """The raw value, or the reason why there is none."""
    try:
        return measure.raw(view)
    except NotAssessed as refusal:
        return refusal.reason


@pytest.fixture
def bare_background(monkeypatch):
    """A segmentation that sees a person in the middle third and nothing else."""

    class Middle:
        def person(self, rgb):
            mask = np.zeros(rgb.shape[:2], np.float32)
            third = rgb.shape[1] // 3
            mask[:, third : 2 * third] = 1
            return mask

    monkeypatch.setattr(view_module, "_segmentation", Middle)


def test_drawer_offers_what_ofiq_reports():
    assert [measure.name for measure in standard_measures()] == list(STANDARD_ORDER)
    assert len(STANDARD_ORDER) == 28


def test_coaching_needs_no_network_beside_the_face(monkeypatch):
    def refuse():
        raise AssertionError("a network was asked for")

    monkeypatch.setattr(view_module, "_segmentation", refuse)
    view = a_view(painted((180, 140, 120)))
    assert {measure.name for measure in coaching_measures()} == COACHING
    assert all(np.isfinite(measure.raw(view)) for measure in coaching_measures())


@pytest.mark.parametrize("measure", ALL.values(), ids=ALL)
def test_contract_of_every_measure(measure, bare_background):
    """A newcomer is picked up here: it answers with a number or refuses with a reason."""
    for remark in (measure.low, measure.high):
        for words in (remark.message, remark.advice, measure.label):
            assert words.id
            assert words.en
            assert words.id != words.en
    view = a_view(painted((180, 140, 120)))
    if measure.name in UNMEASURED:
        with pytest.raises(NotAssessed) as refusal:
            measure.raw(view)
        assert len(refusal.value.reason) > 10
        return
    value = measure.raw(view)
    assert isinstance(value, float)
    assert np.isfinite(value)
    assert measure.raw(view) == value, "measuring twice gives the same"
    if measure.scalar is not None:
        assert isinstance(measure.scalar(value), int)


@pytest.mark.parametrize("measure", ALL.values(), ids=ALL)
def test_measures_survive_a_face_that_leaves_the_picture(measure, bare_background):
    for shift in ((-400, -300), (500, 400), (0, -450)):
        value = answer(measure, a_view(painted((90, 90, 90)), shift=shift))
        assert isinstance(value, str) or np.isfinite(value)


def test_a_drawer_refuses_a_file_without_measure(tmp_path, monkeypatch):
    package = ModuleType("newcomers")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "newcomers", package)
    (tmp_path / "empty_one.py").write_text('"""Nothing."""\n')
    with pytest.raises(TypeError, match="empty_one offers no MEASURE"):
        measures_in("newcomers", [str(tmp_path)])


def test_a_newcomer_is_found_by_its_file(tmp_path, monkeypatch):
    package = ModuleType("drawer")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "drawer", package)
    (tmp_path / "twinkle.py").write_text(
        "from pipeline.portrait.measures.eyes_open import MEASURE as EYES\n"
        "from dataclasses import replace\n"
        'MEASURE = replace(EYES, name="Twinkle")\n'
    )
    (found,) = measures_in("drawer", [str(tmp_path)])
    assert isinstance(found, Measure)
    assert found.name == "Twinkle"


@pytest.mark.parametrize(
    ("colour", "level", "reason"),
    [
        ((0, 0, 0), 0, "black"),
        ((255, 255, 255), 255, "white"),
        ((255, 0, 0), 54, "0.2126 * 255 = 54.2"),
        ((0, 255, 0), 182, "0.7152 * 255 = 182.4"),
        ((0, 0, 255), 18, "0.0722 * 255 = 18.4"),
        ((128, 128, 128), 55, "((128/255 + 0.055) / 1.055)^2.4 = 0.2159"),
        ((10, 10, 10), 1, "linear part: 10 / 255 / 12.92 = 0.00304, times 255 = 0.77"),
    ],
)
def test_luminance_is_linear_and_rounded(colour, level, reason):
    assert luminance(painted(colour, (2, 3))).tolist() == [[level] * 3] * 2, reason


def test_exposure_of_a_face_in_two_halves():
    """Right half of the face at level 255, left half at 0: everything is known."""
    picture = painted((255, 255, 255))
    picture[:, 308:] = 0
    view = a_view(picture)
    white = float(view.histogram[255])
    assert white == pytest.approx(0.5, abs=0.01)
    assert raw("LuminanceMean", view) == pytest.approx(white)
    assert raw("LuminanceVariance", view) == pytest.approx(white * (1 - white))
    assert raw("UnderExposurePrevention", view) == pytest.approx(1 - white)
    assert raw("OverExposurePrevention", view) == pytest.approx(white)
    assert raw("DynamicRange", view) == pytest.approx(1, abs=0.01), "two equal levels: one bit"
    assert raw("IlluminationUniformity", view) == 0, "the cheeks have no level in common"


@pytest.mark.parametrize(
    ("grey", "dark", "burnt"),
    [(93, 0, 0), (88, 1, 0), (252, 0, 1), (250, 0, 0)],
    ids=["level 27", "level 25", "level 248", "level 244"],
)
def test_exposure_ranges_are_0_to_25_and_247_to_255(grey, dark, burnt):
    view = a_view(painted((grey,) * 3))
    assert raw("UnderExposurePrevention", view) == dark
    assert raw("OverExposurePrevention", view) == burnt


def test_an_even_face_is_evenly_lit():
    view = a_view(painted((160, 130, 110)))
    assert raw("IlluminationUniformity", view) == 1
    assert raw("DynamicRange", view) == 0


def test_cheeks_are_squares_below_the_eyes_towards_the_nose():
    right, left = a_view(painted((0, 0, 0))).cheeks
    assert right == (slice(337, 370), slice(251, 284)), "0.3 * 113 = 33 px; 272 + 130 / 2 = 337"
    assert left == (slice(337, 370), slice(331, 364))


@pytest.mark.parametrize(
    ("colour", "value", "reason"),
    [
        ((224, 172, 140), 0, "light skin"),
        ((110, 70, 50), 0, "dark skin"),
        ((90, 120, 230), 100, "blue: negative b"),
        ((60, 200, 90), 100, "green: negative a"),
        ((128, 128, 128), 100, "grey: a is a hair below zero"),
    ],
)
def test_natural_colour(colour, value, reason):
    assert raw("NaturalColour", a_view(painted(colour))) == pytest.approx(value), reason


def test_a_red_face_is_as_far_from_skin_as_it_looks():
    assert 5 < raw("NaturalColour", a_view(painted((240, 110, 100)))) < 30


def test_sharpness_falls_with_blur_and_not_with_contrast_or_light():
    texture = np.random.default_rng(3).integers(0, 256, (616, 616, 3)).astype(np.uint8)
    texture = cv2.GaussianBlur(texture, (0, 0), 1.5)
    values = [
        raw("Sharpness", a_view(cv2.GaussianBlur(texture, (0, 0), blur))) for blur in (0.1, 1, 2, 4)
    ]
    assert values == sorted(values), "per cent of blur"
    assert values[-1] > 4 * values[0]
    flat = (texture // 3 + 20).astype(np.uint8)
    assert raw("Sharpness", a_view(flat)) == pytest.approx(values[0], rel=0.7)
    assert raw("Sharpness", a_view(painted((90, 90, 90)))) > 2.2, "nothing to see is not sharp"


@pytest.mark.parametrize("shift", [0, 3], ids=["on the grid", "cropped off the grid"])
def test_compression_shows_at_its_blocks(shift):
    rows = np.linspace(60, 200, 616)
    scene = rows[:, None] + 20 * np.sin(np.arange(616) / 9)
    noise = np.random.default_rng(2).normal(0, 4, scene.shape)
    picture = np.clip(scene + noise, 0, 255).astype(np.uint8)[..., None].repeat(3, 2)
    values = [raw("CompressionArtifacts", a_view(picture[shift:, shift:]))]
    for quality in (90, 70, 40, 15):
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        again = cv2.imdecode(data, cv2.IMREAD_COLOR)[shift:, shift:]
        values.append(raw("CompressionArtifacts", a_view(again)))
    assert values == sorted(values), "the harder the compression, the higher"
    assert values[0] < 0.1
    assert values[-1] > 1.5


def test_compression_of_a_tiny_face_is_not_assessed():
    with pytest.raises(NotAssessed, match="too few pixels"):
        raw("CompressionArtifacts", a_view(painted((90, 90, 90), (60, 60)), scale=0.1))


def test_geometry_of_the_known_face():
    view = a_view(painted((0, 0, 0), (800, 640)))
    assert raw("EyesOpen", view) == pytest.approx(9 / 188, abs=1e-3)
    assert raw("MouthClosed", view) == pytest.approx(6 / 188, abs=1e-3)
    assert raw("HeadSize", view) == pytest.approx(188 / 800, abs=1e-3)
    assert raw("HeadHeight", view) == pytest.approx(2 * 188 / 800, abs=1e-3)
    assert raw("LeftwardCropOfTheFaceImage", view) == pytest.approx(364 / 113)
    assert raw("RightwardCropOfTheFaceImage", view) == pytest.approx((640 - 251) / 113)
    assert raw("MarginAboveOfTheFaceImage", view) == pytest.approx(272 / 188, abs=1e-3)
    assert raw("MarginBelowOfTheFaceImage", view) == pytest.approx((800 - 272) / 188, abs=1e-3)
    assert raw("EyeLine", view) == pytest.approx(272.5 / 800)
    assert raw("HeadCentre", view) == pytest.approx(308 / 640)


@pytest.mark.parametrize(
    ("name", "shift", "rises"),
    [
        ("LeftwardCropOfTheFaceImage", (50, 0), True),
        ("RightwardCropOfTheFaceImage", (50, 0), False),
        ("MarginAboveOfTheFaceImage", (0, 50), True),
        ("MarginBelowOfTheFaceImage", (0, 50), False),
        ("HeadCentre", (50, 0), True),
        ("EyeLine", (0, 50), True),
    ],
)
def test_framing_follows_the_face(name, shift, rises):
    picture = painted((0, 0, 0))
    assert (raw(name, a_view(picture, shift=shift)) > raw(name, a_view(picture))) is rises


def test_inter_eye_distance_is_corrected_for_the_turn():
    view = a_view(painted((0, 0, 0)))
    yaw = np.radians(view.pose.yaw)
    assert raw("InterEyeDistance", view) == pytest.approx(113 / np.cos(yaw), rel=1e-6)


@pytest.mark.parametrize(
    ("others", "share"),
    [
        ((), 0),
        (((0, 0, 51, 48),), 0.04),
        (((0, 0, 10, 10), (0, 0, 127.5, 120)), 0.25),
        (((0, 0, 900, 900),), 1),
    ],
    ids=["alone", "a fifth of the side", "the largest counts", "larger than the one that is meant"],
)
def test_single_face_compares_areas(others, share):
    assert raw("SingleFacePresent", a_view(painted((0, 0, 0)), others=others)) == pytest.approx(
        share
    )


def test_background_is_what_is_no_person(bare_background):
    picture = painted((255, 255, 255))
    picture[:, 205:410] = (200, 30, 30)  # the person
    view = a_view(picture)
    assert raw("BackgroundUniformity", view) == 0, "the person's edge is eroded away"
    assert raw("BackgroundLightness", view) == pytest.approx(100, abs=0.1)
    assert raw("BackgroundTint", view) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    ("colour", "lightness", "tint"),
    [((0, 0, 0), 0, 0), ((119, 119, 119), 50, 0), ((255, 0, 0), 53.2, 104.6)],
    ids=["black", "middle grey", "sRGB red"],
)
def test_background_colour_is_cielab(bare_background, colour, lightness, tint):
    view = a_view(painted(colour))
    assert raw("BackgroundLightness", view) == pytest.approx(lightness, abs=0.3)
    assert raw("BackgroundTint", view) == pytest.approx(tint, abs=0.3)


def test_a_restless_background_is_noticed(bare_background):
    calm = painted((220, 220, 220))
    restless = calm.copy()
    restless[::20] = 40
    assert raw("BackgroundUniformity", a_view(restless)) > 100
    assert raw("BackgroundUniformity", a_view(calm)) == 0


@pytest.mark.parametrize("scale", [0.5, 0.63, 1.0])
def test_the_edge_of_the_picture_counts_little(bare_background, scale):
    """The aligned picture is black outside the portrait; as in OFIQ a pixel of that edge counts."""
    size = (round(420 * scale),) * 2
    view = a_view(painted((230, 230, 230), size), scale=scale, shift=(-100 * scale, -100 * scale))
    assert view.aligned[5, 5].tolist() == [0, 0, 0]
    assert raw("BackgroundUniformity", view) < 20, "the black edge itself would give 1,000 and more"
    assert raw("BackgroundLightness", view) == pytest.approx(91.3, abs=0.5)


def test_no_background_is_not_assessed(monkeypatch):
    class Everywhere:
        def person(self, rgb):
            return np.ones(rgb.shape[:2], np.float32)

    monkeypatch.setattr(view_module, "_segmentation", Everywhere)
    for name in ("BackgroundUniformity", "BackgroundLightness", "BackgroundTint"):
        with pytest.raises(NotAssessed, match="no background"):
            raw(name, a_view(painted((255, 255, 255))))


@pytest.mark.parametrize("scale", [0.5, 2, 5])
def test_pixels_do_not_change_the_measures_of_light(scale):
    """The same scene at another resolution: all is measured on the aligned face."""
    rows = np.linspace(40, 220, 616).astype(np.uint8)
    picture = np.repeat(rows[:, None, None], 616, 1).repeat(3, 2)
    picture[:, 300:320] = 230
    side = round(616 * scale)
    other = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    shift = ((scale - 1) / 2,) * 2
    one, two = a_view(picture), a_view(other, scale=scale, shift=shift)
    for name in ("LuminanceMean", "LuminanceVariance", "UnderExposurePrevention"):
        assert raw(name, two) == pytest.approx(raw(name, one), abs=0.01)
    assert raw("IlluminationUniformity", two) == pytest.approx(1, abs=0.1)
