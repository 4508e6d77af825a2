"""A site's own calibration through the command line: what is promised, refused and told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from commands import Done, periksa
from PIL import Image

from pipeline.faces.calibration import load_calibration
from pipeline.faces.match import DescribedFace
from pipeline.faces.quality import FaceQuality

PEOPLE, PICTURES = 60, 4
GOOD = FaceQuality(60, 0.04, 120, 120, 60, 0, 0)


def _drawn(image: np.ndarray, **_: object) -> DescribedFace | None:
    """A face that is read off the picture: red and green tell the person, blue the picture."""
    red, green, blue = (int(value) for value in image[0, 0])
    if red == 255:
        return None
    centre = np.random.default_rng([red, green]).normal(size=128)
    drift = 0.9 * np.random.default_rng([red, green, blue]).normal(size=128)
    template = (centre + drift) / np.linalg.norm(centre + drift)
    return DescribedFace(template.astype(np.float32), 60, GOOD)


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of folders, one person each; what they show is drawn in a pixel."""
    monkeypatch.setattr("pipeline.faces.match.describe_face", _drawn)
    folder = tmp_path / "pictures"
    for person in range(PEOPLE):
        (folder / f"p{person}").mkdir(parents=True)
        for picture in range(PICTURES):
            image = Image.new("RGB", (32, 32), (person, 7, picture))
            image.save(folder / f"p{person}" / f"{picture}.png")
    return folder


def _calibrated(pictures: Path, out: Path, *more: str | Path) -> Done:
    return periksa("calibrate", "--images", pictures, "--out", out, "--json", *more)


def test_a_folder_of_people_becomes_a_calibration(pictures: Path, tmp_path: Path) -> None:
    (pictures / "p0" / "4.png").write_bytes(b"no picture")
    Image.new("RGB", (32, 32), (255, 0, 0)).save(pictures / "p1" / "4.png")
    out = tmp_path / "office.json"
    line = _calibrated(pictures, out).only
    assert (line["persons"], line["genuine"]) == (PEOPLE, PEOPLE * 6)
    assert line["unreadable"] == ["p0/4.png"]
    assert line["without_face"] == ["p1/4.png"]
    promised = {row["target_fmr"]: row for row in line["promises"]}
    assert promised[1e-2]["refusal"] is None
    assert promised[1e-6]["score"] is None
    assert "carry" in promised[1e-6]["refusal"]
    calibration = load_calibration(out)
    assert calibration.threshold(1e-2) == pytest.approx(promised[1e-2]["score"], abs=1e-5)


def test_a_report_has_the_curve_and_the_groups(pictures: Path, tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    rows = [f"p{n},{'west' if n % 2 else 'east'}" for n in range(PEOPLE)]
    groups.write_text("person,group\n" + "\n".join(rows))
    more = ("--groups", groups, "--report", tmp_path / "report")
    line = _calibrated(pictures, tmp_path / "office.json", *more).only
    assert {row["group"] for row in line["groups"]} == {"east", "west"}
    assert all(row["persons"] == PEOPLE / 2 for row in line["groups"])
    assert sorted(Path(file).name for file in line["report"]) == ["det.png", "det.svg", "report.md"]
    text = (tmp_path / "report" / "report.md").read_text()
    assert "not promised" in text
    assert "| east | 30 |" in text
    assert "not assessed" in text
    assert (tmp_path / "report" / "det.svg").read_text().startswith("<?xml")


def test_pairs_give_the_same_scores_as_folders(pictures: Path, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    names = [f"p{person}/{n}.png" for person in range(PEOPLE) for n in range(2)]
    rows = [
        f"{a},{b},{int(a.split('/')[0] == b.split('/')[0])}"
        for place, a in enumerate(names)
        for b in names[:place]
    ]
    table.write_text("a,b,same\n" + "\n".join(rows))
    words = ("calibrate", "--pairs", table, "--root", pictures, "--out", tmp_path / "o.json")
    line = periksa(*words, "--json").only
    assert (line["persons"], line["genuine"], line["impostors"]) == (60, 60, len(rows) - 60)


def test_references_of_a_regime_are_compared_with_live_pictures(
    pictures: Path, tmp_path: Path
) -> None:
    """Every live picture with every reference; folders of the same name are one person."""
    chips = tmp_path / "chips"
    for person in range(PEOPLE):
        (chips / f"p{person}").mkdir(parents=True)
        Image.new("RGB", (32, 32), (person, 7, 9)).save(chips / f"p{person}" / "chip.png")
    out = tmp_path / "chip.json"
    line = _calibrated(pictures, out, "--references", chips, "--regime", "chip").only
    assert line["regime"] == load_calibration(out).regime == "chip"
    assert line["genuine"] == PEOPLE * PICTURES
    assert line["impostors"] == PEOPLE * PICTURES * (PEOPLE - 1)


def test_a_cohort_is_made_and_used(pictures: Path, tmp_path: Path) -> None:
    cohort, out = tmp_path / "strangers.npz", tmp_path / "office.json"
    made = periksa("calibrate", "--make-cohort", pictures, "--out", cohort, "--json").only
    assert made["people"] == PEOPLE
    assert _calibrated(pictures, out, "--cohort", cohort).only["persons"] == PEOPLE
    table = json.loads(out.read_text())
    assert table["cohort"] is not None
    assert "AS-norm" in table["score"]
    assert table["rows"][-1][0] > 1.5, "standard deviations, no cosines"


def test_a_run_that_was_stopped_goes_on(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, out = tmp_path / "templates", tmp_path / "office.json"
    first = _calibrated(pictures, out, "--memory", memory).only
    monkeypatch.setattr(
        "pipeline.faces.match.describe_face", lambda *_, **__: pytest.fail("described again")
    )
    assert _calibrated(pictures, out, "--memory", memory).only == first
    assert memory.stat().st_mode & 0o077 == 0, "templates are nobody else's"


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        pytest.param(("--images", "gone"), 3, "pictures.missing", id="no folder"),
        pytest.param(("--images", "."), 3, "pictures.persons", id="no folders in it"),
        pytest.param(("--pairs", "gone.csv"), 3, "pairs.unreadable", id="no table"),
        pytest.param((), 2, None, id="nothing to calibrate on"),
        pytest.param(("--images", ".", "--regime", "sun"), 2, None, id="no such regime"),
        pytest.param(("--images", ".", "--regime", "chip"), 2, None, id="no references"),
        pytest.param(("--images", ".", "--references", "."), 2, None, id="references of what"),
    ],
)
def test_what_cannot_be_calibrated_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple, status: int, code: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    done = periksa("calibrate", "--out", "o.json", "--json", *words)
    assert done.status == status
    if code:
        assert done.only["error"]["code"] == code


def test_a_few_people_are_refused(pictures: Path, tmp_path: Path) -> None:
    for person in range(10, PEOPLE):
        for file in (pictures / f"p{person}").iterdir():
            file.unlink()
    done = _calibrated(pictures, tmp_path / "o.json")
    assert done.status == 3
    assert done.only["error"]["code"] == "calibrate.too_few"
    assert not (tmp_path / "o.json").exists()


def test_a_list_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text("a,b,same\nx.jpg,y.jpg,1\ny.jpg,z.jpg,1\nx.jpg,z.jpg,0\n")
    done = periksa("calibrate", "--pairs", table, "--out", tmp_path / "o.json", "--json")
    assert done.only["error"]["code"] == "pairs.contradiction"


def test_people_read_a_table(pictures: Path, tmp_path: Path) -> None:
    done = periksa("calibrate", "--images", pictures, "--out", tmp_path / "o.json")
    assert done.status == 0
    assert "60 persons" in done.out
    assert "target FMR" in done.out
