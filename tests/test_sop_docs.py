"""docs/sop.md says what the code does."""

from __future__ import annotations

import doctest
from pathlib import Path

from pipeline.sop.code_table import code_table
from pipeline.sop.profile import load_procedure, profile_names

PAGE = Path(__file__).resolve().parent.parent / "docs" / "sop.md"


def test_the_table_of_codes_is_the_generated_one() -> None:
    assert code_table(load_procedure()) in PAGE.read_text(encoding="utf-8")


def test_every_profile_is_described() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert not [name for name in profile_names() if f"`{name}`" not in text]


def test_its_code_runs() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried > 5) == (0, True)
