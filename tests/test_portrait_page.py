"""The page of one portrait, and the list of profiles, as a user gets them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from commands import periksa
from PIL import Image

from pipeline.evidence import Portrait
from pipeline.page.portrait import limits_text, render_portrait
from pipeline.portrait.assess import assess_portrait
from pipeline.portrait.profile import load_profile, profile_names

RULE = '[[rules]]\nmeasure = "EyesOpen"\nmin = 1\nseverity = "fail"\nclause = "x"\n'
GOLD = Path(__file__).resolve().parent.parent / "fixtures" / "gold" / "people"


class Page(HTMLParser):
    """Refuses elements that are closed in the wrong order; counts what matters."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def of_class(self, name):
        return [tag for tag, attrs in self.seen if attrs.get("class") == name]


@pytest.fixture(scope="module")
def yaw(tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "q.html"
    done = periksa(
        "quality", GOLD / "228_yaw.jpg", "--profile", "indonesia", "--report", out, "--json"
    )
    assert done.status == 0
    assert done.only["report"] == str(out)
    return out.read_text("utf-8")


def test_page_shows_picture_lines_and_findings(yaw):
    page = Page(yaw)
    assert len(page.of_class("mesh")) == 4
    assert len(page.of_class("level")) == 3, "crown, eyes, chin"
    assert len(page.of_class("oval")) == 1
    assert len(page.of_class("crop")) == 1
    for words in ("Tolehkan kepala sedikit ke kanan", "Turn the head slightly right"):
        assert words in yaw
    assert "three times the limit of ISO/IEC 19794-5" in yaw


def test_page_loads_nothing_from_anywhere(yaw):
    assert not re.search(r'(src|href)="(?!data:)', yaw)
    assert "<script" not in yaw
    assert "default-src 'none'" in yaw


def test_page_is_in_both_languages(yaw):
    page = Page(yaw)
    languages = [attrs.get("lang") for _, attrs in page.seen]
    assert languages.count("id") - 1 == languages.count("en"), "one more for the page itself"


def test_page_without_a_face():
    picture = Portrait("<b>.jpg", "0" * 64, np.full((300, 200, 3), 128, np.uint8))
    text = render_portrait(picture, assess_portrait(picture.image))
    Page(text)
    assert "&lt;b&gt;.jpg" in text
    assert "No face was found" in text


def test_page_says_when_the_format_does_not_fit():
    image = np.ascontiguousarray(np.asarray(Image.open(GOLD / "228_studio.jpg"))[60:, 50:-50])
    text = render_portrait(Portrait("x", "0" * 64, image), assess_portrait(image))
    assert "does not fit into this picture" in text
    assert not Page(text).of_class("crop")


def test_page_of_a_profile_without_a_format():
    image = np.asarray(Image.open(GOLD / "228_studio.jpg"))
    text = render_portrait(Portrait("x", "0" * 64, image), assess_portrait(image, profile="ofiq"))
    assert not Page(text).of_class("crop")


def test_every_limit_of_every_profile_is_listed_with_its_source():
    done = periksa("quality", "--profiles", "--json")
    assert done.status == 0
    assert [row["profile"] for row in done.lines] == list(profile_names())
    for row in done.lines:
        assert row["sha256"] == load_profile(row["profile"]).digest
        assert all(rule["clause"] and rule["severity"] for rule in row["rules"])
        assert all(rule["min"] is not None or rule["max"] is not None for rule in row["rules"])
    assert json.loads(json.dumps(done.lines)) == done.lines


def test_one_profile_is_listed_for_people(tmp_path):
    done = periksa("quality", "--profiles", "--profile", "indonesia")
    assert "ClothesContrast" in done.out
    assert "Immigration offices" in " ".join(done.out.split())


def test_a_profile_of_ones_own_judges(tmp_path):
    path = tmp_path / "strict.toml"
    path.write_text(
        'version = "7"\n[[rules]]\nmeasure = "InterEyeDistance"\nmin = 120\n'
        'severity = "fail"\nclause = "our own"\n'
    )
    done = periksa("quality", "--json", "--profile", path, GOLD / "228_studio.jpg")
    assert done.only["profile"] == "strict"
    assert [f["clause"] for f in done.only["findings"]] == ["our own"]
    assert done.only["verdict"] == "fail"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("version = ", "Correct the TOML"),
        ('[[rules]]\nmeasure = "EyesOpne"\n', "EyesOpne"),
        ('shoes = 1\n[[rules]]\nmeasure = "EyesOpen"\n', "'shoes'"),
        (RULE + 'explains = ["Shoes"]\n', "'Shoes'"),
    ],
)
def test_a_faulty_profile_of_ones_own_is_status_7(tmp_path, text, part):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    done = periksa("quality", "--json", "--profile", path, GOLD / "228_studio.jpg")
    assert done.status == 7
    error = done.only["error"]
    assert error["code"].startswith("policy.profile_")
    assert part in error["message"] + error["advice"]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["quality"], id="nothing named"),
        pytest.param(["quality", "a.jpg", "b.jpg", "--report", "r.html"], id="one page, two faces"),
        pytest.param(["portrait", "a.jpg", "--out", "b.gif"], id="no such format"),
        pytest.param(["portrait", "a.jpg", "--out", "b.jpg", "--coding", "jp2"], id="no record"),
        pytest.param(["portrait", "a.jpg", "--out", "b.fac", "--coding", "iso"], id="no coding"),
        pytest.param(["portrait", "a.jpg"], id="no out"),
        pytest.param(["coach"], id="no frames"),
    ],
)
def test_wrong_use_is_status_2(words):
    done = periksa(*words)
    assert done.status == 2
    assert "Error:" in done.err


def test_a_page_that_cannot_be_written_is_said(tmp_path):
    out = tmp_path / "no" / "folder" / "q.html"
    done = periksa("quality", GOLD / "228_studio.jpg", "--report", out, "--json")
    assert done.status == 2
    assert done.only["error"]["code"] == "file.unwritable"


@pytest.mark.parametrize(
    ("out", "arguments", "kind"),
    [
        ("p.jpg", [], "jpeg"),
        ("p.jp2", ["--max-bytes", "15000"], "jp2"),
        ("p.fac", [], "iso"),
        ("p.bin", ["--format", "iso", "--coding", "jpeg"], "iso"),
    ],
)
def test_portrait_command_writes_what_it_states(tmp_path, out, arguments, kind):
    done = periksa(
        "portrait", GOLD / "214_studio.jpg", "--out", tmp_path / out, "--json", *arguments
    )
    assert done.status == 0
    line = done.only
    assert line["container"] == kind
    assert (tmp_path / out).stat().st_size == line["bytes"]
    assert line["check"]["head"] == pytest.approx(0.75, abs=0.05)


def test_portrait_command_writes_nothing_that_it_cannot_do_well(tmp_path):
    done = periksa("portrait", GOLD / "248_roll.jpg", "--out", tmp_path / "p.jpg")
    assert done.status == 0
    assert "Step back" in done.out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("measure", "text"),
    [("SingleFacePresent", "≤ 0.03"), ("Gaze", "-0.12 … 0.12"), ("DynamicRange", "≥ 5")],
)
def test_limits_are_written_as_people_write_them(measure, text):
    rule = next(rule for rule in load_profile("icao").rules if rule.measure == measure)
    assert limits_text(rule) == text
