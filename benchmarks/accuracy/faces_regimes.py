"""What does a score mean against a live picture, a print, a grey print and a chip's portrait?

    ./dev bench accuracy.faces_regimes --data FOLDER [--memory FILE] [--write DIR]

FOLDER as for accuracy.faces. References are the same photographs, printed and scanned or written
on a chip by simulation (_face_conditions.py); no photograph is compared with itself. Thresholds of
two folds are judged on the third, three times. --write makes the calibrations of all folds, with
strata of poor quality.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._history import append, machine
from benchmarks.accuracy._face_data import (
    Pair,
    arguments,
    described,
    folds,
    read_pairs,
    scores,
)
from pipeline.faces.calibrate import Material, calibrate
from pipeline.faces.calibration import Regime
from pipeline.faces.calibration_file import parsed, save
from pipeline.faces.collect import Collection, joined, subset
from pipeline.faces.strata import KINDS, Limits, find_limit
from pipeline.policy import load_policy

RATES = (1e-2, 1e-3, 1e-4)
NAME = "dlib-resnet-mesh-lfw"
SHARE = 1.2  # a kind of poor quality begins where so many times more genuine pairs are missed
PARTS = 10
DATA = (
    "Labeled Faces in the Wild (deep-funneled), folds {folds}, all pairs of its pictures{how}; "
    "press photographs of public persons, no applicants"
)
HOW = {
    "live": "",
    "document": ", references printed and scanned in colour by simulation",
    "document-grey": ", references printed without colour and scanned by simulation",
    "chip": ", references as 15 to 20 kB of JPEG 2000 by simulation",
}


@dataclass(frozen=True)
class Side:
    """Probes, worsened probes and references of one regime."""

    probes: Collection
    worse: Collection
    references: Collection | None  # None: the probes themselves

    def of(self, wanted: NDArray[np.int64], pairs: list[Pair]) -> Side:
        """Only the persons of these folds."""
        sides = [self.probes, self.worse, self.references]
        kept = [side and subset(side, np.isin(folds(side, pairs), wanted)) for side in sides]
        assert kept[0] is not None  # noqa: S101
        assert kept[1] is not None  # noqa: S101
        return Side(kept[0], kept[1], kept[2])

    def material(self) -> Material:
        return Material(self.probes, self.references)

    def with_poor(self) -> Material:
        """The same and worsened pictures, for the strata."""
        probes = joined(self.probes, self.worse)
        return Material(probes, probes if self.references is None else self.references)


def main() -> None:
    """Describe, count, print, append to the history; write the calibrations if asked."""
    parser = arguments(__doc__)
    parser.add_argument("--write", type=Path, metavar="DIR")
    chosen = parser.parse_args()
    pairs = read_pairs(chosen.data)
    sides = dict(_sides(chosen.data, pairs, chosen.memory))
    limits = _limits(sides["live"])
    figures: dict[str, Any] = {"limits": {name: limit[1] for name, limit in limits.items()}}
    for regime, side in sides.items():
        figures[regime] = _judged(side, pairs)
        _show(regime, figures[regime])
    if chosen.write:
        for regime, side in sides.items():
            figures[regime]["strata"] = _write(chosen.write, regime, side, limits)
    print(json.dumps(figures, allow_nan=False))
    print(f"{machine()}; appended to {append('faces_regimes', figures)}")


def _sides(data: Path, pairs: list[Pair], memory: Path | None) -> Iterator[tuple[Regime, Side]]:
    live, worse, prints, chips = (
        described(data, pairs, memory, kind) for kind in ("live", "worse", "document", "chip")
    )
    grey = [described(data, pairs, memory, f"{kind} in grey") for kind in ("live", "worse")]
    limit = load_policy().number("faces", "grey_chroma")
    pale = np.array([quality.colour < limit for quality in prints.qualities])
    yield "live", Side(live, worse, None)
    yield "document", Side(live, worse, subset(prints, ~pale))
    yield "document-grey", Side(grey[0], grey[1], subset(prints, pale))
    yield "chip", Side(live, worse, chips)


def _limits(live: Side) -> Limits:
    """From where on a reference's measure foretells misses at a false match rate of 1e-4."""
    references = joined(live.probes, live.worse)
    matrix, same, different = scores(live.probes.faces, references.faces)
    threshold = float(np.quantile(matrix[different], 1 - 1e-4))
    missed, place = matrix[same] < threshold, np.nonzero(same)[1]
    limits = {}
    for name, (measure, poor_is) in KINDS.items():
        values = np.array([getattr(quality, measure) for quality in references.qualities])[place]
        limit = find_limit(values, missed, poor_is, share=SHARE, parts=PARTS)
        if limit is not None:
            limits[name] = (measure, float(f"{limit:.3g}"), poor_is)
    return limits


def _judged(side: Side, pairs: list[Pair]) -> dict[str, Any]:
    """Each fold judged by thresholds of the two others, and all folds by their own."""
    known = np.unique(folds(side.probes, pairs))
    rows = []
    for unseen in known:
        learned = parsed("learned", _table(side.of(known[known != unseen], pairs).material()))
        seen = side.of(np.array([unseen]), pairs)
        matrix, same, different = scores(seen.probes.faces, (seen.references or seen.probes).faces)
        for rate in RATES:
            if rate < learned.least_fmr:
                continue
            threshold = learned.threshold(rate)
            rows.append(
                {
                    "fold": int(unseen),
                    "target_fmr": rate,
                    "fmr": float((matrix[different] >= threshold).mean()),
                    "fnmr": float((matrix[same] < threshold).mean()),
                }
            )
    return {
        "unseen": rows,
        "all": _own(side),
        "missed": len((side.references or side.probes).without_face),
    }


def _own(side: Side) -> list[dict[str, Any]]:
    whole = parsed("all", _table(side.material()))
    rows = []
    for rate in RATES:
        if rate < whole.least_fmr:
            continue
        threshold = whole.threshold(rate)
        interval, missed = whole.rate(threshold), whole.fnmr(threshold)
        rows.append(
            {
                "target_fmr": rate,
                "threshold": round(threshold, 4),
                "fmr_interval": [interval.low, interval.high],
                "fnmr": missed and missed.to_dict(),
                "impostors": whole.impostors,
                "genuine": whole.genuine,
            }
        )
    return rows


def _table(material: Material) -> dict[str, Any]:
    return calibrate(material, "in between")


def _write(folder: Path, regime: Regime, side: Side, limits: Limits) -> dict[str, Any]:
    """The regime's calibration file; returns what was found of its strata."""
    data = DATA.format(folds="1 to 3", how=HOW[regime])
    known = {
        name: limit for name, limit in limits.items() if (regime, name) != ("document-grey", "grey")
    }
    table = calibrate(side.material(), data, regime=regime)
    with_poor = calibrate(side.with_poor(), data, regime=regime, limits=known)
    table["strata"] = with_poor["strata"]
    name = NAME if regime == "live" else f"{NAME}-{regime}"
    save(folder / f"{name}.json", table)
    calibration = parsed(name, table)
    found = {}
    for stratum in calibration.strata:
        zone = calibration.grey_zone(1e-4, 1e-2, (stratum,))
        found[stratum] = {
            "limit": calibration.strata[stratum].limit,
            "zone": [round(end, 4) for end in zone],
            "genuine": calibration.strata[stratum].table.genuine,
        }
    print(regime, [round(end, 4) for end in calibration.grey_zone(1e-4, 1e-2)], found)
    return found


def _show(regime: str, figures: dict[str, Any]) -> None:
    print(f"\n{regime}: {figures['missed']} references without a face")
    for row in figures["all"]:
        fnmr = row["fnmr"]
        print(
            f"  FMR {row['target_fmr']:.0e} at {row['threshold']:.4f} "
            f"({row['fmr_interval'][0]:.1e} .. {row['fmr_interval'][1]:.1e}): FNMR "
            f"{100 * fnmr['value']:.2f} % ({100 * fnmr['low']:.2f} .. {100 * fnmr['high']:.2f})"
        )
    for row in figures["unseen"]:
        print(
            f"  fold {row['fold']} by the others, target {row['target_fmr']:.0e}: "
            f"FMR {row['fmr']:.2e}, FNMR {100 * row['fnmr']:.2f} %"
        )


if __name__ == "__main__":
    main()
