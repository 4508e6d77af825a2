"""Do sharpness and compression follow what is done to real pictures, step by step?

    ./dev bench accuracy.portrait_spoilt --data DIR [--count N]

Pictures of DIR are blurred, and compressed, in seven steps each; the whole way is gone for every
one, the search for the face included. Spearman's rank correlation of the raw value with the step:
within each picture (mean and least), and over all pictures together. Beside it, how well the
openings of eyes and mouth tell what a person labelled (``--labels``, a table of file, what, state):
area under the curve.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append
from capture.decode import decode, inspect
from pipeline.portrait.locate import LocatedFace, locate_face
from pipeline.portrait.measures import standard_measures
from pipeline.portrait.view import PortraitView

Rgb = NDArray[np.uint8]
BLURS = (0.0, 0.6, 1.0, 1.5, 2.2, 3.2, 4.5)  # px
QUALITIES = (95, 80, 65, 50, 35, 22, 12)
LABELS = Path(__file__).parent / "labels" / "eyes_mouth.csv"
_MEASURES = {measure.name: measure for measure in standard_measures()}


def blurred(image: Rgb, step: float) -> Rgb:
    """``image`` blurred by ``step`` pixels."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), step), np.uint8) if step else image


def compressed(image: Rgb, quality: float) -> Rgb:
    """``image`` through JPEG of that quality."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, 1), np.uint8)[:, :, ::-1])


def followed(
    images: Sequence[Rgb],
    measure: str,
    spoil: Callable[[Rgb, float], Rgb],
    steps: Sequence[float],
) -> dict[str, float]:
    """Rank correlations of ``measure`` with ``steps``, signs left out."""
    from scipy.stats import spearmanr

    rows = []
    for image in images:
        face = locate_face(image)
        if face is not None:
            rows.append([_raw(spoil(image, step), measure, face) for step in steps])
    within = [abs(float(spearmanr(steps, row).statistic)) for row in rows]
    over_all = float(spearmanr(np.tile(steps, len(rows)), np.ravel(rows)).statistic)
    return {
        "pictures": len(rows),
        "within_mean": round(float(np.mean(within)), 4),
        "within_least": round(min(within), 4),
        "over_all": round(abs(over_all), 4),
    }


def _raw(image: Rgb, measure: str, before: LocatedFace) -> float:
    """``before``: where the face was, if it is no longer found."""
    return _MEASURES[measure].raw(PortraitView(image, locate_face(image) or before))


def told_apart(folder: Path, labels: Path, what: str, measure: str) -> dict[str, float]:
    """How often an open one of ``what`` has a larger raw value than a closed one."""
    with labels.open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["what"] == what]
    values: dict[str, list[float]] = {"open": [], "closed": []}
    for row in rows:
        image = _read(folder / row["file"])
        face = locate_face(image)
        if face is not None:
            values[row["state"]].append(_MEASURES[measure].raw(PortraitView(image, face)))
    opened, closed = np.array(values["open"])[:, None], np.array(values["closed"])
    area = ((opened > closed) + (opened == closed) / 2).mean()
    return {"open": len(opened), "closed": len(closed), "auc": round(float(area), 4)}


def _read(path: Path) -> Rgb:
    data = path.read_bytes()
    return decode(data, inspect(data, path.name), path.name)


def main() -> None:
    """Print the figures as JSON and keep them in the history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--labels", type=Path, default=LABELS)
    options = parser.parse_args()
    paths = sorted(options.data.rglob("*.jpg"))
    random.Random(options.seed).shuffle(paths)
    images = [_read(path) for path in paths[: options.count]]
    figures: dict[str, Any] = {
        "blur": followed(images, "Sharpness", blurred, BLURS),
        "jpeg": followed(images, "CompressionArtifacts", compressed, QUALITIES),
        "mouth": told_apart(options.data, options.labels, "mouth", "MouthClosed"),
        "eyes": told_apart(options.data, options.labels, "eyes", "EyesOpen"),
    }
    append("portrait_spoilt", figures)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
