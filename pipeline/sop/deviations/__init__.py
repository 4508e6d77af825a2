"""The drawer of deviations: one file per code, found by scanning."""

from __future__ import annotations

from functools import lru_cache

from pipeline.sop.deviations._rule import Rule, rules_in


@lru_cache(maxsize=1)
def deviation_rules() -> tuple[Rule, ...]:
    """Every rule of this drawer, by code."""
    return rules_in(__name__, list(__path__))
