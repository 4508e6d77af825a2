"""Whole documents: the committed specimens, turned, swapped, small, blank."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from capture.sample import Sample
from pipeline.documents.read import DocumentReading, read_document
from pipeline.documents.rectify import rectify
from pipeline.documents.types import document_types
from pipeline.findings import Outcome, Severity, outcome_of

GOLD = Path(__file__).resolve().parent.parent / "fixtures" / "gold" / "documents"
TRUTH: dict[str, dict[str, Any]] = {
    entry["file"]: entry
    for entry in tomllib.loads((GOLD / "truth.toml").read_text(encoding="utf-8"))["document"]
}
KINDS = {"passport": "old_passport", "ktp": "ektp"}
PASSPORT_FIELDS = ("surname", "given_names", "sex", "birth_date", "document_number", "expiry_date")
KTP_FIELDS = (
    "nik", "name", "sex", "birth_date", "place_of_birth", "address", "rt_rw", "village",
    "district", "religion", "marital_status", "occupation", "nationality", "blood_type",
    "valid_until", "province",
)  # fmt: skip


def picture(name: str) -> np.ndarray:
    return Sample.from_file(GOLD / name).image


def values(reading: DocumentReading) -> dict[str, str]:
    return {name: field.value for name, field in reading.fields.items()}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("passport_lestari_flat.jpg", id="on the scanner"),
        pytest.param("passport_lestari_desk.jpg", id="on a desk"),
        pytest.param("passport_gunawan_turned_90.jpg", id="on its side"),
        pytest.param("passport_gunawan_turned_180.jpg", id="on its head"),
        pytest.param("passport_gunawan_small.jpg", id="small"),
    ],
)
def test_passports(name: str) -> None:
    truth = TRUTH[name]
    reading = read_document(picture(name), expected="old_passport")
    assert reading.type == "passport"
    assert {key: values(reading)[key] for key in PASSPORT_FIELDS} == {
        key: truth[key] for key in PASSPORT_FIELDS
    }
    assert {field.source for field in reading.fields.values()} == {"mrz"}
    assert reading.portrait is not None
    assert outcome_of(reading.findings) is Outcome.PASS


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("ktp_lestari_flat.jpg", id="on the scanner"),
        pytest.param("ktp_gunawan_desk.jpg", id="on a desk"),
    ],
)
def test_ktps(name: str) -> None:
    truth = TRUTH[name]
    reading = read_document(picture(name), expected="ektp")
    assert reading.type == "ktp"
    assert reading.mrz is None, "nobody looks for a zone on a KTP"
    assert {key: values(reading).get(key) for key in KTP_FIELDS} == {
        key: truth[key] for key in KTP_FIELDS
    }
    assert reading.portrait is not None
    assert outcome_of(reading.findings) is Outcome.PASS
    assert reading.quad is not None
    assert np.abs(np.array(reading.quad) - np.array(truth["corners"])).max() < 6


@pytest.mark.parametrize(
    ("name", "expected", "key"),
    [
        pytest.param("ktp_lestari_flat.jpg", "ektp", "nik", id="KTP"),
        pytest.param("passport_lestari_flat.jpg", "old_passport", "document_number", id="passport"),
    ],
)
def test_a_page_that_fills_the_picture_loses_nothing(name: str, expected: str, key: str) -> None:
    page = rectify(picture(name))
    assert page.quad is not None
    reading = read_document(np.ascontiguousarray(page.image[6:-6, 6:-6]), expected=expected)
    assert values(reading)[key] == TRUTH[name][key]
    assert reading.portrait is not None
    assert outcome_of(reading.findings) is Outcome.PASS


def test_a_ktp_on_its_head_is_turned() -> None:
    image = np.ascontiguousarray(np.rot90(picture("ktp_lestari_flat.jpg"), 2))
    reading = read_document(image, expected="ktp")
    assert values(reading)["nik"] == TRUTH["ktp_lestari_flat.jpg"]["nik"]
    assert reading.quad is not None
    first, third = reading.quad[0], reading.quad[2]
    assert first[0] > third[0], "the page's upper left lies at the picture's lower right"
    assert first[1] > third[1]


@pytest.mark.parametrize(
    ("name", "expected", "found"),
    [
        pytest.param("ktp_lestari_flat.jpg", "old_passport", "ktp", id="KTP for a passport"),
        pytest.param("passport_lestari_flat.jpg", "ektp", "passport", id="passport for a KTP"),
    ],
)
def test_another_document_than_expected_is_read_and_said(
    name: str, expected: str, found: str
) -> None:
    reading = read_document(picture(name), expected=expected)
    assert reading.type == found
    assert values(reading)
    [finding] = [each for each in reading.findings if each.code == "document.unexpected_type"]
    assert (finding.value, finding.limit, finding.severity) == (found, expected, Severity.REVIEW)


@pytest.mark.parametrize(
    "image",
    [
        pytest.param("letter.jpg", id="a letter with the labels of a KTP"),
        pytest.param("passport_gunawan_no_mrz.jpg", id="a passport whose zone is cut off"),
        pytest.param(np.full((400, 600, 3), 255, np.uint8), id="white"),
        pytest.param(np.zeros((16, 900, 3), np.uint8), id="a black strip"),
        pytest.param(
            np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8), id="noise"
        ),
    ],
)
def test_what_is_neither_is_unknown_and_for_review(image: str | np.ndarray) -> None:
    reading = read_document(picture(image) if isinstance(image, str) else image)
    assert reading.type == "unknown"
    assert not reading.fields
    assert "document.not_recognised" in {finding.code for finding in reading.findings}
    assert outcome_of(reading.findings) is Outcome.REVIEW
    assert all(finding.message.id and finding.message.en for finding in reading.findings)


def test_a_page_without_its_zone_still_has_its_portrait() -> None:
    reading = read_document(picture("passport_gunawan_no_mrz.jpg"), expected="old_passport")
    assert reading.portrait is not None
    assert {"mrz.not_found", "document.not_recognised"} <= {f.code for f in reading.findings}


@pytest.mark.parametrize("name", ["passport_gunawan_turned_90.jpg", "passport_gunawan_small.jpg"])
def test_json_speaks_of_the_scan(name: str) -> None:
    """The page is not in the JSON, so places in it are given in the scan's pixels."""
    reading = read_document(picture(name))
    table = json.loads(json.dumps(reading.to_dict(), allow_nan=False))
    corners = np.array(TRUTH[name]["corners"])
    low, high = corners.min(axis=0) - 8, corners.max(axis=0) + 8
    x0, y0, x1, y1 = table["portrait_box"]
    assert low[0] <= x0 < x1 <= high[0]
    assert low[1] <= y0 < y1 <= high[1]
    zone = np.array(table["mrz"]["polygon"])
    assert ((zone >= low) & (zone <= high)).all()
    assert set(table) == {
        "type", "fields", "mrz", "portrait_box", "quad", "findings",
    }  # fmt: skip
    assert set(table["fields"]["surname"]) == {"value", "source", "confidence", "status", "raw"}


def test_portrait_and_zone_lie_on_the_upright_page() -> None:
    reading = read_document(picture("passport_gunawan_turned_90.jpg"))
    assert reading.page is not None
    assert reading.portrait is not None
    assert reading.portrait_box is not None
    assert reading.mrz is not None
    assert reading.mrz.polygon is not None
    height, width = reading.page.shape[:2]
    right_eye, left_eye = reading.portrait.eyes
    assert right_eye[0] < left_eye[0], "the subject's right eye is on the left of an upright page"
    assert reading.portrait_box[2] < width / 2, "the portrait stands left"
    assert min(y for _, y in reading.mrz.polygon) > height / 2, "the zone stands below"


def test_every_type_of_the_drawer_keeps_its_contract() -> None:
    types = document_types()
    assert {kind.name for kind in types} == {"passport", "id_card", "visa", "ktp"}
    kinds = [name for kind in types for name in kind.kinds]
    assert len(kinds) == len(set(kinds)), "no paper has two types"
    assert all(kind.name in kind.kinds for kind in types)
    assert [kind.uses_mrz for kind in types] == sorted(
        (kind.uses_mrz for kind in types), reverse=True
    )
