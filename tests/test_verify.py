"""One verification from end to end: the sample applications, their page, and no network."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from capture.errors import UnreadableImage
from pipeline import load_policy, verify
from pipeline.findings import Outcome, Severity
from pipeline.page import render_report
from pipeline.report import VerificationReport

OUTCOMES = [
    pytest.param("pass", Outcome.PASS, id="everything agrees"),
    pytest.param("review", Outcome.REVIEW, id="one name is spelled differently"),
    pytest.param("fail", Outcome.FAIL, id="another person's passport"),
]


@pytest.fixture(scope="module")
def reports() -> dict[str, VerificationReport]:
    folder = Path(__file__).resolve().parent.parent / "fixtures" / "applications"
    return {name: verify(folder / name) for name in ("pass", "review", "fail")}


@pytest.mark.parametrize(("name", "outcome"), OUTCOMES)
def test_the_samples_have_their_stated_outcome(
    reports: dict[str, VerificationReport], name: str, outcome: Outcome
) -> None:
    assert reports[name].outcome is outcome


def grave(report: VerificationReport) -> list[str]:
    return [found.code for found in report.findings if found.severity is not Severity.INFO]


def test_review_is_for_the_stated_reason_alone(reports: dict[str, VerificationReport]) -> None:
    assert grave(reports["review"]), "a review must say why"
    assert all(code.startswith("consistency.") for code in grave(reports["review"]))


def test_fail_is_for_the_face_alone(reports: dict[str, VerificationReport]) -> None:
    decisions = {match.reference: match.decision for match in reports["fail"].face_matches}
    assert decisions["passport.jpg"] == "no_match"
    failed = [item for item in reports["fail"].findings if item.severity is Severity.FAIL]
    assert {item.code for item in failed} == {"face.no_match"}


def test_the_report_is_plain_json_with_every_part(reports: dict[str, VerificationReport]) -> None:
    table = json.loads(json.dumps(reports["pass"].to_dict(), allow_nan=False))
    assert set(table) >= {
        "application", "outcome", "findings", "portrait", "documents", "face_matches",
        "consistency", "policy", "models", "timings",
    }  # fmt: skip
    measured = [
        name
        for name, component in table["portrait"]["components"].items()
        if component["status"] == "measured"
    ]
    assert len(measured) >= 12
    assert table["policy"]["sha256"] == load_policy().digest
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in table["models"].values())
    passport = next(paper for paper in table["documents"] if paper["kind"] == "old_passport")
    assert passport["mrz"]["verified"] is True


def test_a_verification_repeats_itself(
    reports: dict[str, VerificationReport], applications: Path
) -> None:
    again, before = verify(applications / "pass").to_dict(), reports["pass"].to_dict()
    for table in (again, before):
        for changing in ("timings", "verified_at"):
            table.pop(changing)
    assert again == before


@pytest.mark.parametrize("name", ["pass", "review", "fail"])
def test_the_page_is_self_contained_and_bilingual(
    reports: dict[str, VerificationReport], name: str
) -> None:
    page = render_report(reports[name])
    assert not re.findall(r"(?:src|href)=\"(?!data:)", page)
    assert "//" not in re.sub(r"data:[^\"]+", "", page)
    assert page.count('lang="id"') == page.count('lang="en"') + 1  # <html lang="id">
    assert page.count("data:image/jpeg") >= 5
    assert len(page) < 2_000_000


def test_the_page_escapes_what_people_typed(tmp_path: Path, applications: Path) -> None:
    folder = shutil.copytree(applications / "pass", tmp_path / "case")
    toml = folder / "application.toml"
    text = re.sub(r'office = ".*"', 'office = "<script>alert(1)</script>"', toml.read_text())
    toml.write_text(text)
    page = render_report(verify(folder))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("victim", ["portrait.jpg", "passport.jpg", "ktp.jpg"])
def test_a_damaged_picture_is_an_error_that_names_it(
    tmp_path: Path, applications: Path, victim: str
) -> None:
    folder = shutil.copytree(applications / "pass", tmp_path / "case")
    data = (folder / victim).read_bytes()
    (folder / victim).write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableImage) as caught:
        verify(folder)
    assert caught.value.code == "image.truncated"
    assert victim in caught.value.message


def test_a_portrait_without_a_face_never_passes(tmp_path: Path, applications: Path) -> None:
    from PIL import Image

    folder = shutil.copytree(applications / "pass", tmp_path / "case")
    Image.new("RGB", (630, 810), "white").save(folder / "portrait.jpg")
    report = verify(folder)
    assert report.outcome is not Outcome.PASS
    assert all(match.decision == "review" for match in report.face_matches)
    assert all(match.score is None for match in report.face_matches)
    assert "<html" in render_report(report)


def test_a_face_that_was_not_found_is_not_searched_again(
    tmp_path: Path, applications: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The full search is the dearest part of a portrait without a face."""
    from PIL import Image

    def refuse(_image: object) -> None:
        raise AssertionError("searched again")

    folder = shutil.copytree(applications / "pass", tmp_path / "case")
    Image.new("RGB", (630, 810), "white").save(folder / "portrait.jpg")
    monkeypatch.setattr("pipeline.portrait.assess.locate_face", refuse)
    monkeypatch.setattr("pipeline.faces.match.locate_face", refuse)
    assert verify(folder).outcome is Outcome.FAIL


@pytest.mark.parametrize("first", ["own", "another's"])
def test_a_second_paper_of_a_kind_hides_no_conflict(
    tmp_path: Path, applications: Path, first: str
) -> None:
    """Two identity cards, one of somebody else: in either order the numbers differ."""
    folder = shutil.copytree(applications / "review", tmp_path / "case")
    shutil.copy(applications / "pass" / "ktp.jpg", folder / "other.jpg")
    if first == "another's":
        (folder / "ktp.jpg").rename(folder / "own.jpg")
        (folder / "other.jpg").rename(folder / "ktp.jpg")
        (folder / "own.jpg").rename(folder / "other.jpg")
    toml = folder / "application.toml"
    toml.write_text(toml.read_text() + '\n[[documents]]\nkind = "ektp"\nfile = "other.jpg"\n')
    report = verify(folder)
    row = next(item for item in report.consistency if item.field == "nik")
    assert row.status == "different"
    assert len(row.values) == 3
    assert report.outcome is Outcome.FAIL
    assert "ektp 2" in render_report(report)


def test_swapped_documents_never_pass(tmp_path: Path, applications: Path) -> None:
    folder = shutil.copytree(applications / "pass", tmp_path / "case")
    (folder / "passport.jpg").rename(folder / "other.jpg")
    (folder / "ktp.jpg").rename(folder / "passport.jpg")
    (folder / "other.jpg").rename(folder / "ktp.jpg")
    assert verify(folder).outcome is not Outcome.PASS


NO_NETWORK = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(f"a socket was touched: {event} {arguments}")
sys.addaudithook(watch)
from pathlib import Path
from pipeline import verify
from pipeline.page import render_report
render_report(verify(Path(sys.argv[1])))
links = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
         if os.path.exists(f"/proc/self/fd/{fd}")]
opened = [link for link in links if link.startswith("socket:")]
raise SystemExit(f"open sockets: {opened}" if opened else 0)
"""


def test_a_verification_opens_no_network_socket(applications: Path) -> None:
    """Python's own sockets by an audit hook, those of compiled libraries by the open files."""
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, str(applications / "pass")],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
