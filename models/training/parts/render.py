"""The rendered set: pictures, label maps and where the face is, one by one into a folder.

``python -m models.training.parts.render --out DIR --first 0 --count 4000`` can be stopped and
started again; it leaves out what is there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from fixtures import head_data
from fixtures.people.develop import develop
from fixtures.people.gbuffer import see
from fixtures.people.head import HeadData
from fixtures.people.parts import part_map
from fixtures.people.scene import build_scene
from fixtures.people.wardrobe import dressed

SIZE = (256, 288)
"""Width and height in pixels: a little more than the net will see."""


def main() -> None:
    """Render the seeds ``first`` to ``first + count - 1``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=4000)
    head_data.add_flag(parser)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    head = head_data.load(options.head_data)
    for seed in range(options.first, options.first + options.count):
        if not (options.out / f"{seed:05d}.png").exists():
            render(head, seed, options.out)


def render(head: HeadData, seed: int, folder: Path) -> None:
    """Write SEED.jpg, SEED.txt (pupils and chin, x y) and, last, SEED.png (``Part``)."""
    identity, shot = dressed(head, seed, SIZE)
    scene = build_scene(head, identity, shot, shot.size)
    seen = see(scene.pieces, scene.camera, shot.size)
    picture = develop(head, identity, shot, scene, seen)
    marks = scene.camera.project(scene.marks)[0][[0, 1, 3]]
    name = str(folder / f"{seed:05d}")
    cv2.imwrite(f"{name}.jpg", picture[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, 95))
    np.savetxt(f"{name}.txt", marks, fmt="%.2f")
    cv2.imwrite(f"{name}.png", part_map(head, shot, scene, seen))


if __name__ == "__main__":
    main()
