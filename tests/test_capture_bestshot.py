"""The best shot of a burst, on bursts whose best frame is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from camera_frames import frame

from capture.bestshot import best_shot

FACE = (145.0, 90.0, 255.0, 250.0)  # in the frames of a burst: the wall behind may burn out


def burst(seed):
    """Twelve frames of one scene: four of a camera that is still dark, then blur of some amount."""
    chance = np.random.default_rng(seed)
    scene = frame(scale=0.8)[150:550, 440:840]
    blurs = chance.permutation(np.linspace(0, 3.5, 8))
    frames = [gained(scene, gain, 0) for gain in (0.15, 0.3, 0.4, 0.5)]
    frames += [gained(scene, chance.uniform(0.95, 1.05), blur) for blur in blurs]
    noisy = [
        np.clip(each + chance.normal(0, 2.5, each.shape), 0, 255).astype(np.uint8)
        for each in frames
    ]
    return noisy, [4 + index for index in np.flatnonzero(blurs <= 0.5)]


def gained(picture, gain, blur):
    seen = cv2.GaussianBlur(picture, (0, 0), blur) if blur > 0.2 else picture
    return np.clip(seen * gain, 0, 255)


@pytest.mark.parametrize("seed", range(8))
def test_the_sharpest_well_exposed_frame_is_taken(seed):
    frames, best = burst(seed)
    shot = best_shot(frames, regions=[FACE] * len(frames))
    assert shot.index in best, "half a pixel of blur is not seen at half the size"
    assert shot.exposed
    assert shot.score is None


def test_a_score_decides_between_sharp_frames_only():
    frames = [frame(scale=0.8, noise=1), frame(scale=0.8, noise=2), frame(scale=0.8, blur=3)]
    shot = best_shot(frames, [50.0, 60.0, 99.0].__getitem__)
    assert shot.index == 1, "as sharp, and liked better; the blurred one does not compete"
    assert shot.score == 60.0


def test_a_frame_without_a_score_is_the_last_resort():
    frames = [frame(scale=0.8, noise=seed) for seed in range(3)]
    assert best_shot(frames, lambda i: None if i != 1 else 0.0).index == 1
    assert best_shot(frames, lambda i: None).score is None


def test_regions_keep_a_sharp_background_out():
    """Of two frames the face is sharp in one and the wall in the other."""
    blocks = np.random.default_rng(3).integers(0, 255, (72, 30, 3)).astype(np.uint8)
    wall = np.kron(blocks, np.ones((10, 10, 1), np.uint8))
    sharp, blurred = frame(scale=0.8), frame(scale=0.8, blur=4)
    blurred[:, :300] = wall
    sharp[:, :300] = cv2.GaussianBlur(wall, (0, 0), 6)
    box = (500.0, 150.0, 800.0, 500.0)
    assert best_shot([sharp, blurred]).index == 1
    assert best_shot([sharp, blurred], regions=[box, box]).index == 0


def test_burnt_out_frames_are_passed_over():
    good = frame(scale=0.8, gain=0.6, blur=1.0)
    burnt = frame(scale=0.8, gain=1.3)
    burnt[:200] = 255
    assert best_shot([good, burnt, good]).index in (0, 2)


def test_a_dark_face_is_no_dark_frame():
    frames = [frame("231_studio", scale=0.8, gain=0.35, noise=seed) for seed in range(3)]
    assert best_shot(frames).exposed


def test_a_region_outside_counts_as_the_whole_frame():
    frames = [frame(scale=0.8), frame(scale=0.8, blur=3)]
    assert best_shot(frames, regions=[(2000, 0, 2100, 50)] * 2).index == 0


def test_an_empty_burst_is_refused():
    with pytest.raises(ValueError, match="at least one frame"):
        best_shot([])
