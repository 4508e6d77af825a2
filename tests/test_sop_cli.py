"""``periksa sop``: lines, files and exit statuses; the report loads and runs nothing."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import pytest
from commands import periksa
from sop_cases import a_log

from pipeline.sop.exports.csv_log import write_csv


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    with path.open("w", encoding="utf-8", newline="") as sink:
        write_csv(a_log("D01", cases=50)[0], sink)
    return path


@pytest.mark.parametrize(
    "name", ["sop", "sop check", "sop deviations", "sop export", "sop profiles"]
)
def test_help_has_an_example(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = periksa(*name.split(), "--help")
    assert done.status == 0
    assert "Example:\n    periksa sop" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_check_tells_every_case(log: Path) -> None:
    done = periksa("sop", "check", log, "--json")
    assert done.status == 0
    assert len(done.lines) == 50
    odd = [line for line in done.lines if line["refused"]]
    assert odd
    assert {r["code"] for line in odd for r in line["refused"]} == {"sop.not_open"}
    assert all("interview" in {s["stage"] for s in line["open_stages"]} for line in odd)
    assert {"case", "clocks", "alignment", "procedure", "deviations"} <= set(done.lines[0])


def test_deviations_write_a_line_a_page_and_rows(log: Path, tmp_path: Path) -> None:
    page, rows = tmp_path / "r.html", tmp_path / "d.csv"
    done = periksa("sop", "deviations", log, "--json", "--report", page, "--csv", rows)
    assert done.status == 0
    line = done.only
    assert line["cases"] == 50
    assert line["findings"][0]["code"] == "D01"
    with rows.open(encoding="utf-8", newline="") as source:
        assert len(list(csv.DictReader(source))) == line["deviations"]
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/svg+xml") == 3
    assert not re.search(r"<script|https?://|onload=", text)
    assert 'lang="en">Per office' in text
    assert 'lang="id">Per kantor' in text
    assert line["procedure"]["sha256"] in text


def test_a_row_for_every_case(log: Path, tmp_path: Path) -> None:
    rows = tmp_path / "c.csv"
    done = periksa("sop", "deviations", log, "--json", "--cases", rows)
    with rows.open(encoding="utf-8", newline="") as source:
        told = list(csv.DictReader(source))
    assert len(told) == 50
    mean = sum(float(row["fitness"]) for row in told) / 50
    assert mean == pytest.approx(done.only["fitness"], abs=1e-6)
    odd = [row for row in told if row["codes"]]
    assert {(row["skipped"], row["codes"]) for row in odd} == {("interview", "D01")}


def test_several_logs_are_one_and_a_bad_one_is_told(log: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("nothing\n")
    done = periksa("sop", "deviations", bad, log, "--json")
    assert done.status == 3
    assert done.lines[0]["error"]["code"] == "sop.log_columns"
    assert done.lines[1]["cases"] == 50


def test_nothing_that_can_be_read_gives_no_report(tmp_path: Path) -> None:
    done = periksa("sop", "deviations", tmp_path / "none.csv", "--json")
    assert done.status == 3
    assert [line["error"]["code"] for line in done.lines] == ["sop.log_missing"]


def test_names_in_the_page_are_text_and_in_rows_no_formula(tmp_path: Path) -> None:
    log, page, rows = tmp_path / "log.csv", tmp_path / "r.html", tmp_path / "d.csv"
    log.write_text("case,stage,time,office\n=1+1,<b>x</b>,2026-06-02T08:00,<script>\n")
    done = periksa("sop", "deviations", log, "--report", page, "--csv", rows)
    assert done.status == 0
    assert "<script>" not in page.read_text()
    assert "<b>x</b>" not in page.read_text()
    assert ",'=1+1," in rows.read_text()


def test_an_empty_log_is_a_report_of_nothing(tmp_path: Path) -> None:
    log, page = tmp_path / "log.csv", tmp_path / "r.html"
    log.write_text("case,stage,time\n")
    done = periksa("sop", "deviations", log, "--json", "--report", page)
    assert done.status == 0
    assert (done.only["cases"], done.only["fitness"]) == (0, None)
    assert page.is_file()


@pytest.mark.parametrize("kind", ["xes", "ocel", "csv"])
def test_export_and_read_again(log: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"out.{'json' if kind == 'ocel' else kind}"
    done = periksa("sop", "export", log, "--format", kind, "--out", out, "--json")
    assert done.status == 0
    again = periksa("sop", "deviations", out, "--json").only
    assert done.only["events"] == again["events"]
    assert again["findings"] == periksa("sop", "deviations", log, "--json").only["findings"]


def test_rows_that_are_no_events_are_told(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case,stage,time\n1,photo,9999-12-31T10:00\n2,photo\n3,register,2026-06-02\n")
    lines = periksa("sop", "check", log, "--json").lines
    assert [line["case"] for line in lines if "case" in line] == ["3"]
    assert [line["broken_row"]["case"] for line in lines if "broken_row" in line] == ["1", ""]
    assert periksa("sop", "deviations", log, "--json").only["broken"] == 2


def test_logs_may_call_stages_by_their_labels_or_by_a_list(tmp_path: Path) -> None:
    log, names, out = tmp_path / "log.csv", tmp_path / "names.toml", tmp_path / "out.csv"
    rows = ("Wawancara", "INTERVIEW", "Tanya jawab")
    lines = [f"{n},{name},2026-06-02T08:0{n}" for n, name in enumerate(rows)]
    log.write_text("\n".join(["case,stage,time", *lines]))
    names.write_text('"tanya jawab" = "interview"\n')
    words = ("sop", "export", log, "--format", "csv", "--out", out, "--stages", names)
    assert periksa(*words).status == 0
    assert out.read_text().count(",interview,") == 3
    names.write_text('"tanya jawab" = "talk"\n')
    assert periksa(*words).status == 7
    names.write_text("nonsense")
    assert periksa(*words, "--json").only["error"]["code"] == "sop.stages_unreadable"


def test_export_to_stdout(log: Path) -> None:
    assert periksa("sop", "export", log, "--format", "xes").out.rstrip().endswith("</log>")


def test_profiles(log: Path) -> None:
    lines = periksa("sop", "profiles", "--json").lines
    assert [line["name"] for line in lines if line["default"]] == ["sppt-2022"]
    strict = periksa("sop", "deviations", log, "--profile", "sppt-2022-strict", "--json").only
    assert strict["procedure"]["name"] == "sppt-2022-strict"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        pytest.param(["check", "LOG", "--profile", "none"], 7, id="no such profile"),
        pytest.param(["check", "LOG", "--calendar", "none.toml"], 7, id="no such calendar"),
        pytest.param(["check", "LOG", "--as-of", "soon"], 2, id="no time"),
        pytest.param(["export", "LOG", "--format", "pdf"], 2, id="no such format"),
        pytest.param(["export", "LOG", "--format", "xes", "--json"], 2, id="two things on stdout"),
        pytest.param(["deviations", "LOG", "--csv", "no/such/d.csv"], 2, id="no such folder"),
        pytest.param(["deviations"], 2, id="no log"),
    ],
)
def test_statuses(log: Path, words: list[str], status: int) -> None:
    done = periksa("sop", *[log if word == "LOG" else word for word in words])
    assert done.status == status
    assert "Traceback" not in done.err


def test_parquet_without_its_library_says_what_to_install(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = periksa("sop", "deviations", log, "--json", "--parquet", tmp_path / "d.parquet")
    assert done.status == 4
    assert done.lines[-1]["error"]["code"] == "sop.parquet_missing"
    assert "periksa[parquet]" in done.lines[-1]["error"]["advice"]
