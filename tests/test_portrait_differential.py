"""The formulas against OFIQ's own compiled code, which looks at the same landmarks and masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy._ofiq_faces import pictures, whole_view
from benchmarks.accuracy.portrait_ofiq import COMPARED, GOLD, Pair, compared, summary
from benchmarks.peers.ofiq_stubs import Seen, scored

FACES = 62  # the gold people as they are, then turned, moved, scaled, lit, blurred, compressed


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    named = pictures(sorted(GOLD.rglob("*.jpg")), FACES, seed=29794)
    return compared(named, tmp_path_factory.mktemp("ofiq"))


def test_every_component_of_sixty_faces_is_compared(pairs: list[Pair]) -> None:
    assert len({pair.picture for pair in pairs}) >= 60
    missing = {
        name: len({pair.picture for pair in pairs if pair.component == name}) for name in COMPARED
    }
    assert min(missing.values()) >= 60, missing


def test_all_scalars_are_within_one_of_ofiq_and_nearly_all_are_equal(pairs: list[Pair]) -> None:
    assert not [pair for pair in pairs if pair.apart > 1]
    assert summary(pairs)["equal"] >= 0.99


@pytest.mark.parametrize(
    ("component", "tolerance", "reason"),
    [
        ("EyesOpen", 1e-6, "lengths are exact"),
        ("MouthClosed", 1e-6, "lengths are exact"),
        ("InterEyeDistance", 1e-5, "lengths are exact"),
        ("MarginAboveOfTheFaceImage", 1e-6, "lengths are exact"),
        ("MarginBelowOfTheFaceImage", 1e-6, "lengths are exact"),
        ("SingleFacePresent", 1e-6, "a ratio of areas"),
        ("LuminanceMean", 1e-5, "the same pixels; OFIQ's histogram has single precision"),
        ("UnderExposurePrevention", 1e-4, "the mask is filled pixel for pixel as OFIQ does"),
        ("BackgroundUniformity", 0.05, "of gradients up to thousands"),
    ],
)
def test_raw_values_agree(pairs: list[Pair], component: str, tolerance: float, reason: str) -> None:
    apart = [abs(pair.raw - pair.ofiq_raw) for pair in pairs if pair.component == component]
    assert max(apart) < tolerance, reason


def test_the_scalars_are_spread_so_that_equality_means_something(pairs: list[Pair]) -> None:
    spread = {
        name: np.ptp([pair.scalar for pair in pairs if pair.component == name])
        for name in ("EyesOpen", "MouthClosed", "LuminanceMean", "IlluminationUniformity")
    }
    assert min(spread.values()) > 20, spread


def test_ofiq_sees_what_it_is_told(tmp_path: Path) -> None:
    """The stubs are no formality: another nose, pose or box changes OFIQ's answer as it must."""
    (_, image), *_ = pictures(sorted(GOLD.rglob("*_studio.jpg")), 1, seed=0)
    view = whole_view(image)
    assert view is not None
    landmarks = np.tile([[200, 250]], (98, 1))
    landmarks[[60, 64, 68, 72]] = [(150, 230), (180, 230), (235, 231), (265, 231)]
    landmarks[16] = (208, 380)
    landmarks[54], landmarks[76], landmarks[82] = (208, 280), (180, 315), (240, 315)
    size, boxes = (image.shape[1], image.shape[0]), [(80, 150, 256, 256), (10, 10, 128, 128)]
    answers = scored(tmp_path, Seen(size, landmarks, boxes, yaw=10, pitch=5, roll=3), image)
    distance = np.hypot(85, 1) / np.cos(np.radians(10))
    assert answers["InterEyeDistance"][0] == pytest.approx(distance, abs=1e-4)
    assert abs(answers["HeadPoseYaw"][0]) == pytest.approx(10, abs=1e-5)
    assert answers["SingleFacePresent"][0] == pytest.approx(0.25, abs=1e-6)
    assert answers["HeadSize"][0] == pytest.approx(np.hypot(0.5, 149.5) / size[1], abs=0.01)
