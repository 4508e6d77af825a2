"""What specimens say is valid, and the drawn, printed and scanned sheets keep it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.documents.gold import GUNAWAN, LESTARI
from fixtures.documents.ktp import draw_ktp
from fixtures.documents.mrz_lines import Passport, check_digit
from fixtures.documents.numbers import nik
from fixtures.documents.passport import draw_passport
from fixtures.documents.press import halftone
from fixtures.documents.scan import desk, flatbed

FACE = np.full((540, 420, 3), (200, 150, 120), np.uint8)


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("L898902C3", "6"),  # Doc 9303-4, appendix A: document number
        ("740812", "2"),  # its birth date
        ("120415", "9"),  # its expiry
        ("ZE184226B<<<<<", "1"),  # its personal number
        ("L898902C3674081221204159ZE184226B<<<<<1", "0"),  # its composite
        ("<<<<<<<<<<<<<<", "0"),  # nothing
    ],
)
def test_check_digits_are_those_of_the_standard(text, digit):
    assert check_digit(text) == digit


@pytest.mark.parametrize("text", ["a", "É", "1 2", "²"])
def test_check_digit_refuses_other_signs(text):
    with pytest.raises(ValueError, match="machine-readable"):
        check_digit(text)


def test_lines_are_those_of_the_standards_example():
    anna = Passport(
        "UTO",
        "Eriksson",
        "Anna Maria",
        "L898902C3",
        "UTO",
        date(1974, 8, 12),
        "F",
        date(2012, 4, 15),
        "ZE184226B",
    )
    assert anna.lines() == (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    )


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ -'", min_size=1, max_size=60),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ -'", max_size=60),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
)
def test_lines_are_always_44_signs(surname, given_names, birth):
    lines = Passport("UTO", surname, given_names, "X1", "UTO", birth, "X", date(2031, 1, 1)).lines()
    assert [len(line) for line in lines] == [44, 44]


@pytest.mark.parametrize(
    ("sex", "expected"), [("M", "9901010512870007"), ("F", "9901014512870007")]
)
def test_nik_adds_forty_to_womens_days_and_is_of_nowhere(sex, expected):
    assert nik(date(1987, 12, 5), sex, 7) == expected


@pytest.mark.parametrize("holder", [LESTARI, GUNAWAN], ids=lambda h: h.surname)
def test_passport_has_its_size_and_dark_lines(holder):
    page = draw_passport(holder, FACE)
    assert page.shape == (1039, 1476, 3)
    zone = page[820:].min(axis=2)
    dark_rows = (zone < 90).sum(axis=1) > 100
    starts = np.flatnonzero(np.diff(dark_rows.astype(int)) == 1)
    assert len(starts) >= 2
    bare = draw_passport(holder, FACE, mrz=False)
    assert (bare[840:].min(axis=2) >= 90).all()


def test_card_differs_where_the_name_is_misspelt_and_nowhere_else():
    right = draw_ktp(LESTARI, FACE)
    wrong = draw_ktp(LESTARI, FACE, name="AYU KARTIKA LESTARY")
    assert right.shape == (638, 1011, 3)
    rows, columns = np.nonzero((right != wrong).any(axis=2))
    assert 180 < rows.min() <= rows.max() < 215
    assert columns.min() > 280


@pytest.mark.parametrize("grey", [40, 128, 215])
def test_halftone_keeps_the_order_of_greys(grey):
    flat = np.full((60, 60, 3), grey, np.uint8)
    darker = np.full((60, 60, 3), grey - 30, np.uint8)
    assert halftone(darker).mean() < halftone(flat).mean()


@pytest.mark.parametrize("lay", [flatbed, desk], ids=["flatbed", "desk"])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_corners_follow_the_page(lay, quarters):
    """A page whose quarters have four colours shows them inside the four corners."""
    page = np.zeros((400, 570, 3), np.uint8)
    page[:200, :285], page[:200, 285:] = (220, 30, 30), (30, 220, 30)
    page[200:, 285:], page[200:, :285] = (30, 30, 220), (220, 220, 30)
    scan = lay(page, 5).turned(quarters)
    middle = scan.corners.mean(axis=0)
    for corner, colour in zip(
        scan.corners, [(220, 30, 30), (30, 220, 30), (30, 30, 220), (220, 220, 30)], strict=True
    ):
        x, y = np.rint(corner * 0.7 + middle * 0.3).astype(int)
        assert np.abs(scan.image[y, x].astype(int) - colour).max() < 60


def test_scans_repeat_with_their_seed():
    page = np.full((200, 285, 3), 180, np.uint8)
    assert np.array_equal(flatbed(page, 3).image, flatbed(page, 3).image)
    assert not np.array_equal(flatbed(page, 3).image, flatbed(page, 4).image)


def test_a_document_that_expires_on_the_29th_of_february_was_issued_the_day_before():
    assert replace(LESTARI, expiry=date(2032, 2, 29)).issued == date(2022, 2, 28)
    assert replace(LESTARI, expiry=date(2032, 3, 30)).issued == date(2022, 3, 30)
