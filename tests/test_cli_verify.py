"""Applications through the command line: outcome, case, ledger, page, and what stops them."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from commands import SAMPLES, Done, periksa, program
from raw_sqlite import opened
from specimen_reports import report_of

STORE = "periksa.sqlite3"
PROMISED = {
    "application", "outcome", "findings", "portrait", "documents", "face_matches", "consistency",
    "policy", "models", "timings",
}  # fmt: skip
ADDED = {"file", "verified_at", "evidence", "case", "report", "cpu_ms"}
GOOD = ("pass", "review", "fail")
# The change to application.toml (or to a picture), and the code of the error.
BROKEN = {
    "no number": (('number = "1104-2026-000123"', ""), "application.value_missing"),
    "two equals signs": (("number =", "number = ="), "application.malformed"),
    "shoe size declared": (("[declared]", '[declared]\nshoe_size = "43"'),
                           "application.unknown_field"),
    "a driving licence": (('kind = "ektp"', 'kind = "sim"'), "application.unknown_document"),
    "a picture that is not there": (("ktp.jpg", "gone.jpg"), "image.missing"),
}  # fmt: skip


def broken_copy(folder: Path, change: tuple[str, str]) -> Path:
    shutil.copytree(SAMPLES / "pass", folder)
    toml = folder / "application.toml"
    before = toml.read_text(encoding="utf-8")
    assert change[0] in before
    toml.write_text(before.replace(*change), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Run:
    """One run over the samples and broken copies of them, and what it left behind."""

    done: Done
    home: Path
    pages: Path

    def line(self, name: str) -> dict[str, Any]:
        (line,) = (line for line in self.done.lines if Path(line["file"]).name == name)
        return line


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("verify")
    pages, home = place / "pages", place / "home"
    pages.mkdir()
    spoiled = [broken_copy(place / name, change) for name, (change, _) in BROKEN.items()]
    unreadable = place / "a portrait that is text"
    shutil.copytree(SAMPLES / "pass", unreadable)
    (unreadable / "portrait.jpg").write_text("hello")
    inputs = [*spoiled, SAMPLES / "pass", unreadable, SAMPLES / "review", SAMPLES / "fail", place]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PERIKSA_HOME", str(home))
        done = periksa("verify", "--json", "--report", pages / "page.html", *inputs)
    return Run(done, home, pages)


@pytest.fixture
def home(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the store that the run left, for this test alone."""
    copy = tmp_path / "home"
    shutil.copytree(run.home, copy)
    monkeypatch.setenv("PERIKSA_HOME", str(copy))
    return copy


def test_every_application_has_its_line_and_the_status_is_3(run: Run) -> None:
    assert len(run.done.lines) == len(GOOD) + len(BROKEN) + 2
    assert run.done.status == 3
    assert "Traceback" not in run.done.err


@pytest.mark.parametrize("name", GOOD)
def test_a_sample_comes_out_as_stated(run: Run, name: str) -> None:
    line = run.line(name)
    assert line["outcome"] == name
    assert set(line) >= PROMISED
    assert set(line) - PROMISED <= ADDED


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_application_says_what_is_wrong(run: Run, name: str) -> None:
    line = run.line(name)
    assert set(line) == {"file", "error"}
    assert line["error"]["code"] == BROKEN[name][1]
    assert line["error"]["advice"]


def test_an_unreadable_portrait_stops_only_its_application(run: Run) -> None:
    assert run.line("a portrait that is text")["error"]["code"] == "image.not_a_picture"


def test_a_folder_without_an_application_is_named(run: Run) -> None:
    error = run.line(run.home.parent.name)["error"]
    assert error["code"] == "application.missing"
    assert "application.toml" in error["message"]


def test_each_good_application_has_one_page_and_no_bad_one_has(run: Run) -> None:
    written = {Path(run.line(name)["report"]) for name in GOOD}
    assert set(run.pages.iterdir()) == written
    assert len(written) == len(GOOD)
    for name in GOOD:
        page = Path(run.line(name)["report"]).read_text(encoding="utf-8")
        assert run.line(name)["application"]["number"] in page
        assert page.rstrip().endswith("</html>")


def test_the_queue_holds_the_good_ones_and_what_needs_a_person_first(run: Run, home: Path) -> None:
    done = periksa("cases", "list", "--json")
    assert done.status == 0
    assert [case["outcome"] for case in done.lines] == ["review", "fail", "pass"]
    assert {case["id"] for case in done.lines} == {run.line(name)["case"]["id"] for name in GOOD}
    only = periksa("cases", "list", "--json", "--outcome", "fail").only
    assert only["number"] == "1104-2026-000125"


def test_the_queue_on_a_narrow_screen_keeps_the_ids_whole(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = periksa("cases", "list")
    for name in GOOD:
        assert run.line(name)["case"]["id"] in done.out
        assert run.line(name)["application"]["number"] in done.out


def test_a_case_shows_its_report_and_its_events(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    line = run.line("review")
    shown = periksa("cases", "show", "--json", line["case"]["id"]).only
    kept = {key: value for key, value in line.items() if key not in ("file", "case", "report")}
    del kept["cpu_ms"]
    assert shown["report"] == kept
    assert [event["kind"] for event in shown["events"]] == ["case.opened"]
    assert {item["sha256"] for item in shown["evidence"]} == set(line["evidence"].values())
    told = periksa("cases", "show", line["case"]["id"])
    assert told.status == 0
    assert "RACHMAWATI" in told.out
    assert all(digest in told.out for digest in line["evidence"].values())


def test_a_case_that_is_not_there_stops_no_other(run: Run, home: Path) -> None:
    known = run.line("pass")["case"]["id"]
    done = periksa("cases", "show", "--json", "20261123-0000000000", known)
    assert done.status == 3
    assert [line["id"] for line in done.lines] == ["20261123-0000000000", known]
    assert done.lines[0]["error"]["code"] == "case.not_found"


def test_the_chain_holds_after_a_run(home: Path) -> None:
    done = periksa("ledger", "verify", "--json")
    assert done.status == 0
    assert done.only == {"ok": True, "events": 3, "head": done.only["head"], "faults": []}
    assert periksa("ledger", "verify", "--head", done.only["head"]).status == 0


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        pytest.param("UPDATE ledger_events SET actor = 'x' WHERE seq = 2", "ledger.altered",
                     id="another actor"),
        pytest.param("DELETE FROM ledger_events WHERE seq = 2", "ledger.missing",
                     id="an event taken out"),
        pytest.param("UPDATE cases SET outcome = 'pass'", "ledger.case", id="another outcome"),
        pytest.param("UPDATE cases SET report = replace(report, 'fail', 'pass')", "ledger.case",
                     id="another report"),
        pytest.param("UPDATE case_evidence SET sha256 = 'x'", "ledger.case",
                     id="another picture"),
    ],
)  # fmt: skip
def test_tampering_is_reported_with_status_6(home: Path, statement: str, code: str) -> None:
    with opened(home / STORE) as connection:
        for trigger in ("ledger_no_update", "ledger_no_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
    done = periksa("ledger", "verify", "--json")
    assert done.status == 6
    assert done.only["ok"] is False
    assert done.only["error"]["code"] == code
    assert done.only["faults"][0]["message"] in done.err
    assert "backup" in done.only["error"]["advice"]


def test_events_cut_off_show_against_a_head_noted_earlier(home: Path) -> None:
    head = periksa("ledger", "verify", "--json").only["head"]
    with opened(home / STORE) as connection:
        connection.execute("DROP TRIGGER ledger_no_delete")
        connection.execute("DELETE FROM ledger_events WHERE seq = 3")
        connection.execute("DELETE FROM cases WHERE outcome = 'fail'")
    assert periksa("ledger", "verify").status == 0  # nothing else can show it
    done = periksa("ledger", "verify", "--json", "--head", head)
    assert done.status == 6
    assert done.only["error"]["code"] == "ledger.anchor"


def garbage(home: Path) -> None:
    home.mkdir()
    (home / STORE).write_bytes(b"garbage " * 1000)


def foreign(home: Path) -> None:
    home.mkdir()
    with opened(home / STORE) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        pytest.param(garbage, "store.corrupt", id="no database"),
        pytest.param(foreign, "store.foreign", id="a database of another program"),
        pytest.param(lambda home: home.write_text(""), "store.unwritable", id="a file as home"),
    ],
)
@pytest.mark.parametrize("words", [["verify", SAMPLES / "pass"], ["cases", "list"],
                                   ["ledger", "verify"]])  # fmt: skip
def test_a_store_that_cannot_be_used_is_status_6(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Any, code: str, words: list[Any]
) -> None:
    spoil(tmp_path / "home")
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path / "home"))
    done = periksa(*words, "--json")
    assert done.status == 6
    assert done.only["error"]["code"] == code
    assert "Traceback" not in done.err


def test_an_empty_queue_says_how_to_fill_it() -> None:
    done = periksa("cases", "list")
    assert done.status == 0
    assert "periksa verify" in done.err
    assert periksa("cases", "list", "--json").out == ""


def test_a_look_without_a_case_needs_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the screen for people fits 80 columns, with the reason before everything else."""
    (tmp_path / "home").write_text("no folder")
    monkeypatch.setenv("PERIKSA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    done = periksa("verify", "--no-store", SAMPLES / "review")
    assert done.status == 0
    order = ["PERLU DIPERIKSA / REVIEW", "consistency.name_similar", "Portrait quality",
             "FMR 1 : ", "MRZ proven", "Agreement of the data", "CPU "]  # fmt: skip
    places = [done.out.index(words) for words in order]
    assert places == sorted(places)
    assert max(map(len, done.out.splitlines())) <= 80
    assert len(done.out.splitlines()) <= 75
    assert "Case:" not in done.out


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verification without its work: what is done with the report matters here."""
    monkeypatch.setattr(import_module("pipeline.verify"), "verify", lambda *_: report_of())
    monkeypatch.setattr("pipeline.page.render_report", lambda _report: "<html></html>")


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_page_that_cannot_be_written_is_wrong_use_and_opens_no_case(
    ready: None, tmp_path: Path
) -> None:
    (tmp_path / "page.html").mkdir()
    done = periksa("verify", "--json", tmp_path, "--report", tmp_path / "page.html")
    assert done.status == 2
    assert done.only["error"]["code"] == "report.unwritable"
    assert periksa("cases", "list", "--json").out == ""


def test_a_disk_that_fills_leaves_the_page_that_was_there(
    ready: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.html"
    page.write_text("the last one")
    monkeypatch.setattr(Path, "replace", full_disk)
    done = periksa("verify", "--json", tmp_path, "--report", page)
    assert done.only["error"]["code"] == "report.unwritable"
    assert "No space left" in done.only["error"]["message"]
    assert page.read_text() == "the last one"
    assert list(tmp_path.iterdir()) == [page]


def test_applications_of_one_number_have_a_page_each(ready: None, tmp_path: Path) -> None:
    """Two offices may count alike; and a pipe can be the page."""
    done = periksa("verify", "--json", "a", "b", "--report", tmp_path / "page.html")
    assert done.status == 0
    assert [Path(line["report"]).name for line in done.lines] == ["page-1.html", "page-1-2.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page-1-2.html", "page-1.html"]
    assert periksa("verify", "--json", "a", "--report", "/dev/null").status == 0


def test_a_program_that_ends_early_ends_well(tmp_path: Path) -> None:
    """Networks are still being loaded then; the engine aborts if it is left in the middle."""
    garbage(tmp_path / "home")
    for _ in range(3):  # it depends on how far the loading is
        done = program("verify", SAMPLES / "pass", PERIKSA_HOME=tmp_path / "home")
        assert done.status == 6
        assert "terminate" not in done.err
