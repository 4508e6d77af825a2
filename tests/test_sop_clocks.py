"""Clocks: working days of Indonesia, offices that differ, and when a clock starts, warns, stops."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.sop.calendar_rules import zone_of
from pipeline.sop.calendars import calendars
from pipeline.sop.clocks import clock_runs, clock_warnings
from pipeline.sop.errors import ProfileError
from pipeline.sop.event import CaseEvents, Event
from pipeline.sop.profile import load_procedure

WIB = zone_of("WIB")
RULES_2014, RULES_2022 = load_procedure("sppt-2014"), load_procedure("sppt-2022")
PLAIN = calendars(RULES_2022.calendar).default


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def case(*steps: str, type_: str = "new_adult") -> CaseEvents:
    """``stage[:result] time`` each."""
    events = []
    for step in steps:
        name, _, time = step.partition(" ")
        stage, _, result = name.partition(":")
        told = {"type": type_, **({"result": result} if result else {})}
        events.append(Event("1", stage, at(time), attributes=told))
    return CaseEvents.of(events)


def states(procedure, events: CaseEvents, now: str) -> dict[str, str]:
    return {r.clock.id: r.state.value for r in clock_runs(procedure, events, PLAIN, at(now))}


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        pytest.param("2026-03-17", 4, "2026-03-30", id="Nyepi, Idul Fitri and its cuti bersama"),
        pytest.param("2026-06-05", 1, "2026-06-08", id="a weekend"),
        pytest.param("2026-06-06", 1, "2026-06-08", id="from a Saturday"),
        pytest.param("2026-12-31", 1, "2027-01-04", id="into the next year, New Year's Day"),
        pytest.param("2026-03-17", 0, "2026-03-17", id="none"),
    ],
)
def test_working_days(start: str, count: int, end: str) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert PLAIN.add(first, count) == last
    assert PLAIN.between(first, last) == count
    assert PLAIN.between(last, first) == -count


def test_an_office_has_its_own_days_and_zone(tmp_path: Path) -> None:
    file = tmp_path / "offices.toml"
    file.write_text(
        "[default]\nclosed = [2026-06-02]\n"
        '["Kanim A"]\nzone = "WITA"\nopen = [2026-06-06]\nclosed = [2026-06-04]\n'
        '["Kanim B"]\nweekend = [5]\n'
    )
    offices = calendars(RULES_2022.calendar, file)
    assert offices.of("Kanim A").add(date(2026, 6, 3), 2) == date(2026, 6, 6)
    assert not offices.of("Kanim A").is_working(date(2026, 6, 2))  # the default's day holds too
    assert offices.of("Kanim A").zone.utcoffset(None) == timedelta(hours=8)
    assert offices.of("Kanim B").is_working(date(2026, 6, 7))
    assert not offices.of("Kanim B").is_working(date(2026, 6, 5))
    assert offices.of("elsewhere").zone == WIB


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("[a]\nzone = 'Mars'", "sop.calendar_zone", id="no such zone"),
        pytest.param("[a]\nshut = []", "sop.calendar_unknown_key", id="a key nobody reads"),
        pytest.param("[a]\nclosed = ['soon']", "sop.calendar_value", id="no date"),
        pytest.param("[a]\nweekend = [8]", "sop.calendar_value", id="no day of the week"),
        pytest.param("a = ", "sop.calendar_malformed", id="no TOML"),
        pytest.param("a = 1", "sop.calendar_unknown_key", id="no table"),
        pytest.param(None, "sop.calendar_missing", id="no file"),
    ],
)
def test_a_wrong_calendar_is_refused(tmp_path: Path, text: str | None, code: str) -> None:
    file = tmp_path / "offices.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ProfileError) as caught:
        calendars(RULES_2022.calendar, file)
    assert caught.value.code == code


def test_the_rules_of_2014_and_2022_start_the_clock_at_different_stages() -> None:
    events = case("validity 2026-03-16T09:00", "interview 2026-03-17T10:00")
    (old,) = clock_runs(RULES_2014, events, PLAIN, at("2026-03-25T09:00"))
    (new,) = clock_runs(RULES_2022, events, PLAIN, at("2026-03-25T09:00"))
    assert (old.started, old.due) == (at("2026-03-17T10:00"), at("2026-03-31T00:00"))
    assert (new.started, new.due) == (at("2026-03-16T09:00"), at("2026-03-28T00:00"))


@pytest.mark.parametrize(
    ("now", "stop", "state"),
    [
        pytest.param("2026-06-08T09:00", "", "running", id="days to come"),
        pytest.param("2026-06-10T09:00", "", "warning", id="the last day but one"),
        pytest.param("2026-06-11T23:59", "", "warning", id="the last minute"),
        pytest.param("2026-06-12T00:00", "", "overrun", id="over, and nothing done"),
        pytest.param("2026-07-01T00:00", "sign 2026-06-11T23:59", "met", id="met at the end"),
        pytest.param("2026-07-01T00:00", "sign 2026-06-12T00:00", "overrun", id="too late"),
        pytest.param("2026-07-01T00:00", "adjudication:reject 2026-06-09T09:00", "void",
                     id="refused: nothing is due any more"),
    ],
)  # fmt: skip
def test_how_a_clock_stands(now: str, stop: str, state: str) -> None:
    steps = ["validity 2026-06-05T09:00", *([stop] if stop else [])]
    assert states(RULES_2022, case(*steps), now)["issue"] == state


def test_types_without_the_clock_and_results_that_do_not_start_it() -> None:
    lost = case("validity 2026-06-05T09:00", type_="lost")
    assert "issue" not in states(RULES_2022, lost, "2026-06-08T09:00")
    sent_back = case("validity:returned 2026-06-05T09:00")
    assert "issue" not in states(RULES_2022, sent_back, "2026-06-08T09:00")


def test_papers_that_are_sent_back_have_two_clocks() -> None:
    steps = ("docs_check:incomplete 2026-06-05T09:00", "returned 2026-06-08T09:00")
    assert states(RULES_2022, case(*steps), "2026-06-20T09:00") == {
        "return_incomplete": "overrun",  # a day was allowed
        "complete_docs": "warning",
    }
    again = case(*steps, "docs_check 2026-06-19T09:00")
    assert states(RULES_2022, again, "2026-06-20T09:00")["complete_docs"] == "met"


def test_warnings_are_findings_with_their_source() -> None:
    runs = clock_runs(RULES_2022, case("receipt 2026-06-05T09:00"), PLAIN, at("2026-06-15T09:00"))
    (finding,) = clock_warnings(runs)
    assert (finding.code, finding.subject) == ("sop.clock_warning", "pay")
    assert finding.clause == "R: press 2018"
    late = clock_runs(RULES_2022, case("receipt 2026-06-05T09:00"), PLAIN, at("2026-07-15T09:00"))
    assert [finding.code for finding in clock_warnings(late)] == ["sop.clock_overrun"]
