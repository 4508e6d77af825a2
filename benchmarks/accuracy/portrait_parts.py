"""Does the network of face parts find glasses, head coverings and hidden faces on real pictures?

    ./dev bench accuracy.portrait_parts --data FOLDER

FOLDER holds Labeled Faces in the Wild, NAME/NAME_0001.jpg; which of its pictures show what was
labelled by eye (labels/README.md). The limit of each measure is the one with the best F-measure on
half A of the labelled pictures; the figures are those of half B at that limit. No labelled picture
was seen in training. A picture labelled ``?`` counts for nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._cpu import cpu_ms
from benchmarks._history import append
from capture.decode import decode, inspect
from models.portraits.parts_net import SIDE, parts_net
from pipeline.portrait.locate import locate_face
from pipeline.portrait.measures import standard_measures
from pipeline.portrait.measures._measure import NotAssessed
from pipeline.portrait.passport import passport_measures
from pipeline.portrait.view import PortraitView

LABELS = Path(__file__).parent / "labels" / "lfw_parts.csv"
TARGET_PRECISION, TARGET_RECALL = 0.9, 0.8
Row = dict[str, str]


@dataclass(frozen=True)
class Question:
    """What is asked of a measure: which labels it shall tell from which."""

    measure: str
    label: str
    yes: tuple[str, ...]
    no: tuple[str, ...] = ("none", "no")


QUESTIONS = {
    "glasses": Question("Glasses", "glasses", ("clear", "tinted")),
    "dark glasses": Question("DarkGlasses", "glasses", ("tinted",), ("none", "clear")),
    "head covering": Question("HeadCovering", "covering", ("hat", "scarf")),
    "head covering by OFIQ's formula": Question("NoHeadCoverings", "covering", ("hat", "scarf")),
    "something before the face": Question("FaceOcclusionPrevention", "before_face", ("yes",)),
    "dark glasses by EyesVisible": Question("EyesVisible", "glasses", ("tinted",)),
}


def measured(path: Path, names: Sequence[str]) -> dict[str, float] | None:
    """Raw values of these measures; None where no face was found."""
    data = path.read_bytes()
    image = decode(data, inspect(data, path.name), path.name)
    face = locate_face(image)
    if face is None:
        return None
    view = PortraitView(image, face)
    measures = {m.name: m for m in (*standard_measures(), *passport_measures())}
    try:
        return {name: measures[name].raw(view) for name in names}
    except NotAssessed:
        return None


def best_limit(values: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """Midway between two values, so that the F-measure of "above it" is best."""
    levels = np.unique(values)
    limits = np.append((levels[1:] + levels[:-1]) / 2, levels[-1])
    scores = [_counts(values, truth, limit) for limit in limits]
    fs = [2 * tp / max(2 * tp + fp + fn, 1) for tp, fp, fn in scores]
    return float(limits[int(np.argmax(fs))])


def _counts(values: NDArray[np.float64], truth: NDArray[np.bool_], limit: float) -> tuple[int, ...]:
    told = values > limit
    return int((told & truth).sum()), int((told & ~truth).sum()), int((~told & truth).sum())


def judged(question: Question, rows: Sequence[Row], raw: dict[str, dict[str, float]]) -> Any:
    """Limit from half A; precision, recall and their counts on half B; area under the curve."""
    known = [
        r for r in rows if r["file"] in raw and r[question.label] in question.yes + question.no
    ]
    values = np.array([raw[row["file"]][question.measure] for row in known])
    truth = np.array([row[question.label] in question.yes for row in known])
    first = np.array([row["half"] == "A" for row in known])
    limit = best_limit(values[first], truth[first])
    hits, false, missed = _counts(values[~first], truth[~first], limit)
    precision, recall = hits / max(hits + false, 1), hits / max(hits + missed, 1)
    pairs = values[~first & truth][:, None] - values[~first & ~truth][None]
    return {
        "measure": question.measure,
        "limit": round(limit, 4),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "found": hits,
        "false": false,
        "missed": missed,
        "without": int((~truth[~first]).sum()),
        "auc": round(float((pairs > 0).mean() + (pairs == 0).mean() / 2), 3),
        "reached": precision >= TARGET_PRECISION and recall >= TARGET_RECALL,
    }


def of_bearded(rows: Sequence[Row], raw: dict[str, dict[str, float]], limit: float) -> Any:
    """How often a free face with a beard is called hidden, on half B."""
    bearded = [
        raw[row["file"]]["FaceOcclusionPrevention"] > limit
        for row in rows
        if row["file"] in raw and row["half"] == "B"
        if row["beard"] == "yes" and row["before_face"] == "no"
    ]
    return {"bearded": len(bearded), "called_hidden": sum(bearded)}


def cost() -> float:
    """Processor milliseconds of the network alone, one picture on one thread."""
    picture = np.zeros((SIDE, SIDE, 3), np.uint8)
    net = parts_net()
    net.parts(picture)
    return round(float(np.median([cpu_ms(lambda: net.parts(picture)) for _ in range(9)])), 1)


def main() -> None:
    """Measure, print and append to the history."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    rows = list(csv.DictReader(LABELS.open(encoding="utf-8")))
    names = sorted({question.measure for question in QUESTIONS.values()})
    raw = {
        row["file"]: found
        for row in rows
        if (found := measured(options.data / row["file"], names)) is not None
    }
    figures = {name: judged(question, rows, raw) for name, question in QUESTIONS.items()}
    hidden = figures["something before the face"]["limit"]
    answer = {
        "pictures": len(raw),
        "questions": figures,
        "beards": of_bearded(rows, raw, hidden),
        "net_cpu_ms": cost(),
    }
    print(json.dumps(answer, indent=1))
    append("portrait_parts", answer)


if __name__ == "__main__":
    main()
