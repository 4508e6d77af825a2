"""Duplicates: every pair of a gallery, exactly, also by a run that was ended and goes on."""

from __future__ import annotations

from itertools import combinations, islice
from pathlib import Path

import numpy as np
import pytest
from gallery_specimens import edit, look, make, quick_disk, templates

from pipeline.faces.gallery import Gallery, GalleryError, Record, block, repack, writer
from pipeline.faces.gallery import duplicates as module
from pipeline.faces.gallery.duplicates import WORK, duplicates

THRESHOLD = 0.9


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands, tiles and segments that a few hundred rows fill several times."""
    quick_disk(monkeypatch)
    monkeypatch.setattr(module, "BAND", 32)
    monkeypatch.setattr(module, "TILE", 16)
    monkeypatch.setattr(writer, "BULK", 100)
    monkeypatch.setattr(repack, "ROWS", 75)
    monkeypatch.setattr(block, "ROWS", 75)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with make(tmp_path / "g", 32) as gallery:
        rows = templates(260, 32)
        records = [Record(f"n{number}") for number in range(260)]
        gallery.enrol_many(records[:200], rows[:200])
        gallery.enrol_many(records[200:], rows[200:])
        for number in (0, 77, 205):
            gallery.delete(f"n{number}")
    return tmp_path / "g"


def nothing(_done: int, _all: int) -> None:
    """Progress that nobody watches."""


def keys(pairs: object) -> set[tuple[str, str]]:
    found = [tuple(sorted((pair.a.id, pair.b.id))) for pair in pairs]  # type: ignore[attr-defined]
    assert len(found) == len(set(found))  # each pair once
    return set(found)  # type: ignore[arg-type]


def truth() -> set[tuple[str, str]]:
    rows = templates(260, 32).astype(np.float64)
    live = [number for number in range(260) if number not in (0, 77, 205)]
    return {
        tuple(sorted((f"n{a}", f"n{b}")))
        for a, b in combinations(live, 2)
        if (rows[a] * rows[b]).sum() >= THRESHOLD
    }


def test_every_pair_and_no_other(folder: Path) -> None:
    expected = truth()
    assert 100 < len(expected) < 20_000
    assert keys(duplicates(look(folder), THRESHOLD, nothing)) == expected
    assert not (folder / WORK).exists()


def test_a_run_that_was_ended_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = duplicates(look(folder), THRESHOLD, nothing)
    list(islice(first, 2000))
    first.close()  # type: ignore[attr-defined]
    compared: list[int] = []
    original = module._band_pairs
    monkeypatch.setattr(
        module, "_band_pairs", lambda *words: compared.append(1) or original(*words)
    )
    seen: list[tuple[int, int]] = []
    found = duplicates(look(folder), THRESHOLD, lambda *at: seen.append(at))
    assert keys(found) == truth()
    assert 0 < len(compared) < seen[-1][1]  # some bands were not compared again
    assert seen == sorted(seen)


@pytest.mark.parametrize("change", ["another threshold", "another entry", "a damaged note"])
def test_notes_of_another_question_are_not_used(folder: Path, change: str) -> None:
    first = duplicates(look(folder), THRESHOLD, nothing)
    list(islice(first, 1000))
    first.close()  # type: ignore[attr-defined]
    threshold, more = THRESHOLD, set()
    if change == "another threshold":
        threshold = 0.95
    elif change == "another entry":
        with edit(folder) as gallery:
            gallery.enrol(Record("twin"), templates(260, 32)[9])
        more = {("n9", "twin")}
    else:
        data = bytearray((folder / WORK).read_bytes())
        data[-40] ^= 1
        (folder / WORK).write_bytes(data)
    found = keys(duplicates(look(folder), threshold, nothing))
    assert more <= found
    if not more:
        assert found == {pair for pair in truth() if _score(pair) >= threshold}


def _score(pair: tuple[str, str]) -> float:
    rows = templates(260, 32).astype(np.float64)
    return float((rows[int(pair[0][1:])] * rows[int(pair[1][1:])]).sum())


def test_two_runs_at_once_are_refused(folder: Path) -> None:
    first = duplicates(look(folder), THRESHOLD, nothing)
    next(first)
    with pytest.raises(GalleryError, match="another program"):
        next(duplicates(look(folder), THRESHOLD, nothing))
    first.close()  # type: ignore[attr-defined]


def test_the_notes_are_sealed(folder: Path) -> None:
    first = duplicates(look(folder), THRESHOLD, nothing)
    next(first)
    first.close()  # type: ignore[attr-defined]
    assert b'"id"' not in (folder / WORK).read_bytes()


def test_an_empty_gallery_has_none(tmp_path: Path) -> None:
    make(tmp_path / "empty").close()
    reader: Gallery = look(tmp_path / "empty")
    assert list(duplicates(reader, THRESHOLD, nothing)) == []
