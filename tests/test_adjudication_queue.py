"""Cases: one a verification report, in the order in which a person should look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from specimen_reports import report_of

from pipeline.adjudication.case import open_case
from pipeline.adjudication.errors import CaseNotFound
from pipeline.adjudication.queue import list_cases, show_case
from pipeline.errors import exit_status, http_status
from pipeline.findings import Outcome
from pipeline.json_text import digest_of_text, json_line
from pipeline.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def test_doubt_comes_before_certainty_and_then_the_oldest(store: Store) -> None:
    for number, outcome in enumerate(["pass", "review", "fail", "pass", "review"]):
        open_case(store, report_of(str(number), Outcome(outcome)))
    assert [case.number for case in list_cases(store)] == ["1", "2", "4", "0", "3"]
    assert [case.number for case in list_cases(store, outcome="pass")] == ["0", "3"]
    assert [case.number for case in list_cases(store, limit=2, offset=1)] == ["2", "4"]
    assert list_cases(store, state="decided") == ()
    assert len(list_cases(store, state=None)) == 5


def test_a_second_verification_renews_the_open_case(store: Store) -> None:
    first = open_case(store, report_of("7", Outcome.FAIL), actor="siti")
    other = open_case(store, report_of("8", Outcome.FAIL))
    again = open_case(store, report_of("7", Outcome.PASS), actor="budi")
    assert again.id == first.id
    assert (again.outcome, again.verifications) == ("pass", 2)
    assert again.opened_at == first.opened_at
    assert [case.id for case in list_cases(store)] == [other.id, first.id]
    shown = show_case(store, first.id)
    assert shown.report["outcome"] == "pass"
    assert [(event.kind, event.actor) for event in shown.events] == [
        ("case.opened", "siti"),
        ("case.verified_again", "budi"),
    ]
    digests = [json.loads(event.payload)["report"] for event in shown.events]
    assert len({*digests, first.report_sha256, again.report_sha256}) == 4  # salted, each its own


def test_offices_count_their_applications_for_themselves(store: Store) -> None:
    one = open_case(store, report_of("7", office="Kanim Contoh"))
    other = open_case(store, report_of("7", office="ULP Contoh"))
    assert one.id != other.id


def test_a_case_keeps_report_and_digests(store: Store) -> None:
    report = report_of("7", Outcome.REVIEW)
    case = open_case(store, report)
    shown = show_case(store, case.id)
    assert shown.report == report.to_dict()
    assert list(shown.report) == list(report.to_dict())  # in the report's own order
    assert digest_of_text(json_line(report.to_dict())) == case.report_sha256
    assert [item.to_dict() for item in shown.evidence] == [
        {"role": "portrait", "name": "portrait.jpg", "sha256": "a" * 64},
        {"role": "ektp", "name": "ktp.jpg", "sha256": "b" * 64},
    ]
    table = json.loads(json_line(shown.to_dict()))
    assert {"id", "number", "state", "evidence", "events", "report"} <= set(table)


def test_a_number_that_is_none_is_null_in_the_store(store: Store) -> None:
    case = open_case(store, report_of(raw=float("nan")))
    assert show_case(store, case.id).report["portrait"]["raw"] is None


def test_an_unknown_case_is_named(store: Store) -> None:
    with pytest.raises(CaseNotFound) as caught:
        show_case(store, "x' OR '1'='1")
    assert caught.value.code == "case.not_found"
    assert (exit_status(caught.value), http_status(caught.value)) == (3, 404)
