"""Vectors: conforming zones, such as are met in print without conforming, and broken ones.

valid: no rule above INFO, but that the document has expired. acceptable: unusual or against the
standard in a way that issuers print; nothing FAILs. invalid: at least one rule FAILs. Each vector
says where it comes from.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from pipeline.documents.mrz import format_mrz, parse_mrz
from pipeline.documents.mrz.formats import FORMATS
from pipeline.documents.mrz.rulebook import RULES
from pipeline.findings import Severity

TODAY = date(2026, 11, 23)
FOLDER = Path(__file__).parent / "vectors" / "mrz"
VECTORS = {
    group: json.loads((FOLDER / f"{group}.json").read_text())
    for group in ("valid", "acceptable", "invalid")
}


def cases(*groups):
    return [
        pytest.param(vector, id=f"{group}-{vector['id']}")
        for group in groups
        for vector in VECTORS[group]
    ]


def parsed(vector):
    return parse_mrz(vector["lines"], today=TODAY)


def severities(text):
    return {finding.severity for finding in text.findings if finding.code != "mrz.expired"}


@pytest.mark.parametrize("vector", cases("valid", "acceptable", "invalid"))
def test_format_fields_and_findings(vector):
    text = parsed(vector)
    assert text.format == vector["format"], vector["why"]
    assert sorted({finding.code for finding in text.findings}) == vector["findings"], vector["why"]
    assert {key: text.fields[key] for key in vector["fields"]} == vector["fields"], vector["why"]


@pytest.mark.parametrize("vector", cases("valid"))
def test_what_conforms_is_valid(vector):
    assert severities(parsed(vector)) <= {Severity.INFO}


@pytest.mark.parametrize("vector", cases("acceptable"))
def test_what_issuers_print_does_not_fail(vector):
    assert Severity.FAIL not in severities(parsed(vector))


@pytest.mark.parametrize("vector", cases("invalid"))
def test_what_is_broken_fails(vector):
    assert Severity.FAIL in severities(parsed(vector))
    assert not parsed(vector).valid


def test_there_are_enough_and_each_says_why_and_where_from():
    everything = [vector for group in VECTORS.values() for vector in group]
    assert min(map(len, VECTORS.values())) >= 25
    assert all(vector["why"] and vector["provenance"] for vector in everything)
    assert len({vector["id"] for vector in everything}) == len(everything)
    assert {vector["format"] for vector in VECTORS["valid"]} == set(FORMATS)


def test_every_rule_has_a_vector():
    seen = {code for group in VECTORS.values() for vector in group for code in vector["findings"]}
    assert seen == set(RULES)


REFORMATTED = {"mrz.name_truncated", "mrz.field_start"}  # what cannot be told from the fields


def remade():
    """Valid vectors whose fields say all that is printed."""
    return [
        case
        for case in cases("valid")
        if case.values[0]["format"] != "FRID" and not REFORMATTED & set(case.values[0]["findings"])
    ]


@pytest.mark.parametrize("vector", remade())
def test_the_fields_of_a_valid_zone_make_it_again(vector):
    text = parsed(vector)
    again = list(format_mrz(text.format, **text.fields))
    if text.format == "TD3" and not text.fields["personal_number"]:
        # The digit of an empty personal number may be 0 or a filler: the sum is the same.
        again[1] = again[1][:42] + vector["lines"][1][42] + again[1][43:]
    assert again == vector["lines"]
