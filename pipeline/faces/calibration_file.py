"""The file of a calibration: JSON that names its data, its making and its counts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.faces.calibration import (
    REGIMES,
    Calibration,
    Regime,
    Stratum,
    model_digests,
    preparation_digest,
)
from pipeline.faces.rates import ErrorTable

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """What is said of the data of a calibration."""

    data: str
    pictures: int
    persons: int
    without_face: int = 0
    unreadable: int = 0


def written(
    measured: Measured,
    table: ErrorTable,
    ratios: tuple[tuple[float, float], ...],
    *,
    regime: Regime = "live",
    strata: Mapping[str, Stratum] | None = None,
    cohort: str | None = None,
    models: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A calibration as it is written; ``parsed`` reads it again."""
    return {
        "format": FORMAT,
        "data": measured.data,
        "regime": regime,
        "score": _score_words(cohort),
        "cohort": cohort,
        "pictures": measured.pictures,
        "persons": measured.persons,
        "pictures_without_face": measured.without_face,
        "pictures_unreadable": measured.unreadable,
        "models": dict(models or model_digests()),
        "preparation": preparation_digest(),
        **_counts(table),
        "log_likelihood_ratios": [list(knot) for knot in ratios],
        "strata": {
            name: {
                "measure": stratum.measure,
                "limit": stratum.limit,
                "poor_is": stratum.poor_is,
                **_counts(stratum.table),
            }
            for name, stratum in (strata or {}).items()
        },
    }


def save(path: Path, table: Mapping[str, Any]) -> None:
    """Write a calibration with one row of counts a line. Raises OSError."""
    # Rows of numbers on a line each keep the file readable and its differences small.
    rows = re.compile(r"\[([-+.\d,e\s]+)\]")
    text = rows.sub(lambda row: f"[{' '.join(row[1].split())}]", json.dumps(table, indent=1))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", "utf-8")


def parsed(name: str, table: Mapping[str, Any]) -> Calibration:
    """The calibration in a file's ``table``. Raises ValueError, KeyError, TypeError."""
    counts = _table(table)
    knots = tuple(
        (float(score), float(llr)) for score, llr in table.get("log_likelihood_ratios", ())
    )
    regime = table.get("regime", "live")
    if regime not in REGIMES:
        raise ValueError(f"regime {regime!r}")
    cohort = table.get("cohort")
    return Calibration(
        name=name,
        data=str(table["data"]),
        impostors=counts.impostors,
        scores=counts.scores,
        errors=counts.errors,
        models=dict(table["models"]),
        genuine=counts.genuine,
        misses=counts.misses,
        error_design=counts.error_design,
        miss_design=counts.miss_design,
        llr_knots=knots,
        regime=regime,
        strata={key: _stratum(part) for key, part in table.get("strata", {}).items()},
        persons=int(table.get("persons", 0)),
        cohort=None if cohort is None else str(cohort),
    )


def _score_words(cohort: str | None) -> str:
    cosine = "cosine of mirror-averaged templates"
    return cosine if cohort is None else f"{cosine}, normalised by a cohort (AS-norm)"


def _counts(table: ErrorTable) -> dict[str, Any]:
    rows = zip(
        table.scores,
        table.errors,
        table.error_design,
        table.misses,
        table.miss_design,
        strict=True,
    )
    return {
        "impostors": table.impostors,
        "genuine": table.genuine,
        "columns": ["score", "impostors_at_or_above", "design", "genuine_below", "design"],
        "rows": [list(row) for row in rows],
    }


def _table(part: Mapping[str, Any]) -> ErrorTable:
    columns = list(zip(*part["rows"], strict=True))
    if len(columns) != 5 or len(columns[0]) < 2:
        raise ValueError("at least two rows of five numbers")
    scores, errors, error_design, misses, miss_design = columns
    found = ErrorTable(
        impostors=int(part["impostors"]),
        scores=tuple(map(float, scores)),
        errors=tuple(map(int, errors)),
        genuine=int(part["genuine"]),
        misses=tuple(map(int, misses)),
        error_design=tuple(map(float, error_design)),
        miss_design=tuple(map(float, miss_design)),
    )
    _refuse_nonsense(found)
    return found


def _refuse_nonsense(table: ErrorTable) -> None:
    """ValueError for counts that no comparisons can give."""
    if list(table.scores) != sorted(set(table.scores)):
        raise ValueError("scores must rise")
    if list(table.errors) != sorted(table.errors, reverse=True) or table.errors[-1] < 0:
        raise ValueError("errors must fall as scores rise")
    if list(table.misses) != sorted(table.misses) or table.misses[0] < 0:
        raise ValueError("misses must rise with the scores")
    if table.errors[0] > table.impostors or table.misses[-1] > table.genuine:
        raise ValueError("more errors than comparisons")
    if min(*table.error_design, *table.miss_design) < 1:
        raise ValueError("design effects are at least 1")


def _stratum(part: Mapping[str, Any]) -> Stratum:
    if part["poor_is"] not in ("below", "above"):
        raise ValueError(f"poor_is {part['poor_is']!r}")
    return Stratum(str(part["measure"]), float(part["limit"]), part["poor_is"], _table(part))
