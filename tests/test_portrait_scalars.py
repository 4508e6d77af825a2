"""Raw to scalar: OFIQ's formulas worked out by hand, bounds and monotony."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.portrait import scalars
from pipeline.portrait.measures import standard_measures

MEASURES = {measure.name: measure for measure in standard_measures()}
finite = st.floats(-1e6, 1e6)
widths = st.floats(1e-3, 1e3)


@pytest.mark.parametrize(
    ("name", "raw", "scalar", "reason"),
    [
        ("InterEyeDistance", 70, 50, "the sigmoid's middle"),
        ("InterEyeDistance", 90, 73, "one width above: 1 / (1 + e^-1) = 0.731"),
        ("InterEyeDistance", 50, 27, "one width below: 1 / (1 + e) = 0.269"),
        ("EyesOpen", 0.02, 50, "the sigmoid's middle"),
        ("EyesOpen", 0.06, 98, "four widths above: 0.982"),
        ("EyesOpen", 0.0, 12, "two widths below: 0.119"),
        ("MouthClosed", 0.2, 50, "the falling sigmoid's middle"),
        ("MouthClosed", 0.0, 97, "1 - 1 / (1 + e^(0.2 / 0.06)) = 0.9655"),
        ("HeadSize", 0.45, 100, "the optimum"),
        ("HeadSize", 0.375, 36, "a passport's crop: 200 * (1 - 0.8176)"),
        ("HeadSize", 0.525, 36, "as far above the optimum"),
        ("LeftwardCropOfTheFaceImage", 0.9, 50, "the sigmoid's middle"),
        ("RightwardCropOfTheFaceImage", 1.1, 88, "two widths above: 0.881"),
        ("MarginAboveOfTheFaceImage", 1.4, 50, "the sigmoid's middle"),
        ("MarginBelowOfTheFaceImage", 1.8, 50, "the sigmoid's middle"),
        ("HeadPoseYaw", 0, 100, "frontal"),
        ("HeadPoseYaw", -45, 50, "cos^2 45"),
        ("HeadPosePitch", 60, 25, "cos^2 60"),
        ("HeadPoseRoll", 120, 0, "beyond a quarter turn"),
        ("LuminanceMean", 0.5, 100, "0.9975 * 0.9975"),
        ("LuminanceMean", 0.2, 50, "the lower sigmoid's middle"),
        ("LuminanceMean", 0.8, 50, "the upper sigmoid's middle"),
        ("LuminanceVariance", 1 / 60, 100, "60 v = 1: sin of a right angle"),
        ("LuminanceVariance", 0, 0, "no variance"),
        ("UnderExposurePrevention", 0, 100, "120 * 0.832 = 99.84"),
        ("UnderExposurePrevention", 0.92, 40, "120 * (0.832 - 0.5) = 39.84"),
        ("UnderExposurePrevention", 1, 0, "120 * (0.832 - 0.832) = 0"),
        ("OverExposurePrevention", 0, 100, "1 / 0.01"),
        ("OverExposurePrevention", 0.09, 10, "1 / 0.1"),
        ("DynamicRange", 8, 100, "eight bits"),
        ("DynamicRange", 6.5, 81, "81.25"),
        ("IlluminationUniformity", 1, 100, "the same histogram"),
        ("IlluminationUniformity", 0, 0, "nothing in common"),
        ("IlluminationUniformity", 0.5, 81, "0.5^0.3 = 0.8123"),
        ("NaturalColour", 0, 100, "200 * 0.5"),
        ("NaturalColour", 10, 54, "200 * 0.2689"),
        ("NaturalColour", 100, 0, "no skin"),
        ("BackgroundUniformity", 0, 100, "190 * 0.525 = 99.7"),
        ("BackgroundUniformity", 10, 95, "190 * 0.5"),
        ("BackgroundUniformity", 110, 51, "190 * 0.2689"),
        ("SingleFacePresent", 0, 100, "alone"),
        ("SingleFacePresent", 0.25, 75, "another face of a quarter of the area"),
        ("Sharpness", 1.8, 50, "own curve: its middle"),
        ("CompressionArtifacts", 0.0, 100, "own curve: no blocks"),
        ("CompressionArtifacts", 1.75, 51, "own curve: its middle, 102 / 2"),
    ],
)
def test_scalar_of_the_standard(name, raw, scalar, reason):
    mapping = MEASURES[name].scalar
    assert mapping is not None
    assert mapping(raw) == scalar, reason


@given(value=finite, middle=finite, width=widths)
def test_logistic_is_a_share(value, middle, width):
    assert 0 <= scalars.logistic(value, middle, width) <= 1


@given(value=finite, step=st.floats(0, 1e3), middle=finite, width=widths)
def test_sigmoid_never_falls_and_falling_never_rises(value, step, middle, width):
    more = value + step
    assert scalars.sigmoid(value, middle, width) <= scalars.sigmoid(more, middle, width)
    assert scalars.falling(value, middle, width) >= scalars.falling(more, middle, width)


@given(raw=st.floats(0, 1))
def test_every_scalar_lies_within_0_and_100(raw):
    for measure in standard_measures():
        if measure.scalar is not None:
            assert 0 <= measure.scalar(raw) <= 100


@given(degrees=st.floats(-180, 180))
def test_pose_counts_both_sides_alike(degrees):
    assert scalars.frontal(degrees) == scalars.frontal(-degrees)


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.5, 1), (1.5, 2), (2.5, 3), (-3, 0), (100.4, 100)]
)
def test_rounding_is_half_up_as_in_the_reference(value, rounded):
    assert scalars.clamped(value) == rounded


def test_extremes_do_not_overflow():
    assert scalars.sigmoid(-math.inf, 0, 1) == 0
    assert scalars.sigmoid(1e308, 0, 1e-3) == 100
