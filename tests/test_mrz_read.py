"""Reading zones from pictures: the sample applications' passports, turned, reduced, and no zone."""

import tomllib
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from capture.sample import Sample
from models.text._reader import FrameScores
from pipeline.documents.mrz import parse_mrz, read_mrz
from pipeline.documents.mrz.check_digits import ALPHABET
from pipeline.findings import Severity
from pipeline.policy import load_policy

FOLDER = Path(__file__).parent.parent / "fixtures" / "applications"
PASSPORTS = sorted(FOLDER.glob("*/passport.jpg"))
TODAY = date(2026, 11, 23)


def codes(reading):
    return {finding.code for finding in reading.findings}


@pytest.fixture(scope="module")
def page():
    """The passport of the application that passes: H x W x 3 RGB."""
    return Sample.from_file(FOLDER / "pass" / "passport.jpg").image


@pytest.fixture(scope="module")
def lines(page):
    """Its lines, which hold every check digit and the declared number."""
    read = read_mrz(page, today=TODAY).lines
    assert parse_mrz(read, today=TODAY).valid
    return read


@pytest.mark.parametrize("path", PASSPORTS, ids=lambda path: path.parent.name)
def test_samples_are_read_and_verified(path):
    declared = tomllib.loads((path.parent / "application.toml").read_text("utf-8"))["declared"]
    reading = read_mrz(path, today=TODAY)
    assert (reading.found, reading.format) == (True, "TD3")
    assert reading.verified
    assert reading.lines == reading.raw_lines
    assert reading.fields["document_number"] == declared["document_number"]
    assert min(min(row) for row in reading.char_confidence) == pytest.approx(
        reading.confidence, abs=1e-3
    )


def test_there_are_samples():
    assert len(PASSPORTS) >= 3


@pytest.mark.parametrize("quarters", [1, 2, 3], ids=["left", "upside down", "right"])
def test_all_directions(page, lines, quarters):
    turned = np.ascontiguousarray(np.rot90(page, quarters))
    reading = read_mrz(turned, today=TODAY)
    assert reading.lines == lines
    assert reading.verified


@pytest.mark.parametrize("degrees", [-5.0, 2.0, 8.0])
def test_laid_askew(page, lines, degrees):
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.9)
    turned = cv2.warpAffine(page, matrix, (width, height), borderValue=(120, 110, 100))
    assert read_mrz(turned, today=TODAY).lines == lines


@pytest.mark.parametrize("width", [600, 900, 2400])
def test_other_resolutions(page, lines, width):
    height = round(page.shape[0] * width / page.shape[1])
    resized = cv2.resize(page, (width, height), interpolation=cv2.INTER_AREA)
    assert read_mrz(resized, today=TODAY).lines == lines


def test_a_large_scan_is_cut_from_full_resolution(page, lines):
    """A passport on an A3 flatbed at 400 dpi: 30 megapixels, mostly lid."""
    lid = np.full((4680, 6620, 3), 250, np.uint8)
    print_of = cv2.resize(page, (1970, round(page.shape[0] * 1970 / page.shape[1])))
    lid[900 : 900 + print_of.shape[0], 2100 : 2100 + print_of.shape[1]] = print_of
    assert read_mrz(lid, today=TODAY).lines == lines


def test_polygon_surrounds_the_lines(page):
    """The zone is the lowest 23.2 mm of the page (Doc 9303-4, 3.2): its corners lie there."""
    corners = np.array(read_mrz(page, today=TODAY).polygon)
    height, width = page.shape[:2]
    assert corners.shape == (4, 2)
    assert corners[:, 1].min() > 0.6 * height
    assert np.ptp(corners[:, 0]) > 0.7 * width
    upper_left, upper_right, lower_right, lower_left = corners
    assert upper_left[0] < upper_right[0]
    assert upper_left[1] < lower_left[1] < height
    assert lower_left[0] < lower_right[0] < width


def test_polygon_of_a_turned_page_starts_where_reading_starts(page):
    turned = np.ascontiguousarray(page[::-1, ::-1])
    first, second = read_mrz(turned, today=TODAY).polygon[:2]
    assert first[0] > second[0]  # reads from right to left in this picture


def text_page():
    image = np.full((900, 1200, 3), 255, np.uint8)
    for row in range(60, 880, 44):
        words = "The quick brown dog jumped over the lazy fox, 12 times in 1974."
        cv2.putText(image, words, (30, row), cv2.FONT_HERSHEY_SIMPLEX, 0.95, (20, 20, 20), 2)
    return image


NO_ZONE = [
    pytest.param(np.full((800, 1100, 3), 255, np.uint8), id="blank page"),
    pytest.param(
        np.random.default_rng(1).integers(0, 256, (800, 1100, 3)).astype(np.uint8), id="noise"
    ),
    pytest.param(text_page(), id="page of text"),
    pytest.param(np.full((20, 20, 3), 128, np.uint8), id="thumbnail"),
    pytest.param(
        np.repeat(((np.arange(1100) // 7 % 2) * 255).astype(np.uint8)[None, :, None], 800, 0)
        .repeat(3, 2), id="bars",
    ),
]  # fmt: skip


@pytest.mark.parametrize("image", NO_ZONE)
def test_no_zone_is_a_finding(image):
    reading = read_mrz(image)
    assert not reading.found
    assert reading.lines == ()
    assert codes(reading) == {"mrz.not_found"}
    assert reading.to_dict()["format"] is None


@pytest.mark.parametrize("name", ["portrait.jpg", "ktp.jpg"])
def test_other_papers_have_no_zone(name):
    assert not read_mrz(FOLDER / "pass" / name).found


def test_a_covered_character_is_never_verified(page):
    """A blot over the document number: whatever is read there, a person must look."""
    upper_left, _, lower_right, lower_left = np.array(read_mrz(page).polygon)
    along = (lower_right - lower_left) / 44
    spot = lower_left + 3.5 * along - (lower_left - upper_left) * 0.22
    blotted = page.copy()
    reach = round(float(np.hypot(*along)) * 0.5)
    cv2.circle(blotted, tuple(int(v) for v in spot), reach, (40, 40, 60), -1)
    reading = read_mrz(blotted, today=TODAY)
    assert reading.found
    assert not reading.verified
    assert codes(reading) & {"mrz.unsure", "mrz.corrected", "mrz.check_digit"}
    assert any(f.severity is not Severity.INFO for f in reading.findings)


class Blind:
    """A recogniser that sees nothing anywhere."""

    def read(self, strips):
        logs = np.full((400, 38), -20.0, np.float32)
        logs[:, 0] = 0
        return [FrameScores(logs[: strip.shape[1] // 4], ALPHABET, 4, 1.5) for strip in strips]


def test_another_recogniser_can_be_given(page):
    assert not read_mrz(page, reader=Blind()).found


def test_reading_is_repeatable(page):
    assert read_mrz(page, today=TODAY) == read_mrz(page, today=TODAY)


def test_the_confidence_limit_is_the_policys(page, tmp_path):
    text = load_policy().sections["mrz"]["min_confidence"]
    source = (FOLDER.parent.parent / "pipeline" / "policies" / "passport-id.toml").read_text(
        "utf-8"
    )
    strict = tmp_path / "strict.toml"
    strict.write_text(source.replace(f"min_confidence = {text}", "min_confidence = 1.1"), "utf-8")
    reading = read_mrz(page, load_policy(strict), today=TODAY)
    assert not reading.verified
    assert "mrz.unsure" in codes(reading)
