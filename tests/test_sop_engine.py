"""The engine: what is open, what is refused and why, and what an override leaves behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sop_cases import a_case, a_log, cases_of, step

from pipeline.sop.engine import Override, check, open_stages, replay
from pipeline.sop.event import CaseEvents, Event
from pipeline.sop.profile import load_procedure

RULES = load_procedure()
PAPERS = {"type": "new_adult", "documents": "ektp kk ijazah"}


def begun(*stages: Event) -> CaseEvents:
    return CaseEvents.of([step("register", 0, "", "applicant", **PAPERS), *stages])


def docs(minutes: float = 5, **told: str) -> Event:
    return step("docs_check", minutes, "o1", "officer", **told)


def names(case: CaseEvents | None, type_: str = "") -> set[str]:
    return {stage.stage for stage in open_stages(RULES, case, type_)}


def test_a_new_case_begins_with_its_registration() -> None:
    assert names(None) == {"register"}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([], {"docs_check", "returned"}, id="registered"),
        pytest.param([docs()], {"validity", "cekal", "bap", "receipt", "returned"}, id="complete"),
        pytest.param([docs(result="incomplete")], {"docs_check", "returned"}, id="incomplete"),
        pytest.param([docs(), step("cekal", 6, result="hit")], set(), id="on the watch list"),
    ],
)
def test_what_is_open(events: list[Event], expected: set[str]) -> None:
    assert names(begun(*events)) == expected


def test_every_event_of_an_orderly_log_would_have_been_allowed() -> None:
    for case in cases_of(a_log("", cases=60)[0]):
        for event, verdict in replay(RULES, case):
            assert verdict.allowed, (event, verdict.refusals)
        assert not names(case)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        pytest.param(step("coffee", 9), "sop.stage_unknown", id="no stage of ours"),
        pytest.param(step("photo", 9, "o2", "officer"), "sop.not_open", id="too early"),
        pytest.param(step("validity", 9, "b", "bank"), "sop.role", id="another's work"),
        pytest.param(step("register", 9), "sop.too_often", id="twice"),
        pytest.param(step("cekal", 1, "o1", "officer"), "sop.time_reversed", id="before the last"),
        pytest.param(step("validity", 9, "s", "supervisor", documents="", type="tourist"),
                     "sop.type_unknown", id="a type that nobody knows"),
    ],
)  # fmt: skip
def test_refusals(event: Event, code: str) -> None:
    verdict = check(RULES, begun(docs()), event)
    assert not verdict.allowed
    assert [refusal.code for refusal in verdict.refusals] == [code]
    assert verdict.refusals[0].source
    assert verdict.to_dict()["event"] is None


def test_papers_are_refused_where_one_is_missing() -> None:
    short = CaseEvents.of([step("register", 0, type="new_adult"), docs(documents="ektp ijazah")])
    (refusal,) = check(RULES, short, step("validity", 9, "s", "supervisor")).refusals
    assert refusal.code == "sop.documents"
    assert "kk" in refusal.message.en


def four_eyes() -> tuple[CaseEvents, Event]:
    events = a_case()
    number = next(n for n, e in enumerate(events) if e.stage == "verification")
    photo = next(e for e in events if e.stage == "photo")
    case = CaseEvents.of(events[:number])
    return case, replace(events[number], actor=photo.actor)


def test_one_pair_of_eyes_is_refused_and_barred() -> None:
    case, event = four_eyes()
    assert [r.code for r in check(RULES, case, event).refusals] == ["sop.four_eyes"]
    (stage,) = [s for s in open_stages(RULES, case) if s.stage == "verification"]
    assert event.actor in stage.barred


BOSS = Override("head-1", "head", "camera broken, applicant ill")


def test_an_override_is_recorded_with_name_role_reason_and_codes() -> None:
    early = step("photo", 9, "o2", "officer")
    verdict = check(RULES, begun(docs()), early, BOSS)
    assert verdict.event is not None
    assert {k: v for k, v in verdict.event.attributes.items() if k.startswith("override")} == {
        "override_by": "head-1",
        "override_role": "head",
        "override_reason": "camera broken, applicant ill",
        "override_codes": "sop.not_open",
    }
    after = begun(docs(), verdict.event)
    assert "fingerprint" not in names(after)  # what was let pass opens nothing else


def test_what_was_let_pass_is_not_refused_again_later() -> None:
    case = begun(
        docs(), step("photo", 9, "o2", "officer"), step("fingerprint", 10, "o2", "officer")
    )
    assert not check(RULES, case, step("match", 11, "", "system")).refusals


@pytest.mark.parametrize(
    ("override", "code"),
    [
        pytest.param(replace(BOSS, role="officer"), "sop.override_role", id="who may not"),
        pytest.param(replace(BOSS, reason="  "), "sop.override_reason", id="without a reason"),
        pytest.param(replace(BOSS, by=""), "sop.override_reason", id="without a name"),
        pytest.param(replace(BOSS, by="o2"), "sop.override_self", id="for oneself"),
    ],
)
def test_an_override_that_does_not_hold(override: Override, code: str) -> None:
    verdict = check(RULES, begun(docs()), step("photo", 9, "o2", "officer"), override)
    assert not verdict.allowed
    assert verdict.refusals[-1].code == code


def test_nobody_overrides_the_four_eyes() -> None:
    case, event = four_eyes()
    verdict = check(RULES, case, event, BOSS)
    assert [r.code for r in verdict.refusals] == ["sop.four_eyes", "sop.override_never"]


def test_an_override_of_nothing_leaves_no_trace() -> None:
    event = docs()
    assert check(RULES, begun(), event, BOSS).event == event


@pytest.mark.parametrize(
    ("days", "codes"),
    [
        pytest.param(9, [], id="on the seventh working day"),
        pytest.param(10, ["sop.clock_out"], id="a day later the application is cancelled"),
    ],
)
def test_a_clock_that_cancels(days: int, codes: list[str]) -> None:
    case = begun(docs(), step("receipt", 6, "o1", "officer"))
    late = step("payment", days * 24 * 60, "b", "bank")
    verdict = check(RULES, case, late)
    assert [refusal.code for refusal in verdict.refusals] == codes
    again = check(RULES, case, late, BOSS)
    assert again.event is not None
    assert again.event.attributes.get("override_codes", "") == " ".join(codes)
