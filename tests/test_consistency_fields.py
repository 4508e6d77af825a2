"""Fields across declared data, machine-readable zone and KTP."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from pipeline.consistency import FieldComparison, compare_fields
from pipeline.documents.fields import FieldValue
from pipeline.documents.mrz.reading import MrzReading
from pipeline.documents.read import DocumentReading
from pipeline.findings import Severity
from pipeline.policy import Policy, load_policy

DECLARED = {
    "surname": "DEWI", "given_names": "SARI", "name": "SARI DEWI", "birth_date": "1995-08-15",
    "sex": "F", "nationality": "UTO", "place_of_birth": "KOTA CONTOH",
    "nik": "9901015508950001", "document_number": "X1234567",
}  # fmt: skip
MRZ = {
    "surname": "DEWI", "given_names": "SARI", "birth_date": "1995-08-15", "sex": "F",
    "nationality": "UTO", "document_number": "X1234567",
}  # fmt: skip
KTP = {
    "name": "SARI DEWI", "birth_date": "1995-08-15", "sex": "F", "nationality": "UTO",
    "place_of_birth": "KOTA CONTOH", "nik": "9901015508950001",
}  # fmt: skip


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy()


def passport(fields: Mapping[str, str] = MRZ, unsure: str = "", line: str = "") -> DocumentReading:
    zone = MrzReading(found=True, format="TD3", lines=(line or "P<UTODEWI<<SARI<<<", ""))
    values = {
        name: FieldValue(value, "mrz", 0.5 if name == unsure else 1.0,
                         "uncertain" if name == unsure else "read")
        for name, value in fields.items()
    }  # fmt: skip
    return DocumentReading("passport", values, zone)


def ktp(fields: Mapping[str, str] = KTP, unsure: str = "") -> DocumentReading:
    values = {
        name: FieldValue(value, "viz", 0.5 if name == unsure else 1.0,
                         "uncertain" if name == unsure else "read")
        for name, value in fields.items()
    }  # fmt: skip
    return DocumentReading("ktp", values)


def compared(
    policy: Policy,
    declared: Mapping[str, str] = DECLARED,
    **readings: DocumentReading,
) -> dict[str, FieldComparison]:
    readings = readings or {"old_passport": passport(), "ektp": ktp()}
    return {item.field: item for item in compare_fields(declared, readings, policy)}


def test_agreement_has_no_findings(policy: Policy) -> None:
    found = compared(policy)
    assert {item.status for item in found.values()} == {"equal"}
    assert all(item.finding is None for item in found.values())
    assert found["name"].values == dict.fromkeys(("declared", "mrz", "ktp"), "SARI DEWI")
    assert found["nik_birth_date"].values["nik"] == "95-08-15"
    json.dumps([item.to_dict() for item in found.values()], allow_nan=False)


HARD, SOFT = Severity.FAIL, Severity.REVIEW


@pytest.mark.parametrize(
    ("field", "value", "status", "severity"),
    [
        pytest.param("name", "Sari Dewi", "equal", None, id="case"),
        pytest.param("name", "SARY DEWI", "similar", SOFT, id="one letter"),
        pytest.param("name", "RATNA PUSPITA", "different", HARD, id="another name"),
        pytest.param("birth_date", "1995-08-16", "different", HARD, id="another day"),
        pytest.param("sex", "M", "different", HARD, id="another sex"),
        pytest.param("nationality", "IDN", "different", HARD, id="another nationality"),
        pytest.param("place_of_birth", "BANDUNG", "different", SOFT, id="another place"),
        pytest.param("place_of_birth", "KOTA  CONTOH", "equal", None, id="blanks in a place"),
        pytest.param("nik", "9901015508950002", "different", HARD, id="another NIK"),
        pytest.param("nik", "990101 550895 0001", "equal", None, id="a NIK in groups"),
    ],
)
def test_a_ktp_that_differs(
    policy: Policy, field: str, value: str, status: str, severity: Severity | None
) -> None:
    item = compared(policy, old_passport=passport(), ektp=ktp(KTP | {field: value}))[field]
    assert item.status == status
    assert (item.finding.severity if item.finding else None) == severity
    if item.finding:
        assert item.finding.code == f"consistency.{field}_{status}"
        assert item.finding.subject == field
        assert value in item.finding.message.id
        assert value in item.finding.message.en


@pytest.mark.parametrize("field", ["name", "birth_date", "sex", "nik"])
def test_a_conflict_with_an_uncertain_reading_is_for_review(policy: Policy, field: str) -> None:
    other = {"name": "RATNA", "birth_date": "1970-01-01", "sex": "M", "nik": "1234567890123456"}
    card = ktp(KTP | {field: other[field]}, unsure=field)
    item = compared(policy, old_passport=passport(), ektp=card)[field]
    assert item.status == "different"
    assert item.finding is not None
    assert item.finding.severity is SOFT
    assert "uncertainly" in item.finding.message.en


def test_an_uncertain_reading_does_not_hide_a_sure_conflict(policy: Policy) -> None:
    wrong = passport(MRZ | {"birth_date": "1990-01-01"})
    card = ktp(KTP | {"birth_date": "1970-01-01"}, unsure="birth_date")
    item = compared(policy, old_passport=wrong, ektp=card)["birth_date"]
    assert item.finding is not None
    assert item.finding.severity is HARD


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param("1995-??-??", "similar", id="unknown parts prove nothing"),
        pytest.param("1994-??-??", "different", id="the known part contradicts"),
    ],
)
def test_partial_birth_dates(policy: Policy, said: str, status: str) -> None:
    found = compared(policy, old_passport=passport(MRZ | {"birth_date": said}), ektp=ktp())
    assert found["birth_date"].status == status


def test_what_one_source_alone_has_is_not_assessed(policy: Policy) -> None:
    found = compared(policy, old_passport=passport())
    assert found["place_of_birth"].status == "not_assessed"
    assert found["place_of_birth"].finding is None
    assert compared(policy, {}, ektp=ktp())["nik_sex"].status == "not_assessed"


@pytest.mark.parametrize("field", ["name", "birth_date"])
def test_without_a_second_source_identity_is_not_proven(policy: Policy, field: str) -> None:
    item = compared(policy, DECLARED, ektp=DocumentReading("unknown", {}))[field]
    assert item.status == "not_assessed"
    assert item.finding is not None
    assert item.finding.severity is SOFT


@pytest.mark.parametrize(
    ("declared", "field", "status"),
    [
        pytest.param({"nik": "9901011508950001"}, "nik_sex", "different", id="a man's NIK"),
        pytest.param({"nik": "9901015608950001"}, "nik_birth_date", "different", id="a day off"),
        pytest.param({"nik": "123"}, "nik_birth_date", "not_assessed", id="no NIK at all"),
        pytest.param({"birth_date": "1895-08-15"}, "nik_birth_date", "equal", id="no century"),
        pytest.param({"sex": "PEREMPUAN"}, "sex", "equal", id="sex in words"),
        pytest.param({"nik": ""}, "nik", "not_assessed", id="nothing declared"),
        pytest.param({"document_number": "x 123 4567"}, "document_number", "equal", id="blanks"),
        pytest.param({"document_number": "X1234S67"}, "document_number", "different", id="S for 5"),
    ],
)
def test_declared_data(policy: Policy, declared: dict[str, str], field: str, status: str) -> None:
    card = ktp({name: value for name, value in KTP.items() if name != "nik"})
    found = compared(policy, DECLARED | declared, old_passport=passport(), ektp=card)
    assert found[field].status == status


def test_wni_is_indonesia(policy: Policy) -> None:
    found = compared(
        policy, DECLARED | {"nationality": "IDN"},
        old_passport=passport(MRZ | {"nationality": "IDN"}),
        ektp=ktp(KTP | {"nationality": "WNI"}),
    )  # fmt: skip
    assert found["nationality"].status == "equal"


def test_a_zone_that_was_too_short_for_the_name(policy: Policy) -> None:
    long = "MUHAMMAD NUR ALAMSYAH WIRAWAN KUSUMANEGARA"
    zone = MRZ | {"surname": "SASTROWARDOYO", "given_names": "MUHAMMAD NUR ALAMSYAH WI"}
    declared = DECLARED | {"given_names": long, "surname": "SASTROWARDOYO", "name": ""}
    line = "P<UTOSASTROWARDOYO<<MUHAMMAD<NUR<ALAMSYAH<WI"
    assert compared(policy, declared, a=passport(zone, line=line))["name"].status == "equal"
    whole = passport(zone, line=line[:-1] + "<")
    assert compared(policy, declared, a=whole)["name"].status == "different"


def test_two_passports_are_two_sources(policy: Policy) -> None:
    found = compared(policy, DECLARED, old_passport=passport(), second=passport())
    assert set(found["sex"].values) == {"declared", "mrz", "mrz (second)"}
