"""Error rates by group: whether a threshold treats people alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.faces.calibrate import Material
from pipeline.faces.calibration import Calibration
from pipeline.faces.collect import Collection
from pipeline.faces.rates import Rate
from pipeline.faces.tally import tabulate


@dataclass(frozen=True, slots=True)
class GroupRates:
    """Comparisons within one group at a threshold; None where the group has too few."""

    group: str
    persons: int
    impostors: int
    genuine: int
    target_fmr: float
    fmr: Rate | None
    fnmr: Rate | None
    differs: tuple[str, ...]  # which rates of all lie outside the group's interval

    def to_dict(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "persons": self.persons,
            "impostors": self.impostors,
            "genuine": self.genuine,
            "target_fmr": self.target_fmr,
            "fmr": self.fmr and self.fmr.to_dict(),
            "fnmr": self.fnmr and self.fnmr.to_dict(),
            "differs": list(self.differs),
        }


def group_rates(
    material: Material,
    calibration: Calibration,
    group_of: Mapping[str, str],
    targets: tuple[float, ...],
) -> tuple[GroupRates, ...]:
    """The rates within each group at the calibration's thresholds for ``targets``.

    ``group_of`` names the group of a person (the folder) or of a file; who has none is left out.
    """
    found = _groups(material.probes, group_of)
    rows = []
    for group in sorted(set(found) - {""}):
        mask = np.array([name == group for name in found])
        persons = len(np.unique(material.probes.faces.persons[mask]))
        try:
            table = tabulate(material.comparisons().of_group(mask))
        except ValueError:  # one person, or nobody to compare with
            rows += [GroupRates(group, persons, 0, 0, rate, None, None, ()) for rate in targets]
            continue
        for rate in targets:
            score = calibration.threshold(rate)
            fmr, fnmr = table.rate(score), table.fnmr(score)
            differs = _differs(fmr, rate, "fmr") + _differs(
                fnmr, getattr(calibration.fnmr(score), "value", None), "fnmr"
            )
            rows.append(
                GroupRates(group, persons, table.impostors, table.genuine, rate, fmr, fnmr, differs)
            )
    return tuple(rows)


def _groups(collection: Collection, group_of: Mapping[str, str]) -> list[str]:
    """The group of each face, by its file's name or by its person's folder; empty for none."""
    return [
        group_of.get(name) or group_of.get(name.replace("\\", "/").split("/")[0], "")
        for name in collection.names
    ]


def _differs(own: Rate | None, overall: float | None, name: str) -> tuple[str, ...]:
    if own is None or overall is None or own.low <= overall <= own.high:
        return ()
    return (name,)
