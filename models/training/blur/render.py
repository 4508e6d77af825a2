"""Large portraits without JPEG, one by one into a folder, and where their eyes are.

``python -m models.training.blur.render --out DIR --first 8000 --count 40`` can be stopped and
started again; it leaves out what is there.
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

SIZE = (720, 800)
"""Width and height in pixels: some 220 between the eyes."""
_EXPRESSIONS = ("neutral", "slight_smile", "smile", "serious", "mouth_open")
_LIGHTS = ("studio", "office", "window", "flash", "hard_side", "top")


def main() -> None:
    """Render the seeds ``first`` to ``first + count - 1``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=8000)
    parser.add_argument("--count", type=int, default=40)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    head = head_data.load(None)
    for seed in range(options.first, options.first + options.count):
        if (options.out / f"{seed}.png").exists():
            continue
        sitter, shot = _sitting(seed)
        picture, truth = sitter.photograph(head, shot)
        with (options.out / "truth.jsonl").open("a") as sink:
            sink.write(json.dumps({"file": f"{seed}.png", **truth.to_dict()}) + "\n")
        cv2.imwrite(str(options.out / f"{seed}.png"), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


def _sitting(seed: int) -> tuple[Sitter, Shot]:
    """Who is photographed and how, drawn from the seed."""
    rng = np.random.default_rng(seed)
    cloth = tuple(map(float, rng.uniform(0.05, 0.6, 3)))
    sitter = Sitter(seed, "F" if seed % 2 else "M", (cloth[0], cloth[1], cloth[2]))
    wall = rng.uniform(0.3, 0.97, 3)
    shot = Shot(
        yaw=float(rng.uniform(-12, 12)),
        pitch=float(rng.uniform(-8, 8)),
        roll=float(rng.uniform(-5, 5)),
        expression=str(rng.choice(_EXPRESSIONS)),
        light=str(rng.choice(_LIGHTS)),
        key_side=float(rng.choice([-1, 1])),
        background=(float(wall[0]), float(wall[1]), float(wall[2])),
        size=SIZE,
        head=(0.02, 1.0),
        oversampling=1.15,
    )
    return sitter, shot


if __name__ == "__main__":
    main()
