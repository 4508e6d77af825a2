"""Generated hard pictures: repeatable, of every kind, with a truth that can be trusted."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from fixtures.documents.scenes import EMPTY, KINDS, negative, negative_kind, scene
from fixtures.documents.scenes.lines import FORMATS, invented
from pipeline.documents.mrz import parse_mrz

ONE_OF_EACH = range(440, 440 + len(KINDS))


@pytest.mark.parametrize("seed", ONE_OF_EACH)
def test_a_scene_shows_its_zone_within_the_picture(seed: int) -> None:
    made = scene(seed)
    assert made.image.dtype == np.uint8
    assert made.image.ndim == 3
    height, width = made.image.shape[:2]
    corners = np.array(made.polygon)
    assert corners.shape == (4, 2)
    assert np.all(corners > -0.02 * width)  # a bent zone may bulge over its corners
    assert np.all(corners < np.array([width, height]) * 1.02)
    along = np.linalg.norm(corners[1] - corners[0])
    assert along > 270  # px that a line takes: less could not be read by a person


def test_a_seed_gives_the_same_picture_again() -> None:
    one, other = scene(17), scene(17)
    assert np.array_equal(one.image, other.image)
    assert one.lines == other.lines


def test_kinds_are_balanced_and_all_formats_occur() -> None:
    kinds = Counter(list(KINDS)[seed % len(KINDS)] for seed in range(10_000))
    assert max(kinds.values()) - min(kinds.values()) <= 1
    formats = Counter(invented(random.Random(seed))[0] for seed in range(600))
    assert set(formats) == set(FORMATS)


def test_lines_keep_the_rules_but_for_a_bad_digit_in_fifty() -> None:
    """The reader's own parser agrees with lines that were composed without it."""
    broken = 0
    for seed in range(2000):
        name, lines = invented(random.Random(f"lines {seed}"))
        read = parse_mrz(lines)
        assert read.format == name, lines
        codes = {f.code for f in read.findings if f.severity != "info"} - {"mrz.expired"}
        assert codes <= {"mrz.check_digit"}, lines
        broken += bool(codes)
    assert 15 <= broken <= 75


@pytest.mark.parametrize("seed", [1, 2, 3, 8, 9])
def test_a_picture_without_a_zone_has_2000_pixels(seed: int) -> None:
    picture = negative(seed)
    assert picture.dtype == np.uint8
    assert max(picture.shape[:2]) == 2000
    assert negative_kind(seed) in EMPTY


def test_a_third_of_the_pictures_without_a_zone_are_cards() -> None:
    kinds = Counter(negative_kind(seed) for seed in range(3000))
    assert kinds["card"] == 1000
    assert set(kinds) == set(EMPTY)
