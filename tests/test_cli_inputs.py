"""Pictures through the command line: one line each, the bad ones with their reason."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import SAMPLES, Done, periksa
from PIL import Image

PASSPORT = SAMPLES / "pass" / "passport.jpg"
PORTRAIT = SAMPLES / "pass" / "portrait.jpg"
FIRST_LINE = "P<UTOWIJAYATAMA<<BIMA<SATRIA<<<<<<<<<<<<<<<<"


def gigabyte_png() -> bytes:
    """A true PNG of 20,000 x 18,000 pixels, all black, in about a megabyte."""
    width, height = 20_000, 18_000
    row = bytes(1 + 3 * width)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    part = packer.compress(row * 10) + packer.flush(zlib.Z_FULL_FLUSH)  # may stand repeatedly
    length = len(row) * height
    total = struct.pack(">HH", length % 65521, 1)  # Adler-32 of so many zeros
    data = b"\x78\xda" + part * (height // 10) + b"\x03\x00" + total

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def turned(page: Image.Image, path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to the right in order to see it upright
    page.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=92)


def sixteen_bits(page: Image.Image, path: Path) -> None:
    Image.fromarray(np.asarray(page.convert("L")).astype(np.uint16) * 257).save(path)


def forty_megapixels(page: Image.Image, path: Path) -> None:
    glass = Image.new("RGB", (7300, 5500), (236, 234, 228))
    glass.paste(page.resize((page.width * 2, page.height * 2)), (900, 1200))
    glass.save(path, quality=85)


BAD: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "empty.jpg": ("image.empty", lambda path: path.write_bytes(b"")),
    "text.jpg": ("image.not_a_picture", lambda path: path.write_text("hello\n")),
    "truncated.jpg": (
        "image.truncated", lambda path: path.write_bytes(PASSPORT.read_bytes()[:100_000])
    ),
    "missing.jpg": ("image.missing", lambda path: None),
    "folder.jpg": ("image.unreadable", lambda path: path.mkdir()),
    "gigabyte.png": ("image.too_many_pixels", lambda path: path.write_bytes(gigabyte_png())),
}  # fmt: skip
GOOD: dict[str, Callable[[Image.Image, Path], Any]] = {
    "cmyk.jpg": lambda page, path: page.convert("CMYK").save(path, quality=92),
    "sixteen_bits.png": sixteen_bits,
    "turned_by_exif.jpg": turned,
    "forty_megapixels.jpg": forty_megapixels,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """One run over good and bad pictures in turn."""
    folder = tmp_path_factory.mktemp("pictures")
    page = Image.open(PASSPORT).convert("RGB")
    for name, (_, make) in BAD.items():
        make(folder / name)
    for name, convert in GOOD.items():
        convert(page, folder / name)
    names = [*BAD, *GOOD]
    mixed = [*names[::2], *names[1::2]]
    return periksa("mrz", "--json", *(folder / name for name in mixed))


def line_of(run: Done, name: str) -> dict[str, Any]:
    (line,) = (line for line in run.lines if Path(line["file"]).name == name)
    return line


def test_every_input_has_its_line_and_the_status_is_3(run: Done) -> None:
    assert len(run.lines) == len(BAD) + len(GOOD)
    assert run.status == 3
    assert "Traceback" not in run.err


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_says_what_is_wrong_with_it(run: Done, name: str) -> None:
    line = line_of(run, name)
    assert set(line) == {"file", "error"}
    assert set(line["error"]) == {"code", "message", "advice"}
    assert line["error"]["code"] == BAD[name][0]
    assert name in line["error"]["message"]
    assert line["error"]["message"] in run.err  # people read stderr


@pytest.mark.parametrize("name", GOOD)
def test_an_unusual_picture_is_read(run: Done, name: str) -> None:
    line = line_of(run, name)
    assert line["lines"][0] == FIRST_LINE
    assert line["fields"]["document_number"] == "X1047325"


def test_good_pictures_alone_are_status_0() -> None:
    done = periksa("mrz", "--json", PASSPORT)
    assert done.status == 0
    assert not done.err


def test_a_picture_without_a_zone_is_a_finding_and_no_error() -> None:
    done = periksa("mrz", "--json", PORTRAIT)
    assert done.status == 0
    assert done.only["found"] is False
    assert done.only["findings"]


MRZ = {"file", "found", "format", "lines", "raw_lines", "verified", "confidence", "fields",
       "findings", "cpu_ms"}  # fmt: skip
READ = {"file", "type", "fields", "mrz", "portrait_box", "findings", "cpu_ms"}
QUALITY = {"file", "components", "profile", "verdict", "findings", "cpu_ms"}
MATCH = {"probe", "reference", "score", "decision", "fmr", "findings", "cpu_ms"}
PROMISED = [
    pytest.param(["mrz", PASSPORT], MRZ, {"polygon", "zone_confidence"}, id="mrz"),
    pytest.param(["read", PASSPORT], READ, {"quad"}, id="read"),
    pytest.param(
        ["quality", PORTRAIT],
        QUALITY,
        {"face_box", "inter_eye_distance", "passport", "profile_sha256"},
        id="quality",
    ),
    pytest.param(
        ["match", PORTRAIT, PASSPORT],
        MATCH,
        {"fmr_interval", "fnmr", "limits", "llr", "pad", "quality", "regime", "strata"},
        id="match",
    ),
]


@pytest.mark.parametrize(("words", "promised", "added"), PROMISED)
def test_the_json_line_has_the_promised_keys(
    words: list[str | Path], promised: set[str], added: set[str]
) -> None:
    """What was promised stays; what is added is written down here."""
    done = periksa(*words, "--json")
    assert done.status == 0
    assert promised <= set(done.only)
    assert set(done.only) - promised <= added
    assert done.only["cpu_ms"] > 0
    finding = {"code", "severity", "subject", "value", "limit", "clause", "message", "advice"}
    assert all(set(found) == finding for found in done.only["findings"])


def test_the_parts_of_the_lines_have_the_promised_keys() -> None:
    fields = periksa("read", "--json", PASSPORT).only["fields"]
    assert fields
    for field in fields.values():
        assert {"value", "source", "confidence", "status"} <= set(field)
        assert 0 <= field["confidence"] <= 1
        assert field["status"] in ("read", "uncertain")
    components = periksa("quality", "--json", PORTRAIT).only["components"]
    assert {"LuminanceMean", "EyesOpen"} <= set(components)
    for component in components.values():
        assert set(component) == {"raw", "scalar", "status", "reason"}
        measured = component["status"] == "measured"
        assert (component["raw"] is not None) == measured
        assert (component["reason"] is None) == measured


@pytest.mark.parametrize("command", ["mrz", "read", "quality"])
def test_the_table_for_people_says_the_same(command: str) -> None:
    done = periksa(command, PORTRAIT if command == "quality" else PASSPORT)
    assert done.status == 0
    words = ("LuminanceMean",) if command == "quality" else ("WIJAYATAMA", FIRST_LINE)
    assert all(word in done.out for word in words)


@pytest.mark.parametrize(
    ("option", "code"),
    [
        pytest.param("--policy", "policy.missing", id="no such policy"),
        pytest.param("--profile", "policy.profile_missing", id="no such profile"),
    ],
)
def test_an_unknown_policy_is_status_7_before_any_picture_is_opened(option: str, code: str) -> None:
    done = periksa("quality", "--json", option, "nonsense", "missing.jpg", "missing too.jpg")
    assert done.status == 7
    assert done.only["error"]["code"] == code
    assert done.only["error"]["advice"].startswith("Known ")


def test_a_policy_with_an_error_in_it_is_status_7(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("name = \n")
    done = periksa("mrz", "--json", "--policy", tmp_path / "p.toml", PASSPORT)
    assert done.status == 7
    assert "p.toml" in done.only["error"]["message"]


@pytest.mark.parametrize("debug", [False, True], ids=["short by default", "whole with --debug"])
def test_a_fault_of_our_own_is_status_70(monkeypatch: pytest.MonkeyPatch, debug: bool) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault\nin two lines")

    monkeypatch.setattr("pipeline.documents.mrz.read_mrz", broken)
    done = periksa("mrz", "--json", PASSPORT, *(["--debug"] if debug else []))
    assert done.status == 70
    assert done.only["error"]["code"] == "internal"
    assert "ZeroDivisionError: a fault in two lines" in done.only["error"]["message"]
    assert "--debug" in done.only["error"]["advice"]
    assert ("Traceback" in done.err) == debug


def test_numbers_that_are_none_become_null(monkeypatch: pytest.MonkeyPatch) -> None:
    class Strange:
        def to_dict(self) -> dict[str, object]:
            return {"found": False, "confidence": float("nan"), "deep": [{"x": float("inf")}]}

    monkeypatch.setattr("pipeline.documents.mrz.read_mrz", lambda *_, **__: Strange())
    done = periksa("mrz", "--json", PASSPORT)
    assert done.only["confidence"] is None
    assert done.only["deep"] == [{"x": None}]


def test_a_file_name_that_is_no_text_is_named_anyway(tmp_path: Path) -> None:
    path = tmp_path / "scan\udcff.jpg"
    path.write_bytes(b"")
    done = periksa("mrz", "--json", path)
    assert done.status == 3
    assert json.loads(done.out)["error"]["code"] == "image.empty"
