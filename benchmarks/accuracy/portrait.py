"""How well are portraits measured against the truth of rendered people?

    ./dev bench accuracy.portrait [--pictures FOLDER]

On rendered people whose truth is known (``--people FOLDER``, by default the gold people; more by
``python -m fixtures.people --out FOLDER SEED...``): error of pose and framing, and cost. With
``--pictures FOLDER`` beside it: how each measure is spread over pictures without truth.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._cpu import cpu_ms
from benchmarks._history import append
from pipeline.portrait.assess import QualityReport, assess_portrait
from pipeline.portrait.geometry import LEFT_IRIS, RIGHT_IRIS

GOLD = Path(__file__).parent.parent.parent / "fixtures" / "gold" / "people"
AXES = ("yaw", "pitch", "roll")
SUFFIXES = {".jpg", ".jpeg", ".png"}


def against_truth(folder: Path) -> dict[str, Any]:
    """Mean absolute errors over the people of ``folder/truth.toml``, and the cost of a portrait."""
    rows = tomllib.loads((folder / "truth.toml").read_text())["portrait"]
    assess_portrait(folder / rows[0]["file"])  # loading the weights is no part of measuring
    pose, height, eyes, pupils, cost = [], [], [], [], []
    for row in rows:
        path = folder / row["file"]
        report, spent = _timed(path)
        cost.append(spent)
        if report.face is None:
            continue
        pose.append([_raw(report, f"HeadPose{axis.title()}") - row[axis] for axis in AXES])
        head = float(np.hypot(*np.subtract(row["crown"], row["chin"]))) / row["size"][1]
        height.append(_raw(report, "HeadHeight") / head - 1)
        if row["expression"] != "eyes_closed":
            eyes.append(report.face.inter_eye_distance / row["inter_eye_distance"] - 1)
            irises = report.face.landmarks.points[[RIGHT_IRIS, LEFT_IRIS], :2]
            apart = float(np.hypot(*(irises[1] - irises[0])))
            pupils.append(apart / row["inter_eye_distance"] - 1)
    errors = np.abs(pose).mean(0)
    return {
        "portraits": len(rows),
        "without_face": len(rows) - len(pose),
        **{f"{axis}_error": round(float(errors[n]), 2) for n, axis in enumerate(AXES)},
        "eye_middles_against_pupils": round(float(np.mean(eyes)), 4),
        "eye_middles_spread": round(float(np.abs(np.array(eyes) - np.mean(eyes)).mean()), 4),
        "pupils_error": round(float(np.abs(pupils).mean()), 4),
        "head_height_error": round(float(np.abs(height).mean()), 3),
        "cpu_ms_median": round(statistics.median(cost), 1),
    }


def _timed(path: Path) -> tuple[QualityReport, float]:
    reports: list[QualityReport] = []
    spent = cpu_ms(lambda: reports.append(assess_portrait(path)))
    return reports[0], spent


def spread(folder: Path) -> dict[str, Any]:
    """Percentiles of every raw value, and the share of pictures with each finding."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    reports = [assess_portrait(path) for path in paths]
    names = sorted({name for report in reports for name in _measured(report)})
    values = {name: [_measured(r)[name] for r in reports if name in _measured(r)] for name in names}
    found = [f"{f.severity.value} {f.subject}" for r in reports for f in r.findings]
    return {
        "pictures": len(paths),
        "verdicts": {
            verdict: sum(report.verdict == verdict for report in reports)
            for verdict in ("pass", "review", "fail")
        },
        "percentiles_5_50_95": {
            name: [round(float(value), 4) for value in np.percentile(numbers, [5, 50, 95])]
            for name, numbers in values.items()
        },
        "findings": {name: round(found.count(name) / len(paths), 4) for name in sorted(set(found))},
    }


def _measured(report: QualityReport) -> dict[str, float]:
    everything = {**report.components, **report.passport}
    return {name: item.raw for name, item in everything.items() if item.raw is not None}


def _raw(report: QualityReport, name: str) -> float:
    return _measured(report)[name]


def main() -> None:
    """Print the figures as JSON; those against the truth are kept in the history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=Path, default=GOLD)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    figures = against_truth(options.people)
    append("portrait", figures)
    print(json.dumps(figures, indent=1))
    if options.pictures:
        print(json.dumps(spread(options.pictures), indent=1))


if __name__ == "__main__":
    main()
