"""Portraits of drawn people in drawn poses; can be stopped and started again.

``python -m models.training.pose.render --out DIR --first 5000 --count 75``
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from fixtures import head_data
from fixtures.people.shot import Shot
from fixtures.people.studio import Sitter

SHOTS = 9
"""Pictures of each person."""
_TURN = 22.0  # degrees, at most, of each angle
_LIGHTS = ("studio", "office", "window", "flash", "hard_side", "top")
_SHARES = (0.35, 0.2, 0.2, 0.15, 0.05, 0.05)
_EXPRESSIONS = ("neutral", "slight_smile", "serious", "smile", "eyes_closed", "mouth_open")


def main() -> None:
    """Render the people ``first`` to ``first + count - 1``, each with a file of truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=5000)
    parser.add_argument("--count", type=int, default=75)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    head = head_data.load(None)
    for seed in range(options.first, options.first + options.count):
        if (options.out / f"{seed}.json").exists():
            continue
        rng = np.random.default_rng(seed)
        sitter = Sitter(seed, "F" if seed % 2 else "M")
        rows = []
        for number in range(SHOTS):
            picture, truth = sitter.photograph(head, _shot(rng))
            name = f"{seed}_{number}.jpg"
            bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
            cv2.imwrite(str(options.out / name), bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])
            rows.append({"file": name, **truth.to_dict()})
        (options.out / f"{seed}.json").write_text(json.dumps(rows))


def _shot(rng: np.random.Generator) -> Shot:
    yaw, pitch, roll = rng.uniform(-_TURN, _TURN, 3)
    return Shot(
        yaw=float(yaw),
        pitch=float(pitch),
        roll=float(roll),
        expression=str(rng.choice(_EXPRESSIONS)),
        light=str(rng.choice(_LIGHTS, p=_SHARES)),
        key_side=float(rng.choice([-1, 1])),
        exposure=float(rng.uniform(0.7, 1.3)),
        head=(0.12, 0.80),
        size=(420, 540),
        oversampling=1.4,
        hairs=16_000,
    )


if __name__ == "__main__":
    main()
