"""One flipped bit of an export or of the database file shows, wherever it is (a seeded sample)."""

from __future__ import annotations

from pathlib import Path
from random import Random

from benchmarks.store_crash import bits


def test_a_flipped_bit_shows_or_lies_in_unused_space(tmp_path: Path) -> None:
    found = bits(tmp_path, 60, Random(5))
    assert (found["export_missed"], found["database_missed"]) == (0, 0)
    assert found["database_found"] > 30
