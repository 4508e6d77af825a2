"""Rules: what they catch whatever is printed, what they say, and that the manual is current."""

import doctest
import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.mrz import format_mrz, parse_mrz
from pipeline.documents.mrz.check_digits import ALPHABET, value_of
from pipeline.documents.mrz.codes import KNOWN_CODES, OTHER_FORMS, CodeStatus, code_status, is_known
from pipeline.documents.mrz.document_codes import document_kind, second_letter_is_late
from pipeline.documents.mrz.formats import FIELDS, FORMATS
from pipeline.documents.mrz.rulebook import RULES
from pipeline.documents.mrz.rules import long_number
from pipeline.documents.mrz.tables import TABLES, renewed
from pipeline.documents.mrz.text import zones_in

TODAY = date(2026, 11, 23)
MANUAL = Path(__file__).parents[1] / "docs" / "mrz.md"
FIELDS_OF_ALL = {
    "issuer": "UTO", "surname": "ERIKSSON", "given_names": "ANNA", "document_number": "L898902C3",
    "birth_date": "1974-08-12", "sex": "F",
}  # fmt: skip
ZONES = {
    name: format_mrz(
        name,
        **FIELDS_OF_ALL,
        **({} if name == "FRID" else {"nationality": "UTO", "expiry_date": "2031-04-15"}),
        **({"personal_number": "ZE184226B"} if name == "TD3" else {}),
        **({"optional_data": "AB12"} if "optional_data" in layout.fields else {}),
    )
    for name, layout in FORMATS.items()
}


def covered(name):
    """Every place that a check digit covers, and the digits themselves."""
    layout = FORMATS[name]
    spans = [span for check in layout.checks for span in check.spans]
    places = {(row, column) for row, first, last in spans for column in range(first, last)}
    return sorted(places | {(check.row, check.column) for check in layout.checks})


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(data=st.data())
def test_one_changed_character_is_caught_or_counts_the_same(name, data):
    """Doc 9303-3, 4.9: what differs by a multiple of 10 is all that the digits cannot see."""
    row, column = data.draw(st.sampled_from(covered(name)))
    lines = list(ZONES[name])
    before = lines[row][column]
    after = data.draw(st.sampled_from([c for c in ALPHABET if c != before]))
    lines[row] = lines[row][:column] + after + lines[row][column + 1 :]
    text = parse_mrz(lines, today=TODAY, format=name)
    if all(check.ok for check in text.checks):
        assert (value_of(after) - value_of(before)) % 10 == 0


@given(st.lists(st.text(max_size=50), max_size=5))
def test_any_text_has_an_answer(lines):
    text = parse_mrz(lines, today=TODAY)
    assert tuple(text.fields) == FIELDS
    assert text.format or text.findings
    json.dumps(text.to_dict(), allow_nan=False)
    zones_in("\n".join(lines))


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(data=st.data())
def test_any_zone_of_the_alphabet_has_an_answer(name, data):
    layout = FORMATS[name]
    line = st.text(ALPHABET, min_size=layout.columns, max_size=layout.columns)
    lines = [data.draw(line) for _ in range(layout.rows)]
    text = parse_mrz(lines, today=TODAY, format=name)
    assert text.format == name
    assert len(text.checks) == len(layout.checks)
    assert {finding.code for finding in text.findings} <= set(RULES)


NAMES = st.lists(st.text("ABCXYZ", min_size=1, max_size=4), min_size=1, max_size=2).map(" ".join)
VALUES = {
    "surname": NAMES,
    "given_names": NAMES,
    "issuer": st.sampled_from(sorted(KNOWN_CODES)),
    "nationality": st.sampled_from(sorted(KNOWN_CODES)),
    "birth_date": st.sampled_from(("1974-08-12", "1974-??-??", "2000-02-29", None)),
    "sex": st.sampled_from(("M", "F", "X")),
    "expiry_date": st.sampled_from(("2031-04-15", "2012-04-15", None)),
    "optional_data": st.text("AB12", max_size=6).map(lambda text: text or None),
    "optional_data_2": st.text("AB12", max_size=11).map(lambda text: text or None),
    "personal_number": st.text("AB12", max_size=14).map(lambda text: text or None),
}


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(data=st.data())
def test_fields_come_back(name, data):
    layout = FORMATS[name]
    _, first, last = layout.fields["document_number"]
    number = data.draw(st.text("ABC123", min_size=1, max_size=last - first))
    known = {field for field in layout.fields if field != "name"} | {"surname", "given_names"}
    fields = {field: data.draw(values) for field, values in VALUES.items() if field in known}
    fields |= {"document_number": number, "document_code": layout.first[0]}
    if name == "FRID":
        fields |= {"document_code": "ID", "issuer": "FRA"}
    text = parse_mrz(format_mrz(name, **fields), today=TODAY, format=name)
    assert {field: text.fields[field] for field in fields} == fields
    assert all(check.ok for check in text.checks)


@pytest.mark.parametrize("code", sorted(RULES))
def test_each_rule_speaks_both_languages_and_names_its_source(code):
    finding = RULES[code].finding(subject="birth_date", value="1", limit="2", clause="part 4")
    assert finding.message.id != finding.message.en
    assert "{" not in finding.message.id + finding.message.en
    assert finding.clause.endswith("; part 4")
    assert RULES[code].example


def test_the_tables_of_the_manual_are_current():
    text = MANUAL.read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- table (\w+) -->", text)) == set(TABLES)
    assert renewed(text) == text, "see pipeline.documents.mrz.tables.renewed"


def test_the_examples_of_the_manual_run():
    text = MANUAL.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 4
    runner = doctest.DocTestRunner()
    for number, block in enumerate(blocks):
        example = doctest.DocTestParser().get_doctest(block, {}, f"block {number}", "mrz.md", 0)
        assert runner.run(example).failed == 0, block


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("IDN", CodeStatus.KNOWN),
        ("D<<", CodeStatus.KNOWN),
        ("DEU", CodeStatus.OTHER_FORM),
        ("SI<", CodeStatus.OTHER_FORM),
        ("ANT", CodeStatus.SUPERSEDED),
        ("XYZ", CodeStatus.UNKNOWN),
        ("<<D", CodeStatus.UNKNOWN),
        ("<<<", CodeStatus.UNKNOWN),
        ("ID<", CodeStatus.UNKNOWN),
    ],
)
def test_status_of_codes(printed, status):
    assert code_status(printed) is status


def test_forms_of_codes_mean_codes():
    assert all(is_known(meant.ljust(3, "<")) for meant in OTHER_FORMS.values())


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("PP", "national or ordinary passport"),
        ("P<", "passport"),
        ("PA", "passport"),
        ("AC", "crew member certificate"),
        ("I<", "official travel document"),
        ("VC", "visa"),
        ("Q<", None),
        ("<<", None),
    ],
)
def test_kinds_of_documents(code, kind):
    words = document_kind(code)
    assert (words.en if words else None) == kind


@pytest.mark.parametrize(
    ("code", "expiry", "late"),
    [
        ("P<", date(2037, 12, 31), False),
        ("P<", date(2038, 1, 1), True),
        ("PA", date(2035, 12, 31), False),
        ("PA", date(2036, 1, 1), True),
        ("PP", date(2040, 1, 1), False),
        ("Q<", date(2040, 1, 1), False),
    ],
)
def test_second_letters_of_passports(code, expiry, late):
    assert second_letter_is_late(code, expiry) is late


def test_a_long_number_is_told_from_a_digit_that_was_left_out():
    row = "I<UTOD23145890<7349<<<<<<<<<<<"
    lines = (row, "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
    assert long_number(FORMATS["TD1"], lines) == ("D23145890734", "9")
    misread = (row.replace("7349", "7319"), *lines[1:])
    assert long_number(FORMATS["TD1"], misread) == ("D23145890731", "9")
    assert not parse_mrz(misread, today=TODAY).valid


TD3, TD1 = ZONES["TD3"], ZONES["TD1"]


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("\n".join(TD3), (TD3,)),
        ("\n".join((*TD3, *TD1, *TD3)), (TD3, TD1, TD3)),
        ("\n\n  ".join(("\r\n".join(TD3), "\n".join(TD1))), (TD3, TD1)),
        ("HELLO\nWORLD\n\n" + "\n".join(TD1), (("HELLO", "WORLD"), TD1)),
        (f"{TD3[0][:20]} {TD3[0][20:]}\n{TD3[1]}", ((f"{TD3[0][:20]} {TD3[0][20:]}", TD3[1]),)),
        ("", ()),
        (" \n\t\n", ()),
    ],
)
def test_zones_in_a_text(text, zones):
    assert zones_in(text) == zones
