"""Several frames and references: what they add, and what is said when they contradict."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline import load_policy, match_many
from pipeline.faces.fuse import averaged, compare_many
from pipeline.faces.match import DescribedFace
from pipeline.faces.quality import FaceQuality

FOLDER = Path(__file__).parent.parent / "fixtures" / "applications"
BLANK = np.full((400, 300, 3), 240, np.uint8)
GOOD = FaceQuality(90, 0.05, 120, 120, 60, 2, 3)
LIMIT, REVIEW = 0.97, 0.80  # well above and below any threshold of the shipped calibrations


def _face(likeness: float, sharpness: float = 0.05) -> DescribedFace:
    """A face whose cosine with ``_face(1)`` is ``likeness``."""
    template = np.zeros(128, np.float32)
    template[:2] = likeness, np.sqrt(1 - likeness**2)
    quality = FaceQuality(90, sharpness, 120, 120, 60, 2, 3)
    return DescribedFace(template, 90, quality)


def _fused(frames: list[float], references: list[float]) -> tuple[str, list[str]]:
    names = [f"f{n}" for n in range(len(frames))], [f"r{n}" for n in range(len(references))]
    fused = compare_many(
        [_face(x) for x in frames], [_face(x) for x in references], load_policy(), names=names
    )
    return fused.decision, [finding.code for finding in fused.findings]


@pytest.mark.parametrize(
    ("frames", "references", "decision", "codes"),
    [
        pytest.param([1.0], [LIMIT], "match", [], id="one of each"),
        pytest.param([1.0], [LIMIT, LIMIT], "match", [], id="both references match"),
        pytest.param([1.0], [LIMIT, 0.93], "match", [], id="one matches, one is uncertain"),
        pytest.param(
            [1.0], [LIMIT, 0.2], "review", ["face.references_disagree"],
            id="one denies: the portrait may be substituted",
        ),
        pytest.param([1.0], [0.2, 0.3], "no_match", [], id="all deny"),
        pytest.param([1.0], [0.93, 0.93], "review", [], id="two doubts are no proof"),
        pytest.param([1.0, 0.999], [0.99], "match", [], id="two frames"),
        pytest.param([1.0, 0.3], [0.9], "review", ["face.frames_differ"], id="two people"),
    ],
)  # fmt: skip
def test_what_follows_from_all_together(
    frames: list[float], references: list[float], decision: str, codes: list[str]
) -> None:
    found, told = _fused(frames, references)
    assert found == decision
    assert told == codes


def test_the_rate_counts_every_chance() -> None:
    """Three references give a stranger three chances; averaged frames raise scores."""
    policy = load_policy()
    one = compare_many([_face(1)], [_face(0.93)], policy, names=(["a"], ["b"]))
    three = compare_many([_face(1)], [_face(0.93)] * 3, policy, names=(["a"], ["b", "c", "d"]))
    frames = compare_many([_face(1)] * 2, [_face(0.93)], policy, names=(["a", "a"], ["b"]))
    assert one.fmr is not None
    assert one.fmr == one.parts[0].fmr
    assert three.fmr == pytest.approx(3 * one.fmr)
    assert frames.fmr == pytest.approx(2 * policy.number("faces", "frame_factor") * one.fmr)


def test_frames_are_averaged_and_the_sharpest_tells_the_quality() -> None:
    mean = averaged([_face(1, 0.02), _face(0.9, 0.06)])
    assert np.linalg.norm(mean.template) == pytest.approx(1)
    assert mean.quality is not None
    assert mean.quality.sharpness == 0.06


def test_a_missing_face_is_told_and_the_others_are_compared() -> None:
    pictures = [FOLDER / "pass" / "passport.jpg", BLANK]
    fused = match_many([FOLDER / "pass" / "portrait.jpg"], pictures, regimes=["document", "chip"])
    assert fused.parts[0].decision == "match"
    assert fused.parts[0].regime == "document"
    assert fused.parts[1].score is None
    assert fused.best == 0
    entry = fused.to_dict()
    assert json.loads(json.dumps(entry)) == entry
    assert entry["pad"]["status"] == "not_assessed"


@pytest.mark.parametrize(
    ("probes", "references", "regimes"),
    [
        pytest.param([], [BLANK], None, id="no probe"),
        pytest.param([BLANK], [], None, id="no reference"),
        pytest.param([BLANK], [BLANK], ["live", "chip"], id="too many regimes"),
    ],
)
def test_a_comparison_needs_both_sides(probes: list, references: list, regimes: list) -> None:
    with pytest.raises(ValueError, match="at least one"):
        match_many(probes, references, regimes=regimes)


def test_nobody_in_any_picture_is_for_review() -> None:
    fused = match_many([BLANK], [BLANK, BLANK])
    assert (fused.decision, fused.fmr, fused.best) == ("review", None, None)
