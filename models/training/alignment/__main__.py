"""Fit mesh_to_dlib.json: where dlib's five points lie, from the face mesh.

    python -m models.training.alignment --data FOLDER --fold 1

FOLDER holds pairs.csv (columns a, b, same, fold) and images/. Needs dlib (``pip install
dlib-bin``) and the weight dlib_five_points (``periksa models install dlib_five_points``).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

import dlib
import numpy as np
from PIL import Image

from models.catalogue import digest_of, path_of
from models.faces import chips
from models.faces._detector import Floats, Rgb
from models.faces.alignment import mean_shape, similarity
from models.faces.blazeface import BlazeFace
from models.faces.face_mesh import FaceMesh

TARGET = Path(__file__).parents[2] / "faces" / "mesh_to_dlib.json"
# Corners of eyes and mouth, lids, nose, brows' middle, chin and forehead: steady points all over.
VERTICES = (
    *(33, 133, 362, 263, 159, 145, 386, 374),
    *(2, 94, 1, 4, 98, 327, 168, 6),
    *(61, 291, 0, 17, 152, 10),
)
RIDGE = 1000.0  # square pixels; shrinks the map towards the mean shape


def main() -> None:
    """Read pictures, fit, report the held-out error, write the coefficients."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=1)
    arguments = parser.parse_args()
    files = _pictures(arguments.data, arguments.fold)
    meshes, fives = _points(files)
    half = len(meshes) // 2
    error = _error(_fit(meshes[:half], fives[:half]), meshes[half:], fives[half:])
    sys.stderr.write(f"{len(meshes)} of {len(files)} faces; held-out error {error:.2f} px of 150\n")
    table = _fit(meshes, fives)
    table["note"] = (
        "Linear map from mesh points to dlib's five points on its 150 px chip; "
        f"made by models/training/alignment on {len(meshes)} pictures of Labeled Faces in the "
        f"Wild (deep-funneled), fold {arguments.fold}; held-out error {error:.2f} px."
    )
    table["models"] = {name: digest_of(name) for name in ("face_mesh", "iris", "dlib_five_points")}
    TARGET.write_text(json.dumps(table) + "\n", "utf-8")


def _pictures(data: Path, fold: int) -> list[Path]:
    with (data / "pairs.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if int(row["fold"]) == fold]
    return [data / "images" / name for name in sorted({row[key] for row in rows for key in "ab"})]


def _points(files: list[Path]) -> tuple[Floats, Floats]:
    """Mesh points (N, V, 2) and dlib's points (N, 5, 2) of the faces that both found."""
    finder, shaper = (
        dlib.get_frontal_face_detector(),
        dlib.shape_predictor(str(path_of("dlib_five_points"))),
    )
    detector, mesh = BlazeFace(), FaceMesh()
    meshes, fives = [], []
    for file in files:
        rgb = np.asarray(Image.open(file).convert("RGB"))
        found = detector.detect(rgb)
        boxes = finder(rgb, 1)
        if not found or not boxes:
            continue
        box = min(boxes, key=lambda each: _distance(each, found[0].box))
        if _distance(box, found[0].box) < 0.3 * float(found[0].box[2] - found[0].box[0]):
            meshes.append(mesh.landmarks(rgb, found[0]).points[list(VERTICES), :2])
            fives.append(_five(shaper, rgb, box))
    return np.array(meshes), np.array(fives)


def _distance(rectangle: Any, box: Floats) -> float:
    """Pixels between the middles of dlib's rectangle and of ``box``."""
    centre = rectangle.center()
    middle = (box[:2] + box[2:]) / 2
    return float(np.hypot(centre.x - middle[0], centre.y - middle[1]))


def _five(shaper: Any, rgb: Rgb, rectangle: Any) -> Floats:
    return np.array([(part.x, part.y) for part in shaper(rgb, rectangle).parts()], np.float64)


def _fit(meshes: Floats, fives: Floats) -> dict[str, Any]:
    """Ridge regression in the frame of the median mesh on dlib's chip."""
    on_chip = [
        chips.apply(similarity(five, mean_shape()), mesh)
        for mesh, five in zip(meshes, fives, strict=True)
    ]
    template = np.median(on_chip, axis=0)
    inputs, outputs = _levelled(template, meshes, fives)
    mean_mesh, mean_five = inputs.mean(0), outputs.mean(0)
    centred = inputs - mean_mesh
    covariance = centred.T @ centred + RIDGE * np.eye(inputs.shape[1])
    weights = np.linalg.solve(covariance, centred.T @ (outputs - mean_five))
    return {
        "vertices": list(VERTICES),
        "template": template.round(4).tolist(),
        "mean_mesh": mean_mesh.round(4).tolist(),
        "mean_five": mean_five.round(4).tolist(),
        "weights": weights.round(6).tolist(),
    }


def _levelled(template: Floats, meshes: Floats, fives: Floats) -> tuple[Floats, Floats]:
    """Both sets of points in the template's frame, (N, 2 V) and (N, 10)."""
    frames = [similarity(mesh, template) for mesh in meshes]
    return tuple(  # type: ignore[return-value]  # two arrays, one per set
        np.array(
            [chips.apply(frame, points).ravel() for frame, points in zip(frames, each, strict=True)]
        )
        for each in (meshes, fives)
    )


def _error(table: dict[str, Any], meshes: Floats, fives: Floats) -> float:
    """Mean distance in chip pixels between foretold and dlib's points."""
    template = np.array(table["template"])
    inputs, outputs = _levelled(template, meshes, fives)
    foretold = np.array(table["mean_five"]) + (inputs - np.array(table["mean_mesh"])) @ np.array(
        table["weights"]
    )
    return float(np.linalg.norm((foretold - outputs).reshape(-1, 5, 2), axis=2).mean())


if __name__ == "__main__":
    main()
