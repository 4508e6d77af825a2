"""Does the confidence of a zone's characters mean what it says?

    ./dev bench accuracy.mrz_confidence [--write FILE] [--fit 1200] [--count 600] [--data FOLDER]
        [--figure docs/images/mrz_reliability.png]

Without ``--write`` the shipped fit is measured. With it the models are fitted anew first, on
``--fit`` pictures of ``fixtures.documents.scenes`` (seeds from 1,000,000), and written to FILE
(pipeline/documents/mrz/confidence.json). Every second picture is spoilt further, so that there are
errors to learn from. Measured is on ``--count`` other pictures (seeds from 2,000,000), read end to
end; with FOLDER (as in accuracy.mrz) also on real ones, which nothing was
fitted to.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append
from benchmarks.accuracy._logistic import logistic
from benchmarks.accuracy._reliability import bins, calibration_error, draw
from capture.sample import Sample
from fixtures.documents.scenes import scene
from models.catalogue import path_of
from models.text.mrz_net import mrz_net
from pipeline.documents.mrz.assess import assessed, holds
from pipeline.documents.mrz.confidence import Evidence, Model, model
from pipeline.documents.mrz.find import best_candidate
from pipeline.documents.mrz.parse import parse_mrz
from pipeline.policy import load_policy

FIT, MEASURE = 1_000_000, 2_000_000
LIMITS = (0.9, 0.95, 0.98, 0.99, 0.995)
PLACED = 0.5
"""Share of right characters from which a text stands in its place."""
Truth = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One zone that was read: what decoding knew, and what was right."""

    name: str
    evidence: Evidence
    right: NDArray[np.bool_]  # lines x columns
    sound: bool  # rules hold, nothing corrected, nothing cut off
    verified: bool

    @property
    def exact(self) -> bool:
        return bool(self.right.all())

    @property
    def placed(self) -> bool:
        return bool(self.right.mean() > PLACED)


def cases(pictures: Iterator[tuple[str, NDArray[np.uint8], Truth]]) -> list[Case]:
    """Each picture read end to end; those where nothing is found say nothing."""
    policy, reader, found = load_policy(), mrz_net(), []
    least = policy.number("mrz", "min_mean_log_probability")
    for name, image, truth in pictures:
        best = best_candidate(image, reader)
        if best is None or best.decoding.mean < least:
            continue
        decoding = best.decoding
        text = parse_mrz(decoding.lines, format=decoding.format.name)
        sound = holds(text) and decoding.whole and not best.repairs
        verified = assessed(decoding, best.repairs, policy).verified
        right = _right(decoding.lines, truth)
        found.append(Case(name, decoding.evidence, right, sound, verified))
    return found


def _right(lines: Truth, truth: Truth) -> NDArray[np.bool_]:
    """Lines x columns; nothing is right where the format is another."""
    if [len(line) for line in lines] != [len(line) for line in truth]:
        return np.zeros((len(lines), len(lines[0])), np.bool_)
    return np.array(
        [[a == b for a, b in zip(*two, strict=True)] for two in zip(lines, truth, strict=True)]
    )


def drawn(first: int, count: int) -> Iterator[tuple[str, NDArray[np.uint8], Truth]]:
    """Generated pictures, from seed ``first``; every second one is spoilt further."""
    for seed in range(first, first + count):
        made = scene(seed)
        image = spoilt(made.image, seed) if seed % 2 else made.image
        yield str(seed), image, tuple(made.lines)


def spoilt(image: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """Reduced, blurred, noisy and compressed: a fit needs errors, and the scenes yield few."""
    rng = np.random.default_rng(seed)
    scale = float(rng.uniform(0.35, 0.9))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    values = cv2.GaussianBlur(small.astype(np.float32), (0, 0), float(rng.uniform(0.3, 0.9)))
    values = values + rng.normal(0, rng.uniform(0, 14), small.shape[:2])[..., None]
    noisy = np.clip(values, 0, 255).astype(np.uint8)
    quality = int(rng.integers(20, 80))
    coded = cv2.imencode(".jpg", noisy[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])


def real(folder: Path) -> Iterator[tuple[str, NDArray[np.uint8], Truth]]:
    """The pictures of ``folder/truth.csv`` with a zone whose every character is decidable."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            truth = tuple(line for line in (row[f"line{n}"] for n in (1, 2, 3)) if line)
            if truth and "not decidable" not in row.get("note", ""):
                yield row["file"], Sample.from_file(folder / row["file"]).image, truth


def fitted(found: list[Case]) -> Model:
    """Both models, fitted to ``found``."""
    zones = list(found[0].evidence.zone)
    names = list(found[0].evidence.characters)
    values = np.array([[case.evidence.zone[name] for name in zones] for case in found])
    placed = logistic(values, np.array([case.placed for case in found]), zones)
    good = [case for case in found if case.placed]
    shown = [np.stack([c.evidence.characters[n].ravel() for n in names], axis=1) for c in good]
    truths = np.concatenate([case.right.ravel() for case in good])
    right = logistic(np.concatenate(shown), truths, names)
    as_is = {"constant": 0.0, "product": 1.0}
    plain = Model(_digest(), placed, right, as_is, _most(len(truths)), _most(len(found)))
    stated = np.array([plain.confidence(case.evidence).zone for case in found])
    product = np.log(stated / (1 - stated))[:, None]
    exact = np.array([case.exact for case in found])
    return replace(plain, together=logistic(product, exact, ["product"]))


def _most(count: int) -> float:
    """Log-odds beyond which so many cases cannot tell."""
    return float(np.log(count))


def _digest() -> str:
    return hashlib.sha256(path_of("mrz_net").read_bytes()).hexdigest()


def write(fit: Model, found: list[Case], count: int, path: Path) -> None:
    """The fit as data, with what it was made from."""
    weights = {
        "net": fit.net,
        "seeds": [FIT, FIT + count - 1],
        "zones": len(found),
        "exact": sum(case.exact for case in found),
        "characters": sum(case.right.size for case in found if case.placed),
        "placed": {name: round(value, 5) for name, value in fit.placed.items()},
        "right": {name: round(value, 5) for name, value in fit.right.items()},
        "together": {name: round(value, 5) for name, value in fit.together.items()},
        "most": round(fit.most, 3),
        "most_placed": round(fit.most_placed, 3),
    }
    path.write_text(json.dumps(weights, indent=1) + "\n", "utf-8")


def figures(found: list[Case], fit: Model) -> dict[str, Any]:
    """What the documentation quotes, for characters and for whole zones."""
    judged = [fit.confidence(case.evidence) for case in found]
    stated = np.concatenate([each.characters.ravel() for each in judged])
    right = np.concatenate([case.right.ravel() for case in found])
    zones = np.array([each.zone for each in judged])
    exact = np.array([case.exact for case in found])
    sound = np.array([case.sound for case in found])
    limits = {
        str(limit): {
            "verified": int((sound & (zones >= limit)).sum()),
            "wrong": int((sound & (zones >= limit) & ~exact).sum()),
        }
        for limit in LIMITS
    }
    return {
        "zones": len(found),
        "exact": int(exact.sum()),
        "verified": sum(case.verified for case in found),
        "verified_wrong": [case.name for case in found if case.verified and not case.exact],
        "by_zone_limit": limits,
        "characters": len(right),
        "characters_wrong": int((~right).sum()),
        "ece_characters": round(calibration_error(stated, right), 5),
        "ece_zones": round(calibration_error(zones, exact), 5),
        "characters_by_bin": [each.to_dict() for each in bins(stated, right)],
        "zones_by_bin": [each.to_dict() for each in bins(zones, exact)],
    }


def main() -> None:
    """Fit if wished, measure, print, draw; keep the figures in the history."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", type=Path, help="fit anew and write the weights here")
    parser.add_argument("--fit", type=int, default=1200, help="pictures to fit on")
    parser.add_argument("--count", type=int, default=600, help="pictures to measure on")
    parser.add_argument("--data", type=Path, help="real pictures with truth.csv")
    parser.add_argument("--figure", type=Path, help="where the diagram goes (.png, .svg)")
    options = parser.parse_args()
    fit = model()
    if options.write:
        found = cases(drawn(FIT, options.fit))
        fit = fitted(found)
        write(fit, found, options.fit, options.write)
        model.cache_clear()
    measured = cases(drawn(MEASURE, options.count))
    sets = {
        "drawn": [case for case in measured if int(case.name) % 2 == 0],
        "spoilt": [case for case in measured if int(case.name) % 2],
    }
    if options.data:
        sets["real"] = cases(real(options.data))
    report = {name: figures(found, fit) for name, found in sets.items()}
    print(json.dumps(report, indent=1))
    if options.figure:
        _draw(measured, fit, options.figure)
    append("mrz_confidence", {"net": fit.net, **report})


def _draw(found: list[Case], fit: Model, path: Path) -> None:
    judged = [fit.confidence(case.evidence) for case in found]
    stated = np.concatenate([each.characters.ravel() for each in judged])
    right = np.concatenate([case.right.ravel() for case in found])
    zones = np.array([each.zone for each in judged])
    exact = np.array([case.exact for case in found])
    draw({"characters": bins(stated, right), "whole zones": bins(zones, exact)}, path)


if __name__ == "__main__":
    main()
