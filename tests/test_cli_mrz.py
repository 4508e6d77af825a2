"""``periksa mrz``: text instead of pictures, another reader, another day."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from commands import SAMPLES, periksa

from pipeline.documents.mrz.engines import engine_names, mrz_engine
from pipeline.documents.mrz.engines import passporteye as passporteye_engine
from pipeline.policy import load_policy

PASSPORT = SAMPLES / "pass" / "passport.jpg"
TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)  # the specimen of Doc 9303-4, appendix A
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)  # of Doc 9303-5
KEYS = {
    "file", "found", "format", "lines", "raw_lines", "verified", "confidence", "fields",
    "findings", "cpu_ms",
}  # fmt: skip


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def codes(line: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in line["findings"]}


def test_a_text_gives_a_line_for_each_zone(tmp_path: Path) -> None:
    file = written(tmp_path / "zones.txt", "\n".join(["", *TD3, "", "", *TD1]))
    done = periksa("mrz", "--json", "--text", file, "--today", "2010-01-01")
    assert done.status == 0
    first, second = done.lines
    assert set(first) >= KEYS
    assert (first["format"], first["first_line"]) == ("TD3", 2)
    assert (second["format"], second["first_line"]) == ("TD1", 6)
    assert first["fields"]["document_number"] == "L898902C3"
    assert first["valid"]
    assert not first["verified"]  # text was not seen by anybody
    assert first["confidence"] is None


@pytest.mark.parametrize(
    ("today", "expired"),
    [
        pytest.param("2012-04-15", False, id="the last day"),
        pytest.param("2012-04-16", True, id="the day after"),
    ],
)
def test_today_decides_expiry(tmp_path: Path, today: str, expired: bool) -> None:
    file = written(tmp_path / "zone.txt", "\n".join(TD3))
    line = periksa("mrz", "--json", "--text", file, "--today", today).only
    assert ("mrz.expired" in codes(line)) is expired


def test_today_holds_for_pictures_too() -> None:
    line = periksa("mrz", "--json", PASSPORT, "--today", "2055-01-01").only
    assert "mrz.expired" in codes(line)


def test_stdin_is_read_and_broken_text_has_its_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = TD3[1][:-1] + "7"
    text = f"{TD3[0]}\r\n{broken}\r\n\r\nnot a zone \xff\n".encode("latin-1")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    done = periksa("mrz", "--json", "--text", "-")
    assert done.status == 0
    wrong, nonsense = done.lines
    assert "mrz.check_digit" in codes(wrong)
    assert not wrong["valid"]
    assert not nonsense["found"]
    assert nonsense["format"] is None
    assert nonsense["findings"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        pytest.param(lambda path: None, "text.unreadable", id="missing"),
        pytest.param(lambda path: path.mkdir(), "text.unreadable", id="a folder"),
        pytest.param(lambda path: path.write_text("\n \n"), "text.empty", id="nothing in it"),
    ],
)
def test_a_bad_text_has_its_error_and_the_picture_its_turn(
    tmp_path: Path, make: Callable[[Path], Any], code: str
) -> None:
    make(tmp_path / "zones.txt")
    done = periksa("mrz", "--json", PASSPORT, "--text", tmp_path / "zones.txt")
    assert done.status == 3
    picture, text = done.lines
    assert picture["found"]
    assert text["error"]["code"] == code
    assert text["error"]["advice"]


def test_text_is_shown_to_people_with_its_place(tmp_path: Path) -> None:
    file = written(tmp_path / "zones.txt", "\n".join(["", *TD3]))
    done = periksa("mrz", "--text", file)
    assert "zones.txt:2" in done.out.replace("\n", "")
    assert TD3[1] in done.out
    assert "mrz.expired" in done.out


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["mrz", "--json"], id="nothing to read"),
        pytest.param(["mrz", "--engine", "nonsense", "x.jpg"], id="a reader that is not there"),
        pytest.param(["mrz", "--today", "yesterday", "x.jpg"], id="no date"),
    ],
)
def test_wrong_use_is_status_2(words: list[str]) -> None:
    assert periksa(*words).status == 2


def test_the_drawer_of_readers_keeps_its_contract() -> None:
    assert engine_names()[0] == "own"
    for name in engine_names():
        engine = mrz_engine(name)
        assert engine.name == name
        assert engine.about
    with pytest.raises(ValueError, match="no MRZ engine"):
        mrz_engine("_engine")


def pretended(monkeypatch: pytest.MonkeyPatch, answer: Callable[[io.BytesIO], Any]) -> None:
    """A PassportEye that answers ``answer``; its program is there."""
    whole, text = ModuleType("passporteye"), ModuleType("passporteye.mrz.text")
    whole.__dict__["read_mrz"] = answer
    text.__dict__["MRZOCRCleaner"] = SimpleNamespace(apply=lambda raw: raw.split())
    monkeypatch.setitem(sys.modules, "passporteye", whole)
    monkeypatch.setitem(sys.modules, "passporteye.mrz", ModuleType("passporteye.mrz"))
    monkeypatch.setitem(sys.modules, "passporteye.mrz.text", text)
    monkeypatch.setattr(passporteye_engine.shutil, "which", lambda name: f"/usr/bin/{name}")


def test_the_second_reader_is_judged_by_our_rules_and_never_verified(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bytes] = []

    def answer(stream: io.BytesIO) -> Any:
        seen.append(stream.read())
        return SimpleNamespace(aux={"raw_text": "\n".join(TD3)})

    pretended(monkeypatch, answer)
    line = periksa("mrz", "--json", "--engine", "passporteye", PASSPORT, "--today", "2010-01-01")
    assert seen[0].startswith(b"\x89PNG")
    assert line.status == 0
    assert set(line.only) >= KEYS
    assert line.only["lines"] == list(TD3)
    assert line.only["fields"]["surname"] == "ERIKSSON"
    assert not line.only["verified"]
    assert line.only["findings"][0]["code"] == "mrz.unproven"


def _nothing(stream: io.BytesIO) -> Any:
    return None


def _broken(stream: io.BytesIO) -> Any:
    raise IndexError("index 0 is out of bounds")


@pytest.mark.parametrize(
    ("answer", "code"), [(_nothing, "mrz.not_found"), (_broken, "mrz.engine_failed")]
)
def test_a_second_reader_that_fails_gives_a_finding(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[io.BytesIO], Any], code: str
) -> None:
    pretended(monkeypatch, answer)
    picture = np.full((60, 200, 3), 255, np.uint8)
    reading = mrz_engine("passporteye").read(picture, load_policy(), None)
    assert not reading.found
    assert [finding.code for finding in reading.findings] == [code]


def test_an_absent_second_reader_is_status_4_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "passporteye", None)
    done = periksa("mrz", "--json", "--engine", "passporteye", PASSPORT)
    assert done.status == 4
    assert done.only["error"]["code"] == "engine.passporteye"
    assert "pip install 'periksa[passporteye]'" in done.only["error"]["advice"]


def test_a_second_reader_without_its_program_is_status_4(monkeypatch: pytest.MonkeyPatch) -> None:
    pretended(monkeypatch, _nothing)
    monkeypatch.setattr(passporteye_engine.shutil, "which", lambda name: None)
    done = periksa("mrz", "--json", "--engine", "passporteye", PASSPORT)
    assert done.status == 4
    assert done.only["error"]["code"] == "engine.tesseract"
