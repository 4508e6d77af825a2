"""Galleries through the command line: pictures in, candidates out, templates never."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import ROOT, periksa
from PIL import Image

from pipeline.policy import DEFAULT, FOLDER

PEOPLE = ROOT / "fixtures" / "gold" / "people"
COMMANDS = ("", "build", "enrol", "update", "delete", "search", "duplicates", "info")
TABLE = """file,id,office,sex,born
214_studio.jpg,A,Bandung,F,1985
224_studio.jpg,B,Medan,M,1990
226_studio.jpg,C,Medan,f,
"""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("214_studio.jpg", "224_studio.jpg", "226_studio.jpg"):
        shutil.copy(PEOPLE / name, folder)
    return folder


@pytest.fixture
def built(pictures: Path) -> Path:
    table = pictures / "people.csv"
    table.write_text(TABLE)
    assert periksa("gallery", "build", table, "--gallery", "t").status == 0
    return pictures


def gallery(command: str, *words: str | Path):
    return periksa("gallery", command, *words, "--gallery", "t", "--json")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = periksa("gallery", *name.split(), "--help")
    assert done.status == 0
    assert f"Example:\n    periksa gallery {name}".rstrip() in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_folder_is_built_and_gone_on_with(pictures: Path) -> None:
    (pictures / "sub").mkdir()
    shutil.copy(PEOPLE / "228_studio.jpg", pictures / "sub")
    (pictures / "broken.jpg").write_text("no picture")
    Image.new("RGB", (300, 400), (90, 120, 90)).save(pictures / "blank.png")
    done = gallery("build", pictures)
    assert done.status == 3
    told = {Path(line["file"]).name: line for line in done.lines}
    assert told["broken.jpg"]["error"]["code"] == "image.not_a_picture"
    assert told["blank.png"]["status"] == "not_enrolled"
    assert told["blank.png"]["findings"][0]["code"] == "face.not_found"
    assert told["228_studio.jpg"]["id"] == "sub/228_studio"
    again = gallery("build", pictures)
    statuses = [line.get("status") for line in again.lines]
    assert statuses.count("present") == 4
    assert gallery("info").only["entries"] == 4


def test_candidates_have_rank_score_and_fpir(built: Path) -> None:
    done = gallery("search", PEOPLE / "214_glasses.jpg", PEOPLE / "226_other.jpg", "--top", "2")
    assert done.status == 0
    first, second = done.lines
    assert first["candidates"][0]["id"] == "A"
    assert second["candidates"][0]["id"] == "C"
    best = first["candidates"][0]
    assert set(best) == {"rank", "id", "office", "sex", "born", "score", "fpir", "hit"}
    assert (best["rank"], best["office"], best["sex"], best["born"]) == (1, "Bandung", "F", 1985)
    assert 0 <= best["fpir"]["low"] <= best["fpir"]["value"] <= best["fpir"]["high"] <= 1
    assert best["hit"] is None
    assert first["searched"] == 3
    assert len(done.out) < 6000  # no template is that short


def test_a_filter_hides_nobody(built: Path) -> None:
    words = ("--sex", "M", "--born", "1980-1999", "--fpir", "0.2")
    line = gallery("search", PEOPLE / "214_glasses.jpg", *words).only
    assert line["outside_filter"][0]["id"] == "A"
    assert line["filtered_out"] == 2
    assert line["filter"] == {"office": None, "sex": "M", "born_from": 1980, "born_to": 1999}
    told = periksa("gallery", "search", PEOPLE / "214_glasses.jpg", "--gallery", "t", *words)
    assert "outside the filter" in told.out
    assert "1985" in told.out


def test_an_fpir_beyond_the_data_is_refused(built: Path) -> None:
    done = gallery("search", PEOPLE / "214_glasses.jpg", "--fpir", "1e-9")
    assert done.status == 7
    assert done.only["error"]["code"] == "policy.fpir_not_measured"


def test_entries_are_updated_and_deleted(built: Path) -> None:
    line = gallery("update", "A", "--office", "Medan", "--image", PEOPLE / "214_other.jpg").only
    assert (line["office"], line["sex"], line["status"]) == ("Medan", "F", "updated")
    assert gallery("update", "B", "--born", "1991").only["born"] == 1991
    assert gallery("update", "nobody", "--born", "1991").status == 3
    done = gallery("delete", "B", "nobody")
    assert done.status == 3
    assert done.lines[0]["status"] == "deleted"
    assert done.lines[1]["error"]["code"] == "gallery.id_unknown"
    info = gallery("info").only
    assert (info["entries"], info["deleted_not_erased"], info["log_entries"]) == (2, 0, 0)
    assert len(info["models"]) >= 4


def test_enrolling_takes_free_ids_only(built: Path) -> None:
    taken = gallery("enrol", PEOPLE / "228_studio.jpg", "--id", "A")
    assert taken.status == 3
    assert taken.only["error"]["code"] == "gallery.id_taken"
    fine = gallery("enrol", PEOPLE / "228_studio.jpg", PEOPLE / "229_studio.jpg", "--sex", "F")
    assert [line["id"] for line in fine.lines] == ["228_studio", "229_studio"]


def test_duplicates_are_listed(built: Path) -> None:
    gallery("enrol", PEOPLE / "214_other.jpg", "--id", "A2")
    done = gallery("duplicates", "--fmr", "1e-3")
    assert {"A", "A2"} in [{line["a"]["id"], line["b"]["id"]} for line in done.lines]
    assert all(line["fmr"] <= 1e-3 * 1.01 for line in done.lines)
    assert "different persons would give about" in done.err
    assert periksa("gallery", "duplicates", "--gallery", "t", "--fmr", "1e-9").status == 7


def test_a_gallery_of_another_network_is_refused(built: Path) -> None:
    policy = built / "other.toml"
    text = (FOLDER / f"{DEFAULT}.toml").read_text()
    other = text.replace('embedder = "dlib-resnet-int8"', 'embedder = "dlib-resnet"')
    assert other != text
    policy.write_text(other)
    done = gallery("search", PEOPLE / "214_studio.jpg", "--policy", policy)
    assert done.status == 6
    assert done.only["error"]["code"] == "gallery.other_model"
    assert "dlib_resnet" in done.only["error"]["message"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("name\nx\n", "gallery.source_columns", id="no column file"),
        pytest.param("file,age\nx,3\n", "gallery.source_columns", id="a column too many"),
        pytest.param("file,id\n", "gallery.source_empty", id="no row"),
        pytest.param("file,born\n214_studio.jpg,soon\n", "gallery.row", id="no year"),
        pytest.param("file,sex\n214_studio.jpg,W\n", "gallery.record", id="no such sex"),
        pytest.param(
            "file,id\n214_studio.jpg,A\n214_studio.jpg,A\n", "gallery.id_taken", id="twice"
        ),
        pytest.param("file\ngone.jpg\n", "image.missing", id="no such picture"),
    ],
)
def test_tables_that_cannot_be_used(pictures: Path, text: str, code: str) -> None:
    table = pictures / "table.csv"
    table.write_text(text)
    done = gallery("build", table)
    assert done.status == 3
    assert done.lines[-1]["error"]["code"] == code


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["search", "x.jpg", "--gallery", "../x"], id="a name that leaves the folder"),
        pytest.param(["search", "x.jpg", "--gallery", "t", "--born", "90"], id="no year"),
        pytest.param(["search", "x.jpg", "--gallery", "t", "--born", "1990-1980"], id="backwards"),
        pytest.param(["search", "x.jpg", "--gallery", "t", "--born", "-"], id="no year at all"),
        pytest.param(["enrol", "a.jpg", "b.jpg", "--gallery", "t", "--id", "A"], id="one id, two"),
        pytest.param(["update", "A", "--gallery", "t"], id="nothing new"),
        pytest.param(["info"], id="no gallery named"),
    ],
)
def test_wrong_use_is_status_2(words: list[str]) -> None:
    done = periksa("gallery", *words)
    assert done.status == 2
    assert "Error:" in done.err


@pytest.mark.parametrize("command", ["search", "enrol"])
def test_no_gallery_is_status_6(command: str) -> None:
    done = gallery(command, PEOPLE / "214_studio.jpg")
    assert done.status == 6
    assert done.only["error"]["code"] == "gallery.missing"
