"""The drawer of passport measures: what passport rules ask for and ISO/IEC 29794-5 lacks.

They have raw values only; the profile's limits judge them. One file per measure.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.portrait.measures import measures_in
from pipeline.portrait.measures._measure import Measure


@lru_cache(maxsize=1)
def passport_measures() -> tuple[Measure, ...]:
    """Every measure of this drawer, by file name."""
    return tuple(measures_in(__name__, list(__path__)))
