"""The printed name against the zone's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.mrz.names import joined_name, split_name
from pipeline.documents.mrz.transliteration import transliterations
from pipeline.findings import Severity
from pipeline.names import name_agreement

AGREE = [
    ("ERIKSSON, ANNA MARIA", "ERIKSSON", "ANNA MARIA", 39, ""),
    ("Anna Maria Eriksson", "ERIKSSON", "ANNA MARIA", 39, ""),
    ("MÜLLER-LÜDENSCHEIDT, JÖRG", "MUELLER LUEDENSCHEIDT", "JOERG", 39, ""),
    ("MÜLLER-LÜDENSCHEIDT, JÖRG", "MULLER LUDENSCHEIDT", "JORG", 39, ""),
    ("MÜLLER, JÖRG", "MUXXLLER", "JOERG", 39, ""),
    ("CAÑON, TÉRÈSA", "CANXXON", "TERESA", 39, ""),
    ("O'CONNOR, ENYA", "OCONNOR", "ENYA", 39, ""),
    ("van der Muellen, Martin", "VANDERMUELLEN", "MARTIN", 39, ""),
    ("AL-BASRI, HUDA", "ALBASRI", "HUDA", 39, ""),
    ("Їжакевич, Юрій", "YIZHAKEVYCH", "YURII", 39, ""),
    ("Хаџи, Ђорђе", "HADZI", "DORDE", 39, ""),
    ("Георгиев, Юлиян", "GEORGIEV", "YULIYAN", 39, ""),
    ("محمد", "MXHMD", None, 39, ""),
    ("عبّاس", "EBAS", None, 39, ""),
    ("SUKARNO", "SUKARNO", None, 39, ""),
    ("SUHARTO", "SUHARTO", "SUHARTO", 39, ""),
    ("Dr. Eriksson, Anna", "ERIKSSON", "ANNA", 39, "title"),
    ("SMITH, JOHN Jr.", "SMITH", "JOHN", 39, "title"),
    ("NILAVADHANANANDA, CHAYAPA DEJTHAMRONG KRASUANG",
     "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", 39, "truncation"),
    ("BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL, DINGO POTOROO",
     "BENNEL WOOLOO WARRAN WARNAM", "DINGO POTO", 39, "truncation"),
    ("Dr. BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL, DINGO POTOROO",
     "BENNELONG WOOLOOM WARRAND WARNAM", "DINGO", 39, "truncation"),
    ("MÜLLER-LÜDENSCHEIDT, MAXIMILIAN ALEXANDER",
     "MUELLER LUEDENSCHEIDT", "MAXIMIL", 30, "truncation"),
]  # fmt: skip


@pytest.mark.parametrize(("viz", "surname", "given_names", "columns", "reason"), AGREE)
def test_one_name_in_both_zones(viz, surname, given_names, columns, reason):
    found = name_agreement(viz, surname, given_names, columns)
    assert (found.status, found.reason, found.finding) == ("equal", reason, None)


DIFFER = [
    ("ERIKSSON, ANNA MARIA", "ERIKSSON", "ANNE MARIA", 39, "similar", Severity.REVIEW),
    ("ERIKSSON, ANNA MARIA", "ERIKSSON", "MARIA ANNA", 39, "similar", Severity.REVIEW),
    ("ERIKSSON, ANNA MARIA", "ERIKSSON", "A MARIA", 39, "similar", Severity.REVIEW),
    ("MUHAMMAD KHALID AL-RAZI", "ALRAZY", "MXHMD XKHALD", 39, "similar", Severity.REVIEW),
    ("ALRAZI, MUHAMMAD KHALID", "ALRAZY", "MXHMD XKHALD", 39, "similar", Severity.REVIEW),
    ("ALRAZI, AHMAD KHALID", "ALRAZY", "MXHMD XKHALD", 39, "different", Severity.FAIL),
    ("ERIKSSON, ANNA MARIA", "ERIKSSON", None, 39, "different", Severity.FAIL),
    ("ERIKSSON, ANNA MARIA", "SVENSSON", "BJOERN", 39, "different", Severity.FAIL),
    ("ERIKSSON, ANNA MARIA", None, None, 39, "different", Severity.FAIL),
    # cut, but there was room
    ("NILAVADHANANANDA, CHAYAPA", "NILAVADHANANANDA", "CHA", 39, "different", Severity.FAIL),
]


@pytest.mark.parametrize(("viz", "surname", "given_names", "columns", "status", "severity"), DIFFER)
def test_names_that_differ(viz, surname, given_names, columns, status, severity):
    found = name_agreement(viz, surname, given_names, columns)
    assert found.status == status
    assert found.finding.severity is severity
    assert found.finding.code == f"names.viz_mrz_{status}"
    assert viz in found.finding.message.id
    assert "9303" in found.finding.clause
    assert found.to_dict()["finding"]["code"] == found.finding.code


LETTERS = "abcdeäöüñåøßéÿÞĳ"
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=3).map(" ".join)


@given(NAMES, st.data())
def test_every_permitted_form_agrees(name, data):
    forms = list(transliterations(name, most=20))
    form = data.draw(st.sampled_from(forms))
    assert name_agreement(name, form.replace("<", " "), None, 99).status == "equal"


@given(NAMES, NAMES)
def test_what_we_cut_agrees_with_what_was_cut(surname, given_names):
    zone = joined_name(surname, given_names, 30)
    first, second = split_name(zone)
    assert name_agreement(f"{surname}, {given_names}", first, second, 30).status == "equal"
