"""The committed samples say what their cases say, and stay of Utopia."""

import tomllib
from pathlib import Path

import pytest

from fixtures import applications
from fixtures.applications.cases import CASES
from fixtures.applications.make import declaration

FOLDER = Path(applications.__file__).parent


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_committed_declaration_is_the_cases(case):
    text = (FOLDER / case.name / "application.toml").read_text(encoding="utf-8")
    assert text == declaration(case)
    table = tomllib.loads(text)
    files = [table["portrait"]["file"], *(paper["file"] for paper in table["documents"])]
    assert all((FOLDER / case.name / file).is_file() for file in files)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_is_invented_and_adult(case):
    table = tomllib.loads(declaration(case))["declared"]
    assert table["nationality"] == "UTO"
    assert table["nik"].startswith("99")
    assert table["name"] == f"{table['given_names']} {table['surname']}"
    assert case.holder.birth.year < 2005
    assert case.holder.expiry.year >= 2030


def test_cases_differ_as_they_must():
    by_name = {case.name: case for case in CASES}
    assert set(by_name) == {"pass", "review", "fail"}
    assert by_name["pass"].applicant == by_name["pass"].pictured
    assert by_name["fail"].applicant.seed != by_name["fail"].pictured.seed
    assert by_name["review"].name_on_ktp != by_name["review"].holder.name
