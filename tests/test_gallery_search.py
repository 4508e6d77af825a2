"""Searches are exact: every engine gives the same answer, and no filter hides a hit."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from gallery_specimens import Templates, edit, look, make, quick_disk, templates, unit

from models.errors import EngineMissing
from pipeline.faces.gallery import Filter, Gallery, Record, gallery, half, scan, search

SEXES = ("F", "M", None)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_disk(monkeypatch)


def build(folder: Path, rows: Templates) -> Path:
    with make(folder, rows.shape[1]) as writer:
        writer.enrol_many(
            [
                Record(
                    f"n{number:06}", f"office {number % 3}", SEXES[number % 3], 1950 + number % 50
                )
                for number in range(len(rows))
            ],
            rows,
        )
    return folder


def truth(rows: Templates, query: Templates, top: int) -> list[tuple[str, float]]:
    """The best by exact arithmetic, equal ones in the order of their ids."""
    scores = (rows.astype(np.float64) * query.astype(np.float64)).sum(axis=1)
    order = sorted(range(len(rows)), key=lambda row: (-scores[row], row))
    return [(f"n{row:06}", float(scores[row])) for row in order[:top]]


@pytest.mark.parametrize(
    ("count", "dimensions", "top"),
    [
        pytest.param(1, 128, 10, id="one entry"),
        pytest.param(63, 128, 10, id="less than a group"),
        pytest.param(5000, 128, 10, id="more than a step"),
        pytest.param(5000, 128, 200, id="more candidates than groups of a step"),
        pytest.param(3000, 512, 10, id="as wide as ArcFace"),
        pytest.param(40, 7, 100, id="more asked than there is"),
    ],
)
@pytest.mark.parametrize("queries", [1, 3, 64])
@pytest.mark.parametrize("engine", ["numpy", "half"])
def test_every_engine_gives_the_exact_answer(
    tmp_path: Path, count: int, dimensions: int, top: int, queries: int, engine: gallery.Engine
) -> None:
    rows = templates(count, dimensions)
    reader = look(build(tmp_path / "g", rows), engine)
    asked = templates(queries, dimensions, seed=9)
    for query, found in zip(asked, reader.search(asked, top=top), strict=True):
        assert [(hit.record.id, hit.score) for hit in found.best] == truth(rows, query, top)


@pytest.mark.parametrize("engine", ["numpy", "half"])
def test_neighbours_that_half_precision_cannot_tell_apart(
    tmp_path: Path, engine: gallery.Engine
) -> None:
    """800 scores within 1e-5 of each other: half precision ranks them wrongly."""
    base = templates(1, 128)
    noise = 1e-5 * np.random.default_rng(3).standard_normal((800, 128))
    rows = np.concatenate([templates(500, 128, seed=5), unit(base + noise)])
    reader = look(build(tmp_path / "g", rows), engine)
    (found,) = reader.search(base, top=10)
    assert [(hit.record.id, hit.score) for hit in found.best] == truth(rows, base[0], 10)


def test_half_precision_is_as_exact_as_it_claims() -> None:
    rows, asked = templates(4000, 128), templates(20, 128, seed=2)
    scores, found = half.HalfBlock(rows).nearest(asked, 4000)
    exact = np.take_along_axis((asked.astype(float) @ rows.astype(float).T), found, axis=1)
    worst = np.abs(scores - exact).max()
    assert 1e-6 < worst < half.half_error(128)


def test_single_precision_is_as_exact_as_it_claims() -> None:
    rows, asked = templates(4000, 128), templates(20, 128, seed=2)
    worst = np.abs(asked @ rows.T - asked.astype(float) @ rows.astype(float).T).max()
    assert 0 < worst < scan.error_bound(128)


@pytest.mark.parametrize("engine", ["numpy", "half"])
def test_equal_faces_come_in_the_order_of_their_ids(tmp_path: Path, engine: gallery.Engine) -> None:
    rows = np.repeat(templates(1, 128), 300, axis=0)
    (found,) = look(build(tmp_path / "g", rows), engine).search(rows[:1], top=5)
    assert [hit.record.id for hit in found.best] == [f"n{row:06}" for row in range(5)]


def test_everything_at_the_threshold_is_told_or_counted(tmp_path: Path) -> None:
    rows = np.concatenate([templates(300, 128), np.repeat(templates(1, 128, seed=4), 40, axis=0)])
    folder = build(tmp_path / "g", rows)
    for reader in (look(folder), look(folder, "half")):
        (found,) = reader.search(rows[-1:], top=10, threshold=0.999)
        assert len(found.best) == 10
        assert found.more == 30
        (found,) = reader.search(rows[-1:], top=50, threshold=0.999)
        assert found.more == 0
        assert len(found.best) == 50  # ten strangers below the threshold fill the list


@pytest.mark.parametrize("threshold", [None, 0.9])
def test_a_filter_hides_no_hit(tmp_path: Path, threshold: float | None) -> None:
    rows = templates(600, 128)
    rows[301] = rows[300]  # the same face once under sex F and once under M
    reader = look(build(tmp_path / "g", rows))
    (found,) = reader.search(
        rows[300:301], top=5, threshold=threshold, wanted=Filter(sex="F", office="office 0")
    )
    assert found.best[0].record.id == "n000300"
    assert found.outside[0].record == Record("n000301", "office 1", "M", 1951)
    assert found.outside[0].score == found.best[0].score
    others = [hit.score for hit in found.outside[1:]]
    assert all(score >= (threshold or found.best[-1].score) for score in others)


def test_hits_outside_the_filter_without_room_are_counted(tmp_path: Path) -> None:
    rows = np.concatenate([templates(30, 128), np.repeat(templates(1, 128, seed=4), 30, axis=0)])
    reader = look(build(tmp_path / "g", rows))
    (found,) = reader.search(rows[-1:], top=4, threshold=0.999, wanted=Filter(office="office 1"))
    assert (len(found.best), found.more) == (4, 6)
    assert (len(found.outside), found.more_outside) == (4, 16)


def test_who_is_deleted_is_not_found(tmp_path: Path) -> None:
    rows = templates(300, 128)
    folder = build(tmp_path / "g", rows)
    with edit(folder) as writer:
        for number in range(0, 300, 2):
            writer.delete(f"n{number:06}")
        for reader in (writer, look(folder), look(folder, "half")):
            (found,) = reader.search(rows[:1], top=300)
            assert [int(hit.record.id[1:]) % 2 for hit in found.best] == [1] * 150


def test_faiss_waits_until_it_pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "HALF_FROM", 100)
    monkeypatch.setattr(gallery, "HALF_AFTER", 3)
    made: list[int] = []
    original = half.HalfBlock.nearest
    monkeypatch.setattr(
        half.HalfBlock,
        "nearest",
        lambda self, queries, count: made.append(1) or original(self, queries, count),
    )
    rows = templates(1200, 128)
    reader = look(build(tmp_path / "g", rows), "auto")
    for count in range(6):
        reader.search(rows[:1])
        assert len(made) == max(0, count - 2)
    reader.search(rows[:64])  # several share one pass over single precision
    reader.search(rows[:1], wanted=Filter(sex="F"))
    assert len(made) == 3


def test_without_faiss_numpy_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "HALF_FROM", 1)
    monkeypatch.setattr(gallery, "HALF_AFTER", 0)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setitem(sys.modules, "faiss", None)
    rows = templates(50, 128)
    folder = build(tmp_path / "g", rows)
    (found,) = look(folder, "auto").search(rows[:1], top=1)
    assert found.best[0].record.id == "n000000"
    with pytest.raises(EngineMissing, match="faiss is not installed") as caught:
        look(folder, "half")
    assert "pip install" in caught.value.advice


@pytest.mark.parametrize(
    "queries",
    [
        pytest.param(np.ones((1, 16), np.float32), id="not of length 1"),
        pytest.param(np.full((1, 16), np.nan, np.float32), id="no numbers"),
        pytest.param(templates(1, 17), id="another width"),
        pytest.param(templates(1, 16)[0], id="no matrix"),
    ],
)
def test_what_is_no_template_is_refused(tmp_path: Path, queries: Templates) -> None:
    with make(tmp_path / "g") as writer:
        for act in (writer.search, lambda rows: writer.enrol_many([Record("a")], rows)):
            with pytest.raises(ValueError, match="templates"):
                act(queries)
        assert len(writer) == 0


def test_an_empty_gallery_has_no_candidates(tmp_path: Path) -> None:
    with make(tmp_path / "g"):
        reader: Gallery = look(tmp_path / "g", "half")
        assert reader.search(templates(2))[1] == search.Found((), 0, (), 0)
        assert reader.search(np.empty((0, 16), np.float32)) == []
