"""Names: harmless spellings told from other people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.names import Name, compare_names, name_parts

LIMIT = 2  # policy consistency.name_review_distance, as shipped

EQUAL = [
    pytest.param(Name("Sari Dewi"), Name("SARI DEWI"), id="case"),
    pytest.param(Name("SARI  DEWI "), Name("SARI DEWI"), id="blanks"),
    pytest.param(Name("SARIDEWI"), Name("SARI DEWI"), id="a blank that was not read"),
    pytest.param(Name("ANNA-MARIA"), Name("ANNA MARIA"), id="hyphen, Doc 9303-3, 4.6.2"),
    pytest.param(Name("D'ARCY"), Name("DARCY"), id="apostrophe, Doc 9303-3, 4.6.2"),
    pytest.param(Name("D’ARCY"), Name("D`ARCY"), id="two kinds of apostrophe"),
    pytest.param(Name("H. ABDUL"), Name("H ABDUL"), id="full stop"),
    pytest.param(Name("JÖRG", "MÜLLER"), Name("JOERG", "MUELLER"), id="umlauts in two letters"),
    pytest.param(Name("JÖRG", "MÜLLER"), Name("JORG", "MULLER"), id="umlauts in one letter"),
    pytest.param(Name("", "MÜLLER"), Name("", "MUXXLLER"), id="Spanish rule for diaeresis"),
    pytest.param(Name("PEÑA"), Name("PENXXA"), id="n with tilde, NXX"),
    pytest.param(Name("ÅSE"), Name("AASE"), id="ring, AA"),
    pytest.param(Name("STRAßE"), Name("STRASSE"), id="sharp s"),
    pytest.param(Name("ANDRÉ"), Name("ANDRE"), id="accent, composed"),
    pytest.param(Name("ANDRE\u0301"), Name("ANDRE"), id="accent, combining"),
    pytest.param(Name("SITI NUR AISYAH"), Name("SITI NUR", "AISYAH"), id="divided or not"),
    pytest.param(Name("AISYAH SITI NUR"), Name("SITI NUR", "AISYAH"), id="surname first"),
    pytest.param(Name("SARI", "DEWI"), Name("DEWI", "SARI"), id="divided the other way round"),
    pytest.param(Name("SUHARTO"), Name("", "SUHARTO"), id="one name, as a surname"),
    pytest.param(Name("SUHARTO"), Name("SUHARTO", "SUHARTO"), id="one name, doubled"),
    pytest.param(Name("SUHARTO"), Name("FNU", "SUHARTO"), id="one name, first name unknown"),
    pytest.param(Name("SUHARTO"), Name("SUHARTO", "LNU"), id="one name, last name unknown"),
    pytest.param(
        Name("MUHAMMAD NUR ALAMSYAH WIRAWAN KUSUMANEGARA SASTROWARDOYO"),
        Name("MUHAMMAD NUR ALAMSYAH WI", "SASTROWARDOYO", truncated=True),
        id="cut by the zone in the middle of a part",
    ),
    pytest.param(
        Name("NILAVADHANANANDA CHAYAPA", "DEJTHAMRONG KRASUANG"),
        Name("NILAVADHANANANDA", "DEJTHAMRONG KRASUANG", truncated=True),
        id="cut by the zone between two parts",
    ),
]
SIMILAR = [
    pytest.param(Name("SITI RAHMAWATI"), Name("SITI RACHMAWATI"), "spelling", id="one letter more"),
    pytest.param(Name("MUHAMAD ALI"), Name("MOHAMMAD ALI"), "spelling", id="two letters"),
    pytest.param(Name("ADI"), Name("ANI"), "spelling", id="one letter of three"),
    pytest.param(Name("NUR AISYAH SITI"), Name("SITI AISYAH NUR"), "order", id="another order"),
    pytest.param(Name("M. FIKRI HAKIM"), Name("MUHAMMAD FIKRI HAKIM"), "abbreviation",
                 id="an initial"),
    pytest.param(Name("MOCH FIKRI"), Name("MOCHAMMAD FIKRI"), "abbreviation",
                 id="a usual short form"),
    pytest.param(Name("MUHAMMAD NUR"), Name("MUHAMMAD N"), "abbreviation",
                 id="an initial that is not said to be cut off"),
]  # fmt: skip
DIFFERENT = [
    pytest.param(Name("BIMA SATRIA"), Name("ARIF NUGROHO"), id="another person"),
    pytest.param(Name("BUDI SANTOSO"), Name("BUDI"), id="a part is missing"),
    pytest.param(Name("BUDI SANTOSO"), Name("BUDI SANTOSA WIBOWO"), id="a part more"),
    pytest.param(
        Name("ALI", "SASTROWARDOYO"), Name("BUDI", "SASTROWARDOYO", truncated=True),
        id="cut, but another person",
    ),
    pytest.param(Name("SARI"), Name(""), id="nothing to compare with"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), EQUAL)
def test_harmless_differences_are_none(first: Name, second: Name) -> None:
    assert compare_names(first, second, LIMIT).likeness == "equal"
    assert compare_names(second, first, LIMIT).likeness == "equal"


@pytest.mark.parametrize(("first", "second", "reason"), SIMILAR)
def test_what_an_officer_must_look_at_is_similar(first: Name, second: Name, reason: str) -> None:
    for one, other in ((first, second), (second, first)):
        found = compare_names(one, other, LIMIT)
        assert (found.likeness, found.reason) == ("similar", reason)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_another_name_is_different(first: Name, second: Name) -> None:
    assert compare_names(first, second, LIMIT).likeness == "different"
    assert compare_names(second, first, LIMIT).likeness == "different"


def test_the_policy_says_how_many_letters_may_differ() -> None:
    first, second = Name("MUHAMAD ALI"), Name("MOHAMMAD ALI")
    assert compare_names(first, second, 1).likeness == "different"
    assert compare_names(first, second, 2).distance == 2


WORDS = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=8)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
ANY_NAMES = st.text(alphabet="aäåæéßğıñøüÞ'’-. ŁłĲXYZ", min_size=1, max_size=20)


@given(ANY_NAMES)
def test_transliteration_is_idempotent(name: str) -> None:
    once = " ".join(name_parts(name))
    assert " ".join(name_parts(once)) == once


@given(NAMES)
def test_a_name_equals_itself_however_it_is_written(name: str) -> None:
    for form in (name.title(), name.lower(), name.replace(" ", "  "), name.replace(" ", "-")):
        assert compare_names(Name(name), Name(form), 0).likeness == "equal"


@given(NAMES, st.data())
def test_a_cut_name_is_carried_by_the_whole_one(name: str, data: st.DataObject) -> None:
    kept = data.draw(st.integers(2, len(name)))
    cut = Name("", name[:kept].strip(), truncated=True)
    assert compare_names(Name(name), cut, 0).likeness == "equal"


@given(NAMES, NAMES)
def test_comparison_is_symmetric(first: str, second: str) -> None:
    assert compare_names(Name(first), Name(second), LIMIT) == compare_names(
        Name(second), Name(first), LIMIT
    )
