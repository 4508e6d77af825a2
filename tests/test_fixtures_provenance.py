"""Every committed picture is accounted for, unaltered, small, and told about in a truth file."""

import hashlib
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest

from fixtures import provenance

FOLDER = Path(provenance.__file__).parent
SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".webp"}
PICTURES = sorted(p for p in FOLDER.rglob("*") if p.suffix in SUFFIXES)
ENTRIES = {entry.file: entry for entry in provenance.read()}


def test_every_picture_has_an_entry_and_every_entry_a_picture():
    assert PICTURES
    assert {p.relative_to(FOLDER).as_posix() for p in PICTURES} == set(ENTRIES)


@pytest.mark.parametrize("file", sorted(ENTRIES))
def test_entry_fits_its_picture(file):
    entry = ENTRIES[file]
    data = (FOLDER / file).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry.sha256
    assert entry.licence == "CC0-1.0"
    assert entry.source
    assert entry.purpose


def test_all_files_together_stay_small():
    files = (p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    assert sum(p.stat().st_size for p in files) <= 4_000_000


@pytest.mark.parametrize("kind", ["people", "documents"])
def test_truth_names_each_gold_picture_once(kind):
    folder = FOLDER / "gold" / kind
    with (folder / "truth.toml").open("rb") as stream:
        (rows,) = tomllib.load(stream).values()
    assert sorted(row["file"] for row in rows) == sorted(p.name for p in folder.glob("*.jpg"))


def _rows(kind):
    with (FOLDER / "gold" / kind / "truth.toml").open("rb") as stream:
        (rows,) = tomllib.load(stream).values()
    return rows


@pytest.mark.parametrize("row", _rows("people"), ids=lambda row: row["file"])
def test_eyes_lie_where_the_truth_says(row):
    """Pupils are darker than the cheeks: true for every light, whoever it is."""
    if row["expression"] == "eyes_closed":
        return
    grey = cv2.imread(str(FOLDER / "gold" / "people" / row["file"]), cv2.IMREAD_GRAYSCALE)
    assert grey.shape == (row["size"][1], row["size"][0])
    for eye in (row["right_eye"], row["left_eye"]):
        x, y = (round(v) for v in eye)
        reach = max(2, round(row["inter_eye_distance"] * 0.03))
        pupil = grey[y - reach : y + reach + 1, x - reach : x + reach + 1].min()
        below = y + round(row["inter_eye_distance"] * 0.45)
        cheek = float(np.median(grey[below - reach : below + reach, x - reach : x + reach]))
        assert pupil < 0.75 * cheek + 2


@pytest.mark.parametrize("row", _rows("documents"), ids=lambda row: row["file"])
def test_corners_lie_in_the_picture_clockwise(row):
    height, width = cv2.imread(str(FOLDER / "gold" / "documents" / row["file"])).shape[:2]
    corners = np.array(row["corners"])
    assert (corners >= -1).all()
    assert (corners <= [width, height]).all()
    sides = np.roll(corners, -1, axis=0) - corners
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1]
    turns -= sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    assert (turns > 0).all()
