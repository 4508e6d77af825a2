"""The NIK: what its digits say, and when it says something else than what stands beside it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.nik import compare_nik, parse_nik
from pipeline.findings import Severity

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "born", "sex"),
    [
        pytest.param("3201011508950001", date(1995, 8, 15), "M", id="a man's day stands as it is"),
        pytest.param("3201015508950001", date(1995, 8, 15), "F", id="a woman's day is 40 more"),
        pytest.param("3201014102000001", date(2000, 2, 1), "F", id="41 is a woman's first"),
        pytest.param("3201012902000001", date(2000, 2, 29), "M", id="leap day of a leap year"),
        pytest.param("3201012311260001", date(2026, 11, 23), "M", id="born today"),
        pytest.param("3201012411260001", date(1926, 11, 24), "M", id="tomorrow is last century"),
        pytest.param("3201 0115 0895 0001", date(1995, 8, 15), "M", id="printed in groups"),
        pytest.param("32.01.01.150895.0001", date(1995, 8, 15), "M", id="printed with dots"),
    ],
)
def test_the_digits_say_birth_date_and_sex(text: str, born: date, sex: str) -> None:
    nik = parse_nik(text, today=TODAY)
    assert nik is not None
    assert (nik.birth_date, nik.sex) == (born, sex)
    assert nik.findings == ()
    assert nik.regency == "Kabupaten Bogor"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("320101150895000", id="fifteen digits"),
        pytest.param("32010115089500011", id="seventeen digits"),
        pytest.param("320101150895O001", id="a letter"),
        pytest.param("٣٢٠١٠١١٥٠٨٩٥٠٠٠١", id="digits of another script"),
    ],
)
def test_anything_but_sixteen_digits_is_no_nik(text: str) -> None:
    assert parse_nik(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("9901011508950001", ["nik.region_unknown"], id="no such province"),
        pytest.param("3201993102950001",
                     ["nik.birth_date_impossible", "nik.region_unknown"], id="31 February"),
        pytest.param("3201010002950001", ["nik.birth_date_impossible"], id="day zero"),
        pytest.param("3201014013950001", ["nik.birth_date_impossible"], id="month thirteen"),
        pytest.param("3201017208950001", ["nik.birth_date_impossible"], id="day 72"),
        pytest.param("3201012902990001", ["nik.birth_date_impossible"], id="leap day of 1999"),
    ],
)  # fmt: skip
def test_what_a_nik_cannot_say_is_a_finding(text: str, codes: list[str]) -> None:
    nik = parse_nik(text, today=TODAY)
    assert nik is not None
    assert [finding.code for finding in nik.findings] == codes


def test_an_unknown_region_changes_nothing() -> None:
    nik = parse_nik("9901011508950001", today=TODAY)
    assert nik is not None
    assert [finding.severity for finding in nik.findings] == [Severity.INFO]


@pytest.mark.parametrize(
    ("birth_date", "sex", "codes"),
    [
        pytest.param("1995-08-15", "F", [], id="agrees"),
        pytest.param("1895-08-15", "F", [], id="the NIK knows no century"),
        pytest.param("1995-08-16", "F", ["nik.birth_date_mismatch"], id="another day"),
        pytest.param("1995-08-15", "M", ["nik.sex_mismatch"], id="another sex"),
        pytest.param("1995-08-15", "X", [], id="X contradicts nothing"),
        pytest.param(None, None, [], id="nothing beside it"),
        pytest.param("1994-08-15", "M", ["nik.birth_date_mismatch", "nik.sex_mismatch"],
                     id="both"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_nik_must_agree(
    birth_date: str | None, sex: str | None, codes: list[str]
) -> None:
    nik = parse_nik("3201015508950001", today=TODAY)
    assert nik is not None
    found = compare_nik(nik, birth_date, sex, severity=Severity.REVIEW)
    assert [finding.code for finding in found] == codes
    assert all(finding.severity is Severity.REVIEW for finding in found)
    assert all(finding.message.id and finding.message.en for finding in found)


@given(
    days=st.integers(0, 36500), woman=st.booleans(), serial=st.integers(1, 9999),
    region=st.integers(0, 999999),
)  # fmt: skip
def test_every_birth_date_of_a_century_comes_back(
    days: int, woman: bool, serial: int, region: int
) -> None:
    born = TODAY - timedelta(days=days)
    nik = parse_nik(f"{region:06d}{born.day + 40 * woman:02d}{born:%m%y}{serial:04d}", today=TODAY)
    assert nik is not None
    assert nik.birth_date == born
    assert nik.sex == ("F" if woman else "M")
    assert nik.serial == f"{serial:04d}"


@given(st.text(max_size=24))
def test_no_text_breaks_the_parser(text: str) -> None:
    nik = parse_nik(text, today=TODAY)
    assert nik is None or len(nik.digits) == 16
