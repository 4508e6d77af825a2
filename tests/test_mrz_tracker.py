"""Frames of a camera: fused where single ones fail, forgotten in time, never sure and wrong."""

import dataclasses
import random
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from capture.sample import Sample
from fixtures.documents.scenes.lines import invented
from pipeline.documents.mrz import MrzReading, MrzTracker, read_mrz
from pipeline.documents.mrz.assess import assessed, not_found
from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.documents.mrz.decode import laid
from pipeline.documents.mrz.formats import FORMATS
from pipeline.documents.mrz.repair import repair
from pipeline.documents.mrz.tracker import fused
from pipeline.policy import load_policy

FOLDER = Path(__file__).parent.parent / "fixtures" / "applications"
TODAY = date(2026, 11, 23)
POLICY = load_policy()


def reading_of(name, lines, rng, hidden=0.0, sure=0.98):
    """What a frame of ``lines`` gives; a share of the cells is hidden or taken for another."""
    seen = np.full((len(lines), len(lines[0]), 37), (1 - sure) / 37)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            cell = seen[row, column]
            if rng.random() >= hidden:
                cell[ALPHABET.index(character)] = sure
            else:
                own, other = sorted(rng.dirichlet((2, 2)))[:: rng.choice([-1, 1], p=(0.3, 0.7))]
                cell[rng.integers(37)] += 0.9 * own
                cell[ALPHABET.index(character)] += 0.9 * other
    decoding, repairs = repair(laid(FORMATS[name], seen / seen.sum(axis=2, keepdims=True)))
    return assessed(decoding, repairs, POLICY, today=TODAY)


def page(case):
    return Sample.from_file(FOLDER / case / "passport.jpg").image


@pytest.fixture(scope="module")
def lines():
    return read_mrz(page("pass"), today=TODAY).lines


def frame(image, seed, width=370):
    """A small, blurred, noisy picture with a reflection that wanders along the zone."""
    rng = np.random.default_rng(seed)
    height = round(image.shape[0] * width / image.shape[1])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.5, 0.8))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    middle, reach = rng.uniform(0.1, 0.9) * width, 0.02 * width
    spot = np.exp(-(((x - middle) / reach) ** 2 + ((y - 0.87 * height) / (3 * reach)) ** 2) / 2)
    small += (255 - small) * (0.9 * spot)[..., None] + rng.normal(0, 13, small.shape[:2])[..., None]
    return np.clip(small, 0, 255).astype(np.uint8)


def test_fused_is_right_where_single_frames_are_not(lines):
    single = [read_mrz(frame(page("pass"), seed), today=TODAY) for seed in range(7)]
    assert any(reading.lines != lines for reading in single)
    tracker = MrzTracker(today=TODAY)
    for reading in single:
        tracked = tracker.update(reading)
    assert tracked.reading.lines == lines
    assert tracked.frames == len(single)
    assert tracked.reading.zone_confidence > max(r.zone_confidence for r in single[:2])


def test_pictures_and_readings_may_be_given():
    sharp = page("pass")
    tracker = MrzTracker(today=TODAY)
    first = tracker.update(sharp)
    second = tracker.update(read_mrz(sharp, today=TODAY))
    assert (first.sure, first.frames, first.agreeing) == (False, 1, 1)
    assert (second.sure, second.frames, second.agreeing) == (True, 2, 2)
    assert second.to_dict()["reading"]["verified"] is True


def test_one_frame_is_never_sure(lines):
    rng = np.random.default_rng(0)
    assert not MrzTracker(today=TODAY).update(reading_of("TD3", lines, rng)).sure


def test_another_document_starts_anew(lines):
    rng = np.random.default_rng(0)
    other = read_mrz(page("review"), today=TODAY).lines
    assert other != lines
    tracker = MrzTracker(today=TODAY)
    for _ in range(3):
        tracker.update(reading_of("TD3", lines, rng))
    changed = tracker.update(reading_of("TD3", other, rng))
    assert (changed.changed, changed.frames, changed.sure) == (True, 1, False)
    assert changed.reading.lines == other
    assert tracker.update(reading_of("TD3", other, rng)).sure


def test_the_same_holder_with_a_renewed_passport_is_another_document(lines):
    """Number, expiry and their digits differ; name, birth and nationality do not."""
    rng = np.random.default_rng(0)
    first, second = lines
    renewed = (first, "X0000001" + second[8:21] + "310101" + second[27:])
    tracker = MrzTracker(today=TODAY)
    tracker.update(reading_of("TD3", lines, rng))
    assert tracker.update(reading_of("TD3", renewed, rng)).changed


def test_a_poor_frame_is_no_other_document(lines):
    rng = np.random.default_rng(1)
    tracker = MrzTracker(today=TODAY)
    for _ in range(3):
        tracker.update(reading_of("TD3", lines, rng))
    tracked = tracker.update(reading_of("TD3", lines, rng, hidden=0.08))
    assert not tracked.changed
    assert tracked.reading.lines == lines


@pytest.mark.parametrize(
    ("gap", "frames", "reason"),
    [(3, 3, "a short gap is bridged"), (11, 1, "after a long gap the zone is forgotten")],
)
def test_gaps(lines, gap, frames, reason):
    rng = np.random.default_rng(0)
    tracker = MrzTracker(today=TODAY)
    for _ in range(2):
        tracker.update(reading_of("TD3", lines, rng))
    for _ in range(gap):
        tracker.update(not_found())
    assert tracker.update(reading_of("TD3", lines, rng)).frames == frames, reason


def test_reset_and_nothing_seen():
    tracker = MrzTracker()
    nothing = tracker.update(not_found())
    assert (nothing.reading.found, nothing.sure, nothing.frames) == (False, False, 0)
    tracker.reset()
    assert tracker.update(MrzReading(found=True)).frames == 0  # a reading of another engine


def test_sure_is_never_wrong():
    """40 documents of every format, each seen in ten frames of which many characters are spoilt."""
    sure = 0
    for seed in range(40):
        name, printed = invented(random.Random(seed))
        rng = np.random.default_rng(seed)
        tracker = MrzTracker(today=TODAY)
        hidden = rng.choice((0.02, 0.1, 0.25))
        for _ in range(10):
            tracked = tracker.update(reading_of(name, printed, rng, hidden=hidden))
            if tracked.sure:
                sure += 1
                assert tracked.reading.lines == printed
                break
    assert sure >= 15


def test_frames_that_agree_make_surer_but_not_without_end():
    one = np.full((1, 1, 1, 37), 0.4 / 36)
    one[..., 5] = 0.6
    shares = [float(fused(np.repeat(one, n, 0), np.ones(n))[0, 0, 5]) for n in (1, 2, 5, 500)]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.6, abs=0.01)
    assert shares[-1] < 0.9999


def test_the_distributions_are_not_part_of_a_reading_to_others():
    reading = reading_of("TD3", ("P<UTOA<<B".ljust(44, "<"), "0" * 44), np.random.default_rng(0))
    assert not any("seen" in key for key in reading.to_dict())
    assert dataclasses.replace(reading, _seen=None) == reading
