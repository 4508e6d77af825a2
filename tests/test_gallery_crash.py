"""Killed at any moment, a gallery opens and holds what it acknowledged."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import ROOT, surroundings
from gallery_specimens import edit, look, make, quick_disk, templates

from pipeline.faces.gallery import Record, block, repack, writer

ROWS = templates(200)
ENROL = """
import os, random, signal, sys, threading, time
sys.path.insert(0, "tests")
from pathlib import Path
from gallery_specimens import edit, templates
from pipeline.faces.gallery import Record, writer
writer.FOLD_AT = 13  # so that a kill meets rewriting, too
chance = random.Random(int(sys.argv[2]))
last, began = chance.randrange(5, 190), time.monotonic()
rows = templates(200)
with edit(Path(sys.argv[1])) as gallery:
    for number in range(200):
        gallery.enrol(Record(f"n{number}"), rows[number])
        print(number, flush=True)  # the acknowledgement
        if number == last:
            each = (time.monotonic() - began) / last
            delay = chance.uniform(0, 4 * each)
            threading.Timer(delay, os.kill, (os.getpid(), signal.SIGKILL)).start()
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where that is possible: a kill loses nothing that was written to either."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    place = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else tmp_path))
    yield place / "gallery"
    shutil.rmtree(place)


@pytest.mark.parametrize("seed", range(4))
def test_kill_9_during_200_enrolments(folder: Path, seed: int) -> None:
    """Acknowledged entries are all there; beyond them at most the one that was under way."""
    make(folder).close()
    child = subprocess.run(
        [sys.executable, "-c", ENROL, folder, str(seed)], cwd=ROOT, env=surroundings({}),
        capture_output=True, text=True,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL, child.stderr
    acknowledged = len(child.stdout.splitlines())
    assert acknowledged > 5
    reader = look(folder)
    assert acknowledged <= len(reader) <= acknowledged + 1
    found = reader.search(ROWS[: len(reader)], top=1)
    names = [answer.best[0].record.id for answer in found]
    assert names == [f"n{number}" for number in range(len(reader))]
    with edit(folder) as gallery:  # and it goes on
        for number in range(len(reader), 200):
            gallery.enrol(Record(f"n{number}"), ROWS[number])
    assert len(look(folder)) == 200


class Died(BaseException):
    """The process ends here."""


def _dying(monkeypatch: pytest.MonkeyPatch, countdown: int) -> None:
    """The ``countdown``-th call that changes the disk, and every later one, does not happen."""
    left = [countdown]

    def mortal(name: str, holder: object) -> None:
        original = getattr(holder, name)

        def call(*words: object, **named: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Died
            return original(*words, **named)

        monkeypatch.setattr(holder, name, call)

    for name in ("write", "fsync", "fdatasync", "ftruncate"):
        mortal(name, os)
    for name in ("replace", "unlink"):
        mortal(name, Path)


def test_dying_at_every_step_of_every_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each step that changes the disk: what was acknowledged holds, the rest is whole."""
    monkeypatch.setattr(writer, "BULK", 6)
    monkeypatch.setattr(repack, "ROWS", 8)
    monkeypatch.setattr(block, "ROWS", 8)
    steps, finished = 0, False
    while not finished:
        folder = tmp_path / str(steps)
        states, finished = _changes_until_death(folder, steps)
        with monkeypatch.context() as patch:
            quick_disk(patch)
            with edit(folder) as gallery:
                names = {f"n{number}" for number in range(20) if f"n{number}" in gallery}
            assert names in states, f"after {steps} steps"
            reader = look(folder)
            found = reader.search(ROWS[:20], top=1)
            best = {one.best[0].record.id for one in found} if names else set()
            assert best <= names
            assert not list(folder.glob("*.new"))
        steps += 1
    assert steps > 40  # that many steps there are


def _changes_until_death(folder: Path, steps: int) -> tuple[list[set[str]], bool]:
    """Every kind of change, and what may be enrolled: after the last acknowledged one, or also
    after the one under way.
    """
    with pytest.MonkeyPatch.context() as patch:
        quick_disk(patch)
        gallery = make(folder)
    done: set[str] = set()
    under_way: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        quick_disk(patch)
        _dying(patch, steps)
        try:
            for act, change in _script(gallery):
                under_way = change(done)
                act()
                done = under_way
        except Died:
            return [done, under_way], False
        finally:
            gallery._lock.release()  # as the system does for a dead process
    return [done], True


def _script(gallery: writer.GalleryWriter):
    def many(numbers: range) -> list[Record]:
        return [Record(f"n{number}") for number in numbers]

    def added(numbers: range):
        return lambda names: names | {record.id for record in many(numbers)}

    yield lambda: gallery.enrol(Record("n0"), ROWS[0]), added(range(1))
    yield lambda: gallery.enrol_many(many(range(1, 4)), ROWS[1:4]), added(range(1, 4))
    yield gallery.fold, set
    yield lambda: gallery.enrol_many(many(range(4, 15)), ROWS[4:15]), added(range(4, 15))
    yield lambda: gallery.delete("n5"), lambda names: names - {"n5"}
    yield lambda: gallery.update(Record("n6", "Medan"), ROWS[16]), set
    yield lambda: gallery.enrol(Record("n15"), ROWS[15]), added(range(15, 16))
    yield gallery.fold, set
    yield lambda: gallery.delete("n15"), lambda names: names - {"n15"}


def test_nothing_is_acknowledged_before_the_disk_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    for name in ("write", "fdatasync"):
        original = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *words, name=name, call=original: calls.append(name) or call(*words)
        )
    with make(tmp_path / "g") as gallery:
        calls.clear()
        gallery.enrol(Record("a"), ROWS[0])
        assert calls == ["write", "fdatasync"]
