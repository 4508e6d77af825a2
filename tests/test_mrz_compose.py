"""Fields to lines and back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.mrz import format_mrz, parse_mrz
from pipeline.documents.mrz.formats import FORMATS
from pipeline.documents.mrz.transliteration import transliterate

TODAY = date(2026, 11, 23)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=5), min_size=1, max_size=2).map(" ".join)
NUMBERS = st.text(LETTERS + "0123456789", min_size=1, max_size=9)
BIRTHS = st.dates(date(1927, 1, 1), date(2020, 1, 1)).map(date.isoformat)
EXPIRIES = st.dates(date(2027, 1, 1), date(2036, 12, 31)).map(date.isoformat)
CODES = {"TD1": "I", "TD2": "I", "TD3": "P", "MRVA": "V", "MRVB": "V"}


@given(
    st.sampled_from(sorted(CODES)), NAMES, NAMES, NUMBERS, BIRTHS, EXPIRIES, st.sampled_from("MFX")
)
def test_what_is_composed_is_parsed(name, surname, given_names, number, birth, expiry, sex):
    lines = format_mrz(
        name, document_code=CODES[name], issuer="IDN", surname=surname, given_names=given_names,
        document_number=number, nationality="IDN", birth_date=birth, sex=sex, expiry_date=expiry,
    )  # fmt: skip
    text = parse_mrz(lines, today=TODAY)
    assert (text.format, text.findings) == (name, ())
    wanted = {
        "surname": surname, "given_names": given_names, "document_number": number,
        "birth_date": birth, "expiry_date": expiry, "sex": sex, "issuer": "IDN",
        "nationality": "IDN",
    }  # fmt: skip
    assert {key: text.fields[key] for key in wanted} == wanted


@given(st.sampled_from(["TD1", "TD2"]), st.text(LETTERS + "0123456789", min_size=10, max_size=13))
def test_long_numbers_come_back(name, number):
    lines = format_mrz(
        name, document_code="I", issuer="BEL", surname="MEIER", given_names="EVA",
        document_number=number, nationality="BEL", birth_date="1980-01-02", sex="F",
        expiry_date="2030-01-02",
    )  # fmt: skip
    text = parse_mrz(lines, today=TODAY)
    assert text.fields["document_number"] == number
    assert text.valid


def test_french_card_round_trip():
    lines = format_mrz(
        "FRID", document_code="ID", issuer="FRA", surname="BERTHIER", given_names="CORINNE",
        document_number="940992310285", birth_date="1965-12-06", sex="F",
    )  # fmt: skip
    assert lines == (
        "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
        "9409923102854CORINNE<<<<<<<6512068F4",
    )


def test_the_specimen_of_doc_9303_4_is_composed():
    assert format_mrz(
        "TD3", document_code="P", issuer="UTO", surname="Eriksson", given_names="Anna Maria",
        document_number="L898902C3", nationality="UTO", birth_date="1974-08-12", sex="F",
        expiry_date="2012-04-15", personal_number="ZE184226B",
    ) == (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )  # fmt: skip


def test_every_line_has_the_length_of_its_format():
    for name, layout in FORMATS.items():
        lines = format_mrz(name, issuer="UTO", surname="A")
        assert [len(line) for line in lines] == [layout.columns] * layout.rows


@pytest.mark.parametrize(
    ("printed", "zone"),
    [
        ("Müller-Lüdenscheidt", "MUELLER<LUEDENSCHEIDT"),
        ("O'Connor", "OCONNOR"),
        ("Þórður", "THORDUR"),
        ("Ægir Øst Åse", "AEGIR<OEST<AASE"),
        ("José Nuñez", "JOSE<NUNEZ"),
        ("Groß", "GROSS"),
        ("M. Ali", "M<ALI"),
    ],
)
def test_names_are_transliterated(printed, zone):
    assert transliterate(printed) == zone


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("TD9", {}, "no format TD9"),
        ("TD3", {"colour": "red"}, "no field colour"),
        ("TD3", {"document_number": "1234567890"}, "document_number has 10 characters"),
        ("TD3", {"birth_date": "12 Aug 1974"}, "birth_date must be like"),
        ("TD3", {"document_number": "12/45"}, "document_number may hold"),
        ("TD3", {"birth_date": "1974-02-31"}, "no day of the calendar"),
        ("TD3", {"birth_date": "1999-02-29"}, "no day of the calendar"),
        ("TD3", {"expiry_date": "1974-??-32"}, "no day of the calendar"),
        ("TD3", {"birth_date": "1974-0?-12"}, "birth_date must be like"),
        ("TD3", {"birth_date": "74-08-12"}, "birth_date must be like"),
        ("TD3", {"document_code": "I"}, "document_code of TD3 begins with P"),
        ("TD1", {"document_code": "V"}, "document_code of TD1 begins with ACI"),
        ("TD1", {"optional_data": "1" * 16}, "optional_data has 16 characters"),
        ("TD2", {"document_number": "1" * 9 + "234567"}, "optional_data has 8"),
        ("TD3", {"surname": "HENRY 8"}, "no place in a machine-readable name"),
        ("TD3", {"surname": "王"}, "no place in a machine-readable name"),
    ],
)
def test_what_cannot_be_composed_is_said(name, fields, words):
    with pytest.raises(ValueError, match=words):
        format_mrz(name, **fields)


@pytest.mark.parametrize(
    ("name", "number", "lines"),
    [
        ("MRVA", "1234567890123", ("V<", "123456789" + "7")),
        ("MRVB", "1234567890123", ("V<", "123456789" + "7")),
        ("TD2", "1234567890123", ("I<", "123456789" + "<")),
    ],
)
def test_long_numbers_outside_td1(name, number, lines):
    """Doc 9303-6 and -7, note j: visas keep the nine principal characters."""
    made = format_mrz(name, issuer="UTO", surname="A", document_number=number)
    assert (made[0][:2], made[1][:10]) == lines
    wanted = number if name == "TD2" else number[:9]
    assert parse_mrz(made, today=TODAY).fields["document_number"] == wanted


@pytest.mark.parametrize(
    ("name", "code"),
    [("TD1", "I"), ("TD2", "I"), ("TD3", "P"), ("MRVA", "V"), ("MRVB", "V"), ("FRID", "ID")],
)
def test_a_document_code_that_is_not_told(name, code):
    lines = format_mrz(name, issuer="FRA", surname="A")
    assert parse_mrz(lines, today=TODAY, format=name).fields["document_code"] == code


def test_the_language_decides_cyrillic_letters():
    lines = format_mrz("TD3", surname="Гаджи", given_names="Живко", language="srp")
    assert lines[0].startswith("P<<<<GADZI<<ZIVKO")


def test_names_of_the_french_card_have_their_own_fields():
    lines = format_mrz("FRID", issuer="FRA", surname="D'Artagnan-Dupont", given_names="Jean Éric")
    assert lines[0].startswith("IDFRADARTAGNAN<DUPONT<<")
    assert lines[1][13:27] == "JEAN<<ERIC<<<<"
    assert parse_mrz(lines, today=TODAY, format="FRID").fields["given_names"] == "JEAN ERIC"
