"""docs/portrait.md says what the profiles, the coach and the commands do."""

from __future__ import annotations

import re

from limits_table import DOCUMENT, ROOT, TABLES, renewed

from pipeline.portrait.coach.coach import State, wording
from pipeline.portrait.profile import profile_names

TEXT = DOCUMENT.read_text("utf-8")


def test_the_tables_of_limits_are_current():
    assert renewed(TEXT) == TEXT, "run: python tests/limits_table.py"
    assert len(TABLES.findall(TEXT)) == 3


def test_every_profile_and_state_is_named():
    for name in (*profile_names(), *(state.value for state in State)):
        assert f"`{name}`" in TEXT


def test_every_instruction_is_listed_in_both_languages():
    for row in wording().values():
        assert f"`{row['code']}`" in TEXT
        assert row["words"][0] in TEXT
        assert row["words"][1] in TEXT


def test_every_measure_of_the_passport_is_explained_once():
    rows = re.findall(r"^\| (?:.*)\(`(\w+)`\)", TEXT, re.MULTILINE)
    assert rows


def test_pictures_are_there_and_small():
    names = re.findall(r"\]\((images/[\w.]+)\)", TEXT)
    assert names
    for name in names:
        assert (ROOT / "docs" / name).stat().st_size < 200_000
