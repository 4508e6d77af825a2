"""The closed forms against NumPy's polynomial fits."""

import numpy as np
import pytest

from pipeline.documents.mrz import fits


@pytest.fixture
def points():
    chance = np.random.default_rng(3)
    x = np.sort(chance.uniform(-40, 900, 37))
    y = 12 + 0.31 * x - 2e-4 * x * x + chance.normal(0, 1, 37)
    return x, y, chance.uniform(0.1, 2, 37)


def test_a_line_is_the_weighted_least_squares(points):
    x, y, weight = points
    assert fits.line(x, y, weight) == pytest.approx(np.polyfit(x, y, 1, w=np.sqrt(weight)))


def test_a_parabola_is_the_least_squares(points):
    x, y, _ = points
    assert fits.parabola(x, y) == pytest.approx(np.polyfit(x, y, 2), rel=1e-6)


def test_points_above_each_other_have_no_slope():
    assert fits.line(np.ones(3), np.array([1.0, 2.0, 6.0]), np.ones(3)) == (0.0, 3.0)
