"""application.toml: what is read, and what is said when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.application import load_application
from pipeline.errors import ApplicationError, exit_status

GOOD = """
number = "1104-2026-000123"
type = "renewal_adult"
office = "Kanim Contoh"
sop = "1385"
[declared]
name = "SITI CONTOH"
birth_date = 1991-04-17
[portrait]
file = "portrait.jpg"
[[documents]]
kind = "old_passport"
file = "passport.jpg"
[[documents]]
kind = "ektp"
file = "ktp.jpg"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "application.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_and_its_file_read_the_same(tmp_path: Path) -> None:
    application = load_application(write(tmp_path, GOOD))
    assert application == load_application(tmp_path / "application.toml")
    assert application.number == "1104-2026-000123"
    assert application.portrait == tmp_path / "portrait.jpg"
    assert [paper.kind for paper in application.documents] == ["old_passport", "ektp"]


def test_an_unquoted_date_is_taken_as_written(tmp_path: Path) -> None:
    assert load_application(write(tmp_path, GOOD)).declared["birth_date"] == "1991-04-17"


BAD = [
    pytest.param(
        GOOD.replace("number", "nummer"), "application.value_missing", "number", id="no number"
    ),
    pytest.param(
        GOOD.replace('"renewal_adult"', "7"), "application.value_missing", "type", id="not a text"
    ),
    pytest.param(
        GOOD.replace('"SITI CONTOH"', '""'), "application.value_missing", "name", id="empty value"
    ),
    pytest.param(
        GOOD.replace("[portrait]", "[picture]"), "application.table_missing", "portrait", id="table"
    ),
    pytest.param(
        GOOD.replace('"ektp"', '"sim"'), "application.unknown_document", "documents.2", id="kind"
    ),
    pytest.param(
        GOOD.replace("name =", "nama ="), "application.unknown_field", "nama", id="field name"
    ),
    pytest.param(GOOD + "[[", "application.malformed", "application.toml", id="broken TOML"),
    pytest.param("\x00", "application.malformed", "line", id="binary"),
    pytest.param("documents = 3\n" + GOOD.partition("[[")[0], "application.table_missing",
                 "documents", id="documents is a number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "named"), BAD)
def test_a_wrong_file_names_place_and_cure(
    tmp_path: Path, text: str, code: str, named: str
) -> None:
    with pytest.raises(ApplicationError) as caught:
        load_application(write(tmp_path, text))
    assert caught.value.code == code
    assert named in caught.value.message
    assert caught.value.advice
    assert exit_status(caught.value) == 3


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ApplicationError) as caught:
        load_application(tmp_path / "nowhere")
    assert caught.value.code == "application.missing"
    assert "nowhere" in caught.value.message


def test_a_latin_1_file_is_refused_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "application.toml").write_bytes(GOOD.replace("SITI", "SIT\xcf").encode("latin-1"))
    with pytest.raises(ApplicationError) as caught:
        load_application(tmp_path)
    assert caught.value.code == "application.malformed"
