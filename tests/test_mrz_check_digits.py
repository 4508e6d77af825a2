"""Check digits against the examples that ICAO Doc 9303 prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.mrz.check_digits import ALPHABET, check_digit, value_of


@pytest.mark.parametrize(
    ("data", "digit", "source"),
    [
        ("520727", "3", "Doc 9303-3, 4.9, example 1: a date"),
        ("AB2134<<<", "5", "Doc 9303-3, 4.9, example 2: a document number"),
        ("HA672242<658022549601086<<<<<<<<<<<<<<0", "8", "Doc 9303-4, composite of TD3"),
        ("D23145890734", "9", "a number of twelve characters, as TD1 allows"),
        ("L898902C3", "6", "Doc 9303-4, specimen of Utopia"),
        ("740812", "2", "the specimen's date of birth"),
        ("<<<<<<<<<<<<<<", "0", "nothing but fillers"),
    ],
)
def test_published_examples(data, digit, source):
    assert check_digit(data) == digit, source


def test_values_are_the_standards():
    assert [value_of(c) for c in "09AZ<"] == [0, 9, 10, 35, 0]


@given(st.text(ALPHABET, min_size=1, max_size=44), st.data())
def test_a_changed_digit_changes_the_check_digit(data, draw):
    """Weights 7, 3 and 1 have no factor in common with 10: one wrong digit is always seen."""
    places = [i for i, c in enumerate(data) if c.isdigit()]
    if places:
        place = draw.draw(st.sampled_from(places))
        other = draw.draw(st.sampled_from([d for d in "0123456789" if d != data[place]]))
        assert check_digit(data[:place] + other + data[place + 1 :]) != check_digit(data)


def test_a_foreign_character_is_refused():
    with pytest.raises(KeyError):
        check_digit("AB-1")
