"""Files of a gallery: altered bytes are told, never believed; a torn write loses nothing else."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gallery_specimens import (
    KEYS,
    MODELS,
    OTHER_KEYS,
    edit,
    look,
    make,
    quick_disk,
    templates,
)

from pipeline.errors import StoreError
from pipeline.faces.gallery import (
    EntryRefused,
    GalleryError,
    Record,
    create_gallery,
    edit_gallery,
    files,
    open_gallery,
    writer,
)

ROWS = templates(40)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_disk(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten entries in a segment, five in the log."""
    path = tmp_path / "gallery"
    with make(path) as gallery:
        gallery.enrol_many([Record(f"s{number}") for number in range(10)], ROWS[:10])
        gallery.fold()
        for number in range(5):
            gallery.enrol(Record(f"l{number}"), ROWS[10 + number])
    return path


def one(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def everything(folder: Path) -> None:
    """Read every byte that a user of the gallery would."""
    look(folder).search(ROWS[:1], top=20)


@pytest.mark.parametrize("pattern", ["segment-*", "log-*", "gallery.json"])
@pytest.mark.parametrize("share", [0.0, 0.03, 0.2, 0.5, 0.8, 0.999])
def test_a_flipped_bit_is_told(folder: Path, pattern: str, share: float) -> None:
    path = one(folder, pattern)
    data = bytearray(path.read_bytes())
    data[int(share * (len(data) - 1))] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(StoreError) as caught:
        everything(folder)
    assert caught.value.code in ("gallery.damaged", "keys.refused", "keys.unknown", "gallery.newer")
    assert caught.value.advice


@pytest.mark.parametrize("pattern", ["segment-*", "gallery.json"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_that_was_cut_is_told(folder: Path, pattern: str, share: float) -> None:
    path = one(folder, pattern)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(GalleryError) as caught:
        everything(folder)
    assert caught.value.code == "gallery.damaged"


def test_a_log_that_was_cut_has_what_is_whole(folder: Path) -> None:
    """Every length of the log: each entry is there or not, and nothing else is lost."""
    path = one(folder, "log-*")
    whole = path.read_bytes()
    frame = len(whole) // 5
    ends = {frame * number + off for number in range(6) for off in (-1, 0, 1, 15, 16, 17)}
    for length in sorted({*range(0, len(whole), 41), *ends} & {*range(len(whole) + 1)}):
        path.write_bytes(whole[:length])
        reader = look(folder)
        assert len(reader) == 10 + length // frame
        assert reader.info()["torn_bytes"] == length % frame
        if length % 5 == 0:
            with edit(folder) as gallery:  # cuts the torn end off and writes after it
                gallery.enrol(Record("next"), ROWS[30])
            assert len(look(folder)) == 11 + length // frame
            assert look(folder).info()["torn_bytes"] == 0


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        pytest.param(b"\0" * 700, False, id="sectors that the power cut left empty"),
        pytest.param(b"\0" * 3, False, id="less than a head"),
        pytest.param(b"\x07" * 700, True, id="bytes of somebody else"),
    ],
)
def test_what_follows_the_last_entry(folder: Path, tail: bytes, told: bool) -> None:
    path = one(folder, "log-*")
    path.write_bytes(path.read_bytes() + tail)
    if told:
        with pytest.raises(GalleryError, match="damaged"):
            look(folder)
    else:
        assert len(look(folder)) == 15


def test_a_sector_of_zeros_in_the_last_write_is_a_power_cut(tmp_path: Path) -> None:
    with make(tmp_path / "g", 512) as gallery:
        gallery.enrol(Record("a"), templates(1, 512)[0])
        end = one(tmp_path / "g", "log-*").stat().st_size
        gallery.enrol(Record("b"), templates(1, 512)[0])
    path = one(tmp_path / "g", "log-*")
    data = bytearray(path.read_bytes())
    first = -(-(end + 16) // 512) * 512
    data[first : first + 512] = bytes(512)
    path.write_bytes(data)
    assert len(look(tmp_path / "g")) == 1


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda a, b: shutil.copy(one(b, "log-*"), one(a, "log-*")), id="log"),
        pytest.param(
            lambda a, b: shutil.copy(one(b, "segment-*"), one(a, "segment-*")), id="segment"
        ),
        pytest.param(lambda a, b: one(a, "segment-*").unlink(), id="segment gone"),
        pytest.param(lambda a, b: one(a, "log-*").unlink(), id="log gone"),
    ],
)
def test_files_of_another_gallery_are_not_taken(
    folder: Path, tmp_path: Path, act: Callable[[Path, Path], object]
) -> None:
    other = tmp_path / "other"
    with make(other) as gallery:
        gallery.enrol_many([Record(f"s{number}") for number in range(10)], ROWS[:10])
        gallery.fold()
        gallery.enrol(Record("x"), ROWS[20])
    act(folder, other)
    with pytest.raises(GalleryError):
        everything(folder)


def test_entries_of_the_log_cannot_change_places(folder: Path) -> None:
    path = one(folder, "log-*")
    data = path.read_bytes()
    frame = len(data) // 5
    path.write_bytes(data[frame : 2 * frame] + data[:frame] + data[2 * frame :])
    with pytest.raises(GalleryError, match="damaged"):
        look(folder)


def test_a_manifest_cannot_leave_a_segment_out(folder: Path) -> None:
    path = folder / "gallery.json"
    body = json.loads(path.read_text())
    body["segments"] = []
    path.write_text(json.dumps(body))
    with pytest.raises(GalleryError, match="seal"):
        look(folder)


def test_the_wrong_key_opens_nothing(folder: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_gallery(folder, OTHER_KEYS, MODELS)
    assert caught.value.code == "keys.unknown"
    assert KEYS.key_id in caught.value.message


@pytest.mark.parametrize(
    "models",
    [
        pytest.param({**MODELS, "network": "ffff"}, id="another digest"),
        pytest.param({"network": "ab12"}, id="a part less"),
        pytest.param({**MODELS, "more": "1"}, id="a part more"),
    ],
)
def test_a_gallery_of_other_models_is_refused(folder: Path, models: dict[str, str]) -> None:
    for opening in (open_gallery, edit_gallery):
        with pytest.raises(GalleryError) as caught:
            opening(folder, KEYS, models)
        assert caught.value.code == "gallery.other_model"
        assert "periksa gallery build" in caught.value.advice


def test_a_newer_format_is_told(folder: Path) -> None:
    path = folder / "gallery.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    with pytest.raises(GalleryError) as caught:
        look(folder)
    assert caught.value.code == "gallery.newer"


def test_no_gallery_and_two_galleries(tmp_path: Path, folder: Path) -> None:
    for opening in (open_gallery, edit_gallery):
        with pytest.raises(GalleryError) as caught:
            opening(tmp_path / "none", KEYS, MODELS)
        assert caught.value.code == "gallery.missing"
    assert not (tmp_path / "none").exists()
    with pytest.raises(GalleryError) as caught:
        create_gallery(folder, KEYS, MODELS, dimensions=16)
    assert caught.value.code == "gallery.exists"


def test_one_writer_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BUSY_SECONDS", 0.05)
    with edit(folder) as first:
        with pytest.raises(GalleryError) as caught:
            edit(folder)
        assert caught.value.code == "gallery.locked"
        first.enrol(Record("more"), ROWS[20])
        assert len(look(folder)) == 16  # readers do not wait
    edit(folder).close()


def test_nothing_readable_lies_on_the_disk(folder: Path) -> None:
    with edit(folder) as gallery:
        gallery.enrol(Record("Siti Rahayu", "Kantor Bandung"), ROWS[20])
    for path in folder.iterdir():
        data = path.read_bytes()
        assert b"Siti" not in data
        assert b"Bandung" not in data
        assert not any(row.tobytes() in data for row in ROWS)
        assert path.stat().st_mode & 0o077 == 0


def test_what_is_deleted_is_erased(folder: Path) -> None:
    before = {path.name for path in folder.iterdir()}
    with edit(folder) as gallery:
        gallery.delete("s3")
        gallery.delete("l2")
        gallery.fold()
        assert gallery.info()["deleted_not_erased"] == 0
        old = {name for name in before if name.startswith(("segment-", "log-"))}
        assert not old & {path.name for path in folder.iterdir()}
        assert len(gallery) == 13


def test_a_full_disk_acknowledges_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    with edit(folder) as gallery:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(GalleryError) as caught:
                gallery.enrol(Record("new"), ROWS[20])
            assert caught.value.code == "gallery.disk"
        assert "new" not in gallery
        with pytest.raises(GalleryError):  # nobody knows how much was written: open it again
            gallery.enrol(Record("newer"), ROWS[20])
    with edit(folder) as gallery:
        gallery.enrol(Record("new"), ROWS[20])
        assert len(gallery) == 16


def test_threads_share_the_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits for the disk, but far fewer fsyncs than enrolments are needed."""
    rows, synced, slow = templates(200), [], threading.Event()

    def fsync(handle: int) -> None:
        synced.append(handle)
        slow.wait(0.005)

    with make(tmp_path / "g") as gallery:
        monkeypatch.setattr(os, "fdatasync", fsync)

        def enrol(first: int) -> None:
            for number in range(first, 200, 8):
                gallery.enrol(Record(f"n{number}"), rows[number])

        threads = [threading.Thread(target=enrol, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(gallery) == 200
    assert 25 <= len(synced) < 120
    reader = look(tmp_path / "g")
    assert [found.best[0].record.id for found in reader.search(rows, top=1)] == [
        f"n{number}" for number in range(200)
    ]


def test_threads_that_enrol_the_same_id(tmp_path: Path) -> None:
    outcomes: list[str] = []
    with make(tmp_path / "g") as gallery:

        def enrol(row: int) -> None:
            try:
                gallery.enrol(Record("same"), ROWS[row])
                outcomes.append("enrolled")
            except EntryRefused as error:
                outcomes.append(error.code)

        threads = [threading.Thread(target=enrol, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["enrolled"] + ["gallery.id_taken"] * 7
        assert len(gallery) == len(look(tmp_path / "g")) == 1


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(Record(""), id="no id"),
        pytest.param(Record("a\0b"), id="a zero byte, which parts ids"),
        pytest.param(Record("a\nb"), id="two lines"),
        pytest.param(Record("x" * 129), id="too long"),
        pytest.param(Record("a", "o\t"), id="a tabulator in the office"),
        pytest.param(Record("a", None, "female"), id="no such sex"),
        pytest.param(Record("a", None, None, 87), id="two digits of a year"),
    ],
)
def test_records_that_cannot_be_kept(tmp_path: Path, record: Record) -> None:
    with make(tmp_path / "g") as gallery:
        with pytest.raises(EntryRefused) as caught:
            gallery.enrol_many([Record("fine"), record], ROWS[:2])
        assert caught.value.code == "gallery.record"
        assert len(gallery) == 0


def test_records_come_back_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BULK", 3)
    records = [
        Record("a"),
        Record("Ünïcödé é/x", "Kantor Imigrasi Kelas I", "X", 1999),
        Record("c", "Kantor Imigrasi Kelas I", "F"),
        Record("d", "Medan", "M", 1850),
    ]
    with make(tmp_path / "g") as gallery:
        gallery.enrol_many(records, ROWS[:4])
        found = look(tmp_path / "g").search(ROWS[:4], top=1)
        assert [one.best[0].record for one in found] == records
        assert [gallery.record_of(record.id) for record in records] == records


def test_an_id_twice_in_one_call(tmp_path: Path) -> None:
    with make(tmp_path / "g") as gallery, pytest.raises(EntryRefused, match="twice"):
        gallery.enrol_many([Record("a"), Record("a")], ROWS[:2])


def test_a_retired_key_is_replaced_when_the_gallery_is_written(folder: Path) -> None:
    from pipeline.store.keys import OfficeKeys

    both = OfficeKeys(b"n" * 32, [b"k" * 32])
    with edit_gallery(folder, both, MODELS) as gallery:
        gallery.fold()
    assert len(open_gallery(folder, OfficeKeys(b"n" * 32), MODELS)) == 15


def test_templates_are_kept_bit_for_bit(folder: Path) -> None:
    found = look(folder).search(ROWS[:15], top=1)
    exact = (ROWS[:15].astype(np.float64) ** 2).sum(axis=1)
    assert [one.best[0].score for one in found] == exact.tolist()
