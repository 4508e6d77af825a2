"""Logs in and out: three formats tell the same events, and what is no event is told apart."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sop_cases import MORNING, a_log, cases_of

from pipeline.sop.calendar_rules import zone_of
from pipeline.sop.errors import EventsUnreadable
from pipeline.sop.event import BrokenRow, CaseEvents, Event
from pipeline.sop.exports.csv_log import write_csv
from pipeline.sop.exports.ocel_log import write_ocel
from pipeline.sop.exports.xes_log import write_xes
from pipeline.sop.readers import Reading, read_events
from pipeline.sop.stream import ByCase

XES = '<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">%s</log>'
EVENT = (
    '<trace><string key="concept:name" value="7"/><event><string key="concept:name" value="%s"/>'
    '<date key="time:timestamp" value="%s"/></event></trace>'
)


def read(path: Path, text: str | bytes = b"") -> tuple[list[Event], list[BrokenRow]]:
    if text:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    broken: list[BrokenRow] = []
    return list(read_events(path, Reading(broken=broken.append))), broken


def facts(events: list[Event]) -> list[dict]:
    return sorted((e.to_dict() for e in events), key=lambda row: (row["case"], row["time"]))


@pytest.mark.parametrize("kind", ["csv", "xes", "json"])
def test_what_is_written_is_read_back(tmp_path: Path, kind: str) -> None:
    events, _ = a_log("D13", cases=40)
    sink = io.StringIO()
    write = {"xes": write_xes, "json": write_ocel}.get(kind)
    count = write_csv(events, sink) if write is None else write(cases_of(events), sink)
    back, broken = read(tmp_path / f"log.{kind}", sink.getvalue())
    assert count == len(events)
    assert not broken
    assert facts(back) == facts(events)


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)
NAME = TEXT.filter(bool)


@given(case=NAME, stage=NAME, actor=TEXT, reason=TEXT)
@pytest.mark.parametrize("kind", ["csv", "xes", "json"])
def test_any_text_survives(
    tmp_path_factory: pytest.TempPathFactory, kind: str, case: str, stage: str, actor: str,
    reason: str,
) -> None:  # fmt: skip
    event = Event(case, stage, MORNING, actor, attributes={"reason": reason} if reason else {})
    sink = io.StringIO()
    write = {"xes": write_xes, "json": write_ocel}.get(kind)
    write_csv([event], sink) if write is None else write([CaseEvents.of([event])], sink)
    path = tmp_path_factory.mktemp("log") / f"log.{kind}"
    assert [e.to_dict() for e in read(path, sink.getvalue())[0]] == [event.to_dict()]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("case,stage,time\n7,photo,2026-06-02T08:00:00+07:00\n", id="our names"),
        pytest.param("\ufeffcase_id;activity;timestamp\n7;photo;2026-06-02 08:00\n",
                     id="semicolons, a mark, no zone"),
        pytest.param("case:concept:name\tconcept:name\ttime:timestamp\n7\tphoto\t2026-06-02T01:00Z\n",
                     id="tabs, names of XES, UTC"),
    ],
)  # fmt: skip
def test_csv_as_other_systems_write_it(tmp_path: Path, text: str) -> None:
    (event,), broken = read(tmp_path / "log.csv", text)
    assert (event.case, event.stage, event.time) == ("7", "photo", MORNING)
    assert not broken


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param("7,photo,soon", "no time", id="no time"),
        pytest.param(",photo,2026-06-02T08:00", "no case", id="no case"),
        pytest.param("7,,2026-06-02T08:00", "no stage", id="no stage"),
        pytest.param("7,photo", "2 of 3 columns", id="cut short"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_read(tmp_path: Path, row: str, reason: str) -> None:
    good = "8,photo,2026-06-02T08:00"
    events, (broken,) = read(tmp_path / "log.csv", f"case,stage,time\n{row}\n{good}\n")
    assert [event.case for event in events] == ["8"]
    assert reason in broken.reason
    assert broken.where.endswith("log.csv:2")


def test_times_without_a_zone_are_the_offices_own(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case,stage,time,office\n1,photo,2026-06-02T09:00,Kanim Timur\n")
    reading = Reading(zone=lambda office: zone_of("WITA" if office else "WIB"))
    (event,) = read_events(path, reading)
    assert event.time == MORNING


def test_stages_may_be_renamed_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case,stage,time\n1,FOTO,2026-06-02T09:00\n")
    (event,) = read_events(path, Reading(stages={"foto": "photo"}))
    assert event.stage == "photo"


def test_xes_counts_what_was_finished(tmp_path: Path) -> None:
    body = EVENT % ("photo", "2026-06-02T08:00:00.000+07:00")
    begun = body.replace("</event>", '<string key="lifecycle:transition" value="start"/></event>')
    events, _ = read(tmp_path / "log.xes", XES % (body + begun))
    assert [(event.case, event.stage) for event in events] == [("7", "photo")]


def test_zipped_logs(tmp_path: Path) -> None:
    text = XES % (EVENT % ("photo", "2026-06-02T08:00:00+07:00"))
    assert len(read(tmp_path / "log.xes.gz", gzip.compress(text.encode()))[0]) == 1


BOMB = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaa">]><log>&a;</log>'


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        pytest.param("a.txt", "x", "log_kind", id="no kind that we know"),
        pytest.param("a.csv", None, "log_missing", id="no file"),
        pytest.param("a.csv", "case,stage\n1,photo\n", "log_columns", id="no times"),
        pytest.param("a.csv", "case,stage,time,activity\n", "log_columns", id="a column twice"),
        pytest.param("a.csv", b"case,stage,time\n\xff\xfe\n", "log_unreadable", id="no UTF-8"),
        pytest.param("a.csv.gz", "plain", "log_unreadable", id="no gzip"),
        pytest.param("a.xes", "<log><trace>", "log_xml", id="cut short"),
        pytest.param("a.xes", "<html/>", "log_xes", id="other XML"),
        pytest.param("a.xes", BOMB, "log_doctype", id="entities"),
        pytest.param("a.json", "[]", "log_ocel", id="other JSON"),
        pytest.param("a.json", "{", "log_ocel", id="no JSON"),
        pytest.param("a.json", "[" * 100_000, "log_ocel", id="nested without end"),
    ],
)
def test_what_is_no_log_is_refused(
    tmp_path: Path, name: str, text: str | bytes | None, code: str
) -> None:
    with pytest.raises(EventsUnreadable) as caught:
        read(tmp_path / name, text or b"")
    assert caught.value.code == f"sop.{code}"
    assert caught.value.exit_status == 3
    assert name in caught.value.message


def test_ocel_of_others_takes_the_commonest_object_for_the_case(tmp_path: Path) -> None:
    related = [{"objectId": "o1", "qualifier": "q"}]
    event = {"id": "e", "type": "photo", "time": "2026-06-02T08:00:00+07:00", "attributes": []}
    log = {
        "events": [{**event, "relationships": related}],
        "objects": [{"id": "o1", "type": "passport", "attributes": []}],
    }
    (found,), _ = read(tmp_path / "log.json", json.dumps(log))
    assert found.case == "o1"


def test_a_large_log_is_put_aside_and_gives_the_same_cases() -> None:
    events, _ = a_log("D02", cases=60)
    events.sort(key=lambda event: event.time)
    with ByCase(events) as near, ByCase(events, at_once=100) as far:
        assert (near.events, near.latest) == (far.events, far.latest) == (
            len(events), events[-1].time,
        )  # fmt: skip
        there = {case.case: case for case in far.cases()}
        assert there == {case.case: case for case in near.cases()}
        folder = far._files[0].parent
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_an_event_knows_its_zone() -> None:
    with pytest.raises(ValueError, match="no zone"):
        Event("1", "photo", MORNING.replace(tzinfo=None))
