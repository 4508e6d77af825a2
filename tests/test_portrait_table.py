"""The table of the 28 components in docs/accuracy.md says what the measures say of themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.portrait.measures import STANDARD_ORDER, fidelity_table, standard_measures
from pipeline.portrait.measures._measure import NOT_MEASURED

DOCS = Path(__file__).resolve().parent.parent / "docs" / "accuracy.md"
BEGIN, END = "<!-- components: begin -->", "<!-- components: end -->"


def test_the_documented_table_is_the_measures_own() -> None:
    """To renew it: print(fidelity_table()) between the two marks."""
    text = DOCS.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    written = text.split(BEGIN)[1].split(END)[0].strip()
    assert written == fidelity_table()


def test_the_table_has_the_standards_components_in_its_order() -> None:
    names = re.findall(r"^\| (\w+) \|", fidelity_table(), flags=re.MULTILINE)
    assert names == ["component", *STANDARD_ORDER]


@pytest.mark.parametrize("measure", standard_measures(), ids=lambda measure: measure.name)
def test_every_component_says_by_what_and_how_well(measure) -> None:  # type: ignore[no-untyped-def]
    assert measure.method
    assert len(measure.fidelity) > 10
    assert (measure.method == NOT_MEASURED) == (measure.scalar is None)
