"""Deviations: each code alone, by a generated log that triggers it, and its edges by hand."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import pytest
from sop_cases import MORNING, a_case, a_log, found_in, step

from pipeline.findings import Words
from pipeline.sop.deviations import deviation_rules
from pipeline.sop.deviations._rule import Rule, nothing, rules_in
from pipeline.sop.event import Event
from pipeline.sop.profile import load_procedure

CODES = tuple(f"D{number:02}" for number in range(1, 15))


def codes(events: list[Event]) -> set[str]:
    return {deviation.code for deviation in found_in(events)[0]}


@pytest.mark.parametrize("profile", ["sppt-2014", "sppt-2022"])
def test_an_orderly_log_has_no_deviation_and_fits_wholly(profile: str) -> None:
    found, report = found_in(a_log("")[0], load_procedure(profile))
    assert not found
    assert report.tally.total.to_dict()["fitness"] == 1.0
    assert not report.tally.unassessed


@pytest.mark.parametrize("profile", ["sppt-2014", "sppt-2022"])
@pytest.mark.parametrize("code", CODES)
def test_each_code_is_triggered_alone_by_its_log(code: str, profile: str) -> None:
    events, truth = a_log(code)
    found, report = found_in(events, load_procedure(profile))
    assert truth.cases[code]
    assert {deviation.code for deviation in found} == {code}
    assert {deviation.case for deviation in found} == truth.cases[code]
    assert report.tally.total.codes == {code: len(truth.cases[code])}


def test_the_drawer_offers_every_code_once() -> None:
    rules = deviation_rules()
    assert tuple(rule.code for rule in rules) == CODES
    for rule in rules:
        assert rule.label.id
        assert rule.label.en
        assert rule.needs


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param({"one": None}, TypeError, id="a file without a rule"),
        pytest.param({"one": "D01", "two": "D01"}, ValueError, id="a code twice"),
    ],
)
def test_a_newcomer_that_breaks_the_drawer_is_refused(
    given: dict, error: type[Exception], tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = ModuleType("drawer")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "drawer", package)
    for name, code in given.items():
        (tmp_path / f"{name}.py").write_text("")
        module = ModuleType(f"drawer.{name}")
        if code:
            module.RULE = Rule(code=code, label=Words("a", "b"), needs="x", of_case=nothing)
        monkeypatch.setitem(sys.modules, f"drawer.{name}", module)
    with pytest.raises(error, match=r"drawer\."):
        rules_in("drawer", [str(tmp_path)])


def changed(events: list[Event], stage: str, **told: str) -> list[Event]:
    """The case with other attributes at ``stage``; an empty text takes one away."""
    return [
        replace(e, attributes={k: v for k, v in {**e.attributes, **told}.items() if v})
        if e.stage == stage
        else e
        for e in events
    ]


@pytest.mark.parametrize(
    ("stage", "told", "expected"),
    [
        pytest.param("verification", {"reason": "twins"}, set(), id="nothing to excuse"),
        pytest.param("match", {"match": "review"}, {"D11"}, id="in doubt, without a reason"),
        pytest.param("match", {"match": "hit", "result": "failed"}, set(), id="not passed on"),
        pytest.param("photo", {"gate": "failed"}, {"D08"}, id="failed and passed on"),
        pytest.param("photo", {"gate": "failed", "result": "failed"}, set(), id="failed, undone"),
        pytest.param("register", {"sop": "1386"}, {"D12"}, id="an SOP for other types"),
        pytest.param("register", {"procedure": "sppt-1999"}, {"D12"}, id="another procedure"),
        pytest.param("register", {"procedure": "sppt-2022"}, set(), id="this procedure"),
        pytest.param("register", {"by": "broker"}, {"D04"}, id="the broker registered"),
        pytest.param("interview", {"started": "yesterday"}, set(), id="no time: not judged"),
    ],
)
def test_edges_of_the_attributes(stage: str, told: dict, expected: set) -> None:
    assert codes(changed(a_case(), stage, **told)) == expected


def test_a_reason_excuses_a_doubtful_match() -> None:
    doubtful = changed(a_case(), "match", match="no_match")
    assert codes(doubtful) == {"D11"}
    assert codes(changed(doubtful, "verification", reason="scar, seen by two")) == set()


def test_the_accelerated_service_may_be_fast() -> None:
    events, _ = a_log("D10")
    name = found_in(events)[0][0].case
    hasty = [event for event in events if event.case == name]
    assert codes(hasty) == {"D10"}
    assert codes(changed(hasty, "register", service="accelerated")) == set()


@pytest.mark.parametrize(
    ("stage", "name", "code"),
    [("docs_check", "documents", "D07"), ("photo", "gate", "D08"), ("match", "match", "D11")],
)
def test_what_the_log_does_not_tell_is_not_assessed(stage: str, name: str, code: str) -> None:
    found, report = found_in(changed(a_case(), stage, **{name: ""}))
    assert not found
    assert report.tally.to_dict()["not_assessed"] == {code: 1}


def test_who_let_it_pass_stands_with_the_deviation() -> None:
    events = changed(a_case(), "photo", gate="overridden", override_by="head-1")
    (deviation,) = found_in(events)[0]
    assert (deviation.code, deviation.overridden_by) == ("D08", "head-1")


def test_a_case_on_its_way_has_skipped_nothing() -> None:
    assert codes([e for e in a_case() if e.time < MORNING + timedelta(hours=1)]) == set()


def test_one_person_at_impossible_speed_across_cases() -> None:
    rows = [
        Event(str(number), "interview", MORNING + timedelta(seconds=20 * number), "anna")
        for number in range(4)
    ]
    hasty = [d for d in found_in(rows)[0] if d.code == "D05"]
    assert [(d.case, d.value, d.actor) for d in hasty] == [
        ("1", 20.0, "anna"), ("2", 20.0, "anna"), ("3", 20.0, "anna"),
    ]  # fmt: skip


def queue(order: str, **told: str) -> list[Event]:
    """Applicants a, b, c ... register minute by minute and are served in ``order``."""
    events = []
    for at, name in enumerate(order):
        came = MORNING + timedelta(minutes=ord(name) - ord("a"))
        served = MORNING + timedelta(hours=1, minutes=5 * at)
        told_here = told if name == "h" else {}
        events.append(Event(name, "register", came, office="X", attributes=told_here))
        events.append(Event(name, "docs_check", served, "o", office="X"))
    return events


@pytest.mark.parametrize(
    ("order", "told", "breaches"),
    [
        pytest.param("abcdefgh", {}, {}, id="in order"),
        pytest.param("ahbcdefg", {}, {"h": 6}, id="the last one second"),
        pytest.param("bcdefgha", {}, {}, id="the first was not there: nobody is to blame"),
        pytest.param("abcdehfg", {}, {}, id="two overtaken: below the limit"),
        pytest.param("ahbcdefg", {"priority": "elderly"}, {}, id="with priority"),
        pytest.param("ahbcdefg", {"queue": "B"}, {}, id="at another counter"),
        pytest.param("ghabcdef", {}, {"g": 6, "h": 6}, id="two favoured"),
    ],
)
def test_queues(order: str, told: dict, breaches: dict) -> None:
    found = [d for d in found_in(queue(order, **told))[0] if d.code == "D03"]
    assert {d.case: d.value for d in found} == breaches


def test_a_broken_log() -> None:
    events = a_case()
    twice = [*events, events[5]]
    backwards = [replace(events[1], time=events[3].time + timedelta(seconds=1)) if n == 1 else e
                 for n, e in enumerate(events)]  # fmt: skip
    assert "D14" in codes(twice)
    assert "D14" in codes(backwards)


def test_findings_rank_by_weight_and_certainty_and_name_their_cases() -> None:
    events, truth = a_log("D01", rate=0.3)
    finding = found_in(events)[1].tally.findings()[0]
    assert (finding.code, finding.stage) == ("D01", "interview")
    assert set(finding.examples) <= truth.cases["D01"]
    assert finding.cases / finding.of == finding.share > finding.score / 5 > 0
    assert finding.elsewhere is not None


def test_tallies_per_office_and_month_add_up() -> None:
    tally = found_in(a_log("D09", cases=600, rate=0.1)[0])[1].tally
    told = tally.to_dict()
    for parts in (told["offices"], told["months"]):
        assert sum(part["cases"] for part in parts.values()) == told["cases"] == 600
        late = sum(part["deviating_cases"].get("D09", 0) for part in parts.values())
        assert late == told["deviating_cases"]["D09"]


def test_unknown_stages_are_named() -> None:
    found, _ = found_in([*a_case(), step("coffee", 1)])
    assert "D12" in {d.code for d in found if d.stage == "coffee"}
