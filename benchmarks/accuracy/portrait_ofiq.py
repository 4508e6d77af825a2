"""Do Periksa's formulas give OFIQ's scalars, when both look at the same face?

    ./dev bench accuracy.portrait_ofiq [--pictures FOLDER] [--count N]

OFIQ is the reference implementation of ISO/IEC 29794-5; python-ofiq is its compiled library without
weights. Its networks are replaced by ones that repeat what Periksa sees (landmarks, pose, person),
so every difference is one of the formulas. ``--pictures``: other pictures than the gold people.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append
from benchmarks.accuracy._ofiq_faces import pictures, seen_by_ofiq, whole_view
from benchmarks.peers.ofiq_stubs import scored
from pipeline.portrait.measures import standard_measures
from pipeline.portrait.measures._measure import NotAssessed
from pipeline.portrait.view import PortraitView

GOLD = Path(__file__).parent.parent.parent / "fixtures" / "gold" / "people"
COMPARED = (  # whose formula needs nothing but landmarks, pose, light and the person's outline
    "BackgroundUniformity",
    "IlluminationUniformity",
    "LuminanceMean",
    "LuminanceVariance",
    "UnderExposurePrevention",
    "OverExposurePrevention",
    "DynamicRange",
    "NaturalColour",
    "SingleFacePresent",
    "EyesOpen",
    "MouthClosed",
    "InterEyeDistance",
    "HeadSize",
    "LeftwardCropOfTheFaceImage",
    "RightwardCropOfTheFaceImage",
    "MarginAboveOfTheFaceImage",
    "MarginBelowOfTheFaceImage",
    "HeadPoseYaw",
    "HeadPosePitch",
    "HeadPoseRoll",
)


@dataclass(frozen=True)
class Pair:
    """One component of one picture: Periksa's raw value and scalar, and OFIQ's."""

    picture: str
    component: str
    raw: float
    scalar: int
    ofiq_raw: float
    ofiq_scalar: float

    @property
    def apart(self) -> float:
        """Distance of the scalars."""
        return abs(self.scalar - self.ofiq_scalar)


def compared(named: Iterable[tuple[str, NDArray[np.uint8]]], folder: Path) -> list[Pair]:
    """Every component of every picture with a whole face; ``folder`` takes OFIQ's stubs."""
    pairs: list[Pair] = []
    for name, image in named:
        view = whole_view(image)
        if view is None:
            continue
        theirs = scored(folder, seen_by_ofiq(view), image)
        ours = _ours(view)
        pairs += [
            Pair(name, each, *ours[each], *theirs[each])
            for each in COMPARED
            if each in ours and each in theirs
        ]
    return pairs


def _ours(view: PortraitView) -> dict[str, tuple[float, int]]:
    answers: dict[str, tuple[float, int]] = {}
    for measure in standard_measures():
        if measure.scalar is None:
            continue
        try:
            raw = measure.raw(view)
        except NotAssessed:
            continue
        answers[measure.name] = (raw, measure.scalar(raw))
    return answers


def summary(pairs: list[Pair]) -> dict[str, Any]:
    """Shares of equal scalars and of those within 1, and the worst per component."""
    apart = np.array([pair.apart for pair in pairs])
    worst = {
        name: max(pair.apart for pair in pairs if pair.component == name)
        for name in sorted({pair.component for pair in pairs})
    }
    return {
        "faces": len({pair.picture for pair in pairs}),
        "components": len(worst),
        "pairs": len(pairs),
        "equal": round(float((apart == 0).mean()), 5),
        "within_1": round(float((apart <= 1).mean()), 5),
        "worst": {name: value for name, value in worst.items() if value > 0},
    }


def main() -> None:
    """Print the summary and every pair that is more than 1 apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, default=GOLD)
    parser.add_argument("--count", type=int, default=76)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    paths = sorted(options.pictures.rglob("*.jpg"))
    with tempfile.TemporaryDirectory() as folder:
        pairs = compared(pictures(paths, options.count, options.seed), Path(folder))
    figures = summary(pairs)
    append("portrait_ofiq", {"gold": options.pictures == GOLD, **figures})
    print(json.dumps(figures, indent=1))
    for pair in pairs:
        if pair.apart > 1:
            print(pair)


if __name__ == "__main__":
    main()
