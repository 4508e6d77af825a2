"""Text of zones: valid, acceptable and invalid vectors, with where each comes from."""

from datetime import date

import pytest

from pipeline.documents.mrz import format_mrz, parse_mrz
from pipeline.findings import Severity

TODAY = date(2026, 11, 23)

TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
       "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")  # fmt: skip
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
       "L898902C36UTO7408122F1204159ZE184226B<<<<<10")  # fmt: skip
MRVA = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")  # fmt: skip
MRVB = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
FRID = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4")

VALID = [
    pytest.param("TD1", TD1, id="Doc 9303-5, specimen"),
    pytest.param("TD2", TD2, id="Doc 9303-6, specimen"),
    pytest.param("TD3", TD3, id="Doc 9303-4, specimen"),
    pytest.param("MRVA", MRVA, id="Doc 9303-7, specimen of MRV-A"),
    pytest.param("MRVB", MRVB, id="Doc 9303-7, specimen of MRV-B"),
    pytest.param("FRID", FRID, id="French specimen of 1994"),
]


def codes(text):
    return {finding.code for finding in text.findings}


def made(**changes):
    """A valid TD3 of Utopia with some fields changed."""
    fields = {
        "document_code": "P", "issuer": "UTO", "surname": "ERIKSSON", "given_names": "ANNA MARIA",
        "document_number": "L898902C3", "nationality": "UTO", "birth_date": "1974-08-12",
        "sex": "F", "expiry_date": "2031-04-15",
    }  # fmt: skip
    return format_mrz("TD3", **(fields | changes))


@pytest.mark.parametrize(("name", "lines"), VALID)
def test_published_specimens_hold_every_rule(name, lines):
    text = parse_mrz(lines, today=TODAY)
    assert text.format == name
    assert codes(text) <= {"mrz.expired"}
    assert all(check.ok for check in text.checks)


def test_fields_of_the_td3_specimen():
    fields = parse_mrz(TD3, today=TODAY).fields
    assert fields == {
        "document_code": "P", "issuer": "UTO", "surname": "ERIKSSON",
        "given_names": "ANNA MARIA", "document_number": "L898902C3", "nationality": "UTO",
        "birth_date": "1974-08-12", "sex": "F", "expiry_date": "2012-04-15",
        "optional_data": None, "optional_data_2": None, "personal_number": "ZE184226B",
    }  # fmt: skip


def test_fields_of_the_french_card():
    fields = parse_mrz(FRID, today=TODAY).fields
    assert (fields["surname"], fields["given_names"]) == ("BERTHIER", "CORINNE")
    assert fields["document_number"] == "940992310285"
    assert fields["birth_date"] == "1965-12-06"


@pytest.mark.parametrize("check", range(5))
def test_every_check_digit_is_checked(check):
    """Each digit of the TD3 specimen, made wrong by one."""
    column = (9, 19, 27, 42, 43)[check]
    wrong = str((int(TD3[1][column]) + 1) % 10)
    text = parse_mrz((TD3[0], TD3[1][:column] + wrong + TD3[1][column + 1 :]), today=TODAY)
    broken = [f for f in text.findings if f.code == "mrz.check_digit"]
    names = ("document_number", "birth_date", "expiry_date", "personal_number", "composite")
    assert names[check] in {f.subject for f in broken}
    assert all(f.severity is Severity.FAIL and "9303" in f.clause for f in broken)
    assert not text.valid


def with_zero(lines):
    """The same with a zero instead of the filler as the personal number's check digit."""
    return lines[0], lines[1][:42] + "0" + lines[1][43:]


ACCEPTABLE = [
    pytest.param(made(), set(),
                 id="empty personal number with a filler as digit (Doc 9303-4, 4.2.2)"),
    pytest.param(with_zero(made()), set(),
                 id="empty personal number with a zero as digit (Doc 9303-4, 4.2.2)"),
    pytest.param(made(issuer="D", nationality="D"), set(), id="Germany is D<< (Doc 9303-3, 5)"),
    pytest.param(made(issuer="CHN", personal_number="MBNKLKMPLPOGA9"), set(),
                 id="a second line without any filler"),
    pytest.param(made(issuer="XPO"), set(), id="Interpol (Doc 9303-3, 5, part D)"),
    pytest.param(made(issuer="EUE"), set(), id="European Union laissez-passer"),
    pytest.param(made(nationality="XXA"), set(), id="stateless person"),
    pytest.param(made(birth_date="1974-??-??"), {"mrz.unknown_date"},
                 id="month and day of birth unknown (Doc 9303-3, 4.8)"),
    pytest.param(made(birth_date=""), {"mrz.unknown_date"}, id="date of birth unknown"),
    pytest.param(made(sex="X"), set(), id="sex unspecified is a filler"),
    pytest.param(made(surname="SUKARNO", given_names=""), {"mrz.name_single"},
                 id="one name only, as in Indonesia"),
    pytest.param(made(surname="A" * 45), {"mrz.name_truncated"},
                 id="a name that fills its field"),
    pytest.param(made(document_code="PP"), set(), id="second letter of the document code"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), ACCEPTABLE)
def test_unusual_but_allowed(lines, expected):
    text = parse_mrz(lines, today=TODAY)
    assert codes(text) == expected
    assert text.valid


INVALID = [
    pytest.param(made(issuer="XYZ"), {"mrz.unknown_code"}, id="a State that is none"),
    pytest.param(made(expiry_date="2024-05-01"), {"mrz.expired"}, id="expired"),
    pytest.param(
        ("P<UTO<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<<<<<<<", made()[1]),
        {"mrz.name_missing"}, id="no primary identifier",
    ),
    pytest.param(
        ("P<UTOERIKSSON<<ANNA<<MARIA<<<<<<<<<<<<<<<<<<", made()[1]),
        {"mrz.name_parts"}, id="three parts of a name",
    ),
    pytest.param(
        ("P<UTOERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", made()[1]),
        {"mrz.character"}, id="a zero in a name",
    ),
    pytest.param((TD3[0], TD3[1][:-1]), {"mrz.format"}, id="one character too few"),
    pytest.param(("HELLO",), {"mrz.format"}, id="no zone at all"),
    pytest.param((), {"mrz.format"}, id="nothing"),
    pytest.param((TD3[0].replace("<", "«"), TD3[1]), {"mrz.alphabet"}, id="foreign characters"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), INVALID)
def test_broken_rules_are_named(lines, expected):
    text = parse_mrz(lines, today=TODAY)
    assert codes(text) == expected
    assert not text.valid


def test_every_finding_speaks_both_languages_and_names_its_source():
    shown = [f for case in (*INVALID, *ACCEPTABLE) for f in parse_mrz(case.values[0]).findings]
    assert shown
    assert all(f.message.id and f.message.en and f.clause for f in shown)


def test_long_document_number_of_td1():
    """Doc 9303-5, 4.2.2 note j: the number continues in the optional data, a filler as digit."""
    lines = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
             "STEVENSON<<PETER<JOHN<<<<<<<<<")  # fmt: skip
    text = parse_mrz(lines, today=TODAY)
    assert text.fields["document_number"] == "D23145890734"
    assert text.fields["optional_data"] is None
    assert codes(text) == {"mrz.expired"}


def test_wrong_digit_of_a_long_number_is_seen():
    lines = ("I<UTOD23145890<7348<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
             "STEVENSON<<PETER<JOHN<<<<<<<<<")  # fmt: skip
    assert "mrz.check_digit" in codes(parse_mrz(lines, today=TODAY))


@pytest.mark.parametrize(
    ("printed", "today", "iso"),
    [
        ("261123", TODAY, "2026-11-23"),  # born today
        ("261124", TODAY, "1926-11-24"),  # tomorrow: a century earlier
        ("990101", TODAY, "1999-01-01"),
        ("270101", TODAY, "1927-01-01"),
    ],
)
def test_century_of_birth(printed, today, iso):
    lines = made(birth_date=f"20{printed[:2]}-{printed[2:4]}-{printed[4:]}", expiry_date="")
    assert parse_mrz(lines, today=today).fields["birth_date"] == iso


@pytest.mark.parametrize(
    ("expiry", "iso"),
    [("2031-01-01", "2031-01-01"), ("1996-12-10", "1996-12-10"), ("2075-01-01", "2075-01-01")],
)
def test_century_of_expiry_is_the_nearest(expiry, iso):
    lines = made(birth_date="1960-01-01", expiry_date=expiry)
    assert parse_mrz(lines, today=TODAY).fields["expiry_date"] == iso


def test_a_holder_is_born_before_the_document_expires():
    lines = made(birth_date="1912-12-12", expiry_date="2011-06-29")
    assert parse_mrz(lines, today=TODAY).fields["birth_date"] == "1912-12-12"


def test_expiry_limit_is_the_callers():
    lines = made(expiry_date="2026-11-20")
    assert "mrz.expired" in codes(parse_mrz(lines, today=TODAY))
    assert "mrz.expired" not in codes(parse_mrz(lines, today=TODAY, expiry_review_days=30))


def test_blanks_and_small_letters_are_taken():
    text = parse_mrz([" " + TD3[0].lower(), TD3[1][:20] + " " + TD3[1][20:], ""], today=TODAY)
    assert text.format == "TD3"


def test_to_dict_is_json():
    import json

    assert json.loads(json.dumps(parse_mrz(TD1, today=TODAY).to_dict()))["format"] == "TD1"
