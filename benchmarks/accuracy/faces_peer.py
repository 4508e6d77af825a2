"""How often does face_recognition err on the same pairs?

    ./dev bench accuracy.faces_peer --data FOLDER

FOLDER holds pairs.csv (a, b, same) and images/, as for accuracy.faces. Both programs compare the
same official pairs; a pair of which a face was not found counts as an error at every threshold.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import statistics
from collections.abc import Callable
from pathlib import Path

from benchmarks._cpu import cpu_ms
from benchmarks._history import append
from benchmarks.peers import face_recognition_peer
from pipeline.cli.error_rate import equal_error_rate
from pipeline.faces.match import DescribedFace, describe_face

Face = object


def periksa(one: DescribedFace | None, other: DescribedFace | None) -> float:
    """Cosine; NaN where a face is missing."""
    return float(one.template @ other.template) if one and other else math.nan


def main() -> None:
    """Describe every picture once with each program, print and keep the error rates."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    figures = {
        "periksa": rates(folder, pairs, describe_face, periksa),
        "face_recognition": rates(
            folder, pairs, face_recognition_peer.describe, face_recognition_peer.score
        ),
    }
    print(json.dumps(figures, indent=1))
    append("faces_peer", figures)


def rates(
    folder: Path,
    pairs: list[dict[str, str]],
    describe: Callable[[Path], Face],
    score: Callable[..., float],
) -> dict[str, float]:
    """Equal error rate on the pairs and median CPU ms a picture."""
    faces: dict[str, Face] = {}
    costs: list[float] = []
    for name in sorted({row[side] for row in pairs for side in ("a", "b")}):
        path = folder / "images" / name
        costs.append(cpu_ms(lambda path=path, name=name: faces.update({name: describe(path)})))
    scores = [(score(faces[row["a"]], faces[row["b"]]), row["same"] == "1") for row in pairs]
    lost = sum(math.isnan(value) for value, _ in scores)
    genuine = [-math.inf if math.isnan(value) else value for value, same in scores if same]
    impostor = [math.inf if math.isnan(value) else value for value, same in scores if not same]
    rate, _ = equal_error_rate(genuine, impostor)
    return {
        "pairs": len(pairs),
        "pairs_without_a_face": lost,
        "eer": round(rate, 5),
        "cpu_ms_a_picture": round(statistics.median(costs), 1),
    }


if __name__ == "__main__":
    main()
