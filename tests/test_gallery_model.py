"""A gallery behaves as a dictionary of templates, whatever is done to it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from gallery_specimens import Templates, edit, look, make, quick_disk, templates
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pipeline.faces.gallery import EntryRefused, Filter, Record, repack, writer
from pipeline.faces.gallery import block as block_module

POOL = templates(64, 8)
NAMES = [f"id {number}" for number in range(24)]
records = st.builds(
    Record,
    st.sampled_from(NAMES),
    st.sampled_from([None, "Bandung", "Medan"]),
    st.sampled_from([None, "F", "M", "X"]),
    st.sampled_from([None, 1950, 1985, 2001]),
)
rows = st.integers(0, len(POOL) - 1)
filters = st.builds(
    Filter,
    st.sampled_from([None, "Bandung", "Surabaya"]),
    st.sampled_from([None, "F"]),
    st.sampled_from([None, 1960]),
    st.sampled_from([None, 1990]),
)


class GalleryMachine(RuleBasedStateMachine):
    """Small segments and a short log, so that every few steps something is rewritten."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        quick_disk(self.patch)
        self.patch.setattr(writer, "FOLD_AT", 7)
        self.patch.setattr(writer, "BULK", 5)
        self.patch.setattr(repack, "ROWS", 16)
        self.patch.setattr(block_module, "ROWS", 16)
        self.folder = Path(tempfile.mkdtemp()) / "gallery"
        self.gallery = make(self.folder, 8)
        self.model: dict[str, tuple[Record, Templates]] = {}

    def teardown(self) -> None:
        self.gallery.close()
        self.patch.undo()
        shutil.rmtree(self.folder.parent)

    @rule(record=records, row=rows)
    def enrol(self, record: Record, row: int) -> None:
        if record.id in self.model:
            with pytest.raises(EntryRefused, match="enrolled already"):
                self.gallery.enrol(record, POOL[row])
        else:
            self.gallery.enrol(record, POOL[row])
            self.model[record.id] = (record, POOL[row])

    @rule(many=st.lists(st.tuples(records, rows), max_size=9, unique_by=lambda pair: pair[0].id))
    def enrol_many(self, many: list[tuple[Record, int]]) -> None:
        names = [record for record, _ in many]
        matrix = POOL[[row for _, row in many]].reshape(-1, 8)
        if any(record.id in self.model for record in names):
            with pytest.raises(EntryRefused):
                self.gallery.enrol_many(names, matrix)
        else:
            self.gallery.enrol_many(names, matrix)
            self.model.update({record.id: (record, POOL[row]) for record, row in many})

    @rule(record=records, row=st.none() | rows)
    def update(self, record: Record, row: int | None) -> None:
        template = None if row is None else POOL[row]
        if record.id not in self.model:
            with pytest.raises(EntryRefused, match="not enrolled"):
                self.gallery.update(record, template)
        else:
            self.gallery.update(record, template)
            kept = self.model[record.id][1] if template is None else template
            self.model[record.id] = (record, kept)

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name: str) -> None:
        if name not in self.model:
            with pytest.raises(EntryRefused, match="not enrolled"):
                self.gallery.delete(name)
        else:
            self.gallery.delete(name)
            del self.model[name]

    @rule()
    def fold(self) -> None:
        self.gallery.fold()
        assert self.gallery.info()["deleted_not_erased"] == 0

    @rule()
    def open_again(self) -> None:
        self.gallery.close()
        self.gallery = edit(self.folder)

    @precondition(lambda self: self.model)
    @rule(row=rows, top=st.integers(1, 30), wanted=filters, half=st.booleans())
    def search(self, row: int, top: int, wanted: Filter, half: bool) -> None:
        reader = look(self.folder, "half" if half else "numpy")
        (found,) = reader.search(POOL[[row]], top=top, wanted=wanted)
        known = sorted(
            (-float(POOL[row].astype(np.float64) @ template.astype(np.float64)), name)
            for name, (record, template) in self.model.items()
            if fits(record, wanted)
        )
        scores = [-score for score, _ in known[:top]]
        assert [hit.score for hit in found.best] == pytest.approx(scores, abs=1e-12)
        assert all(self.model[hit.record.id][0] == hit.record for hit in found.best)
        assert reader.counted_out(wanted) == len(self.model) - len(known)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        assert len(self.gallery) == len(self.model)
        for name in NAMES:
            assert (name in self.gallery) == (name in self.model)


def fits(record: Record, wanted: Filter) -> bool:
    """What a filter promises; an unknown attribute fits."""
    return (
        (wanted.office is None or record.office in (None, wanted.office))
        and (wanted.sex is None or record.sex in (None, wanted.sex))
        and (wanted.born_from is None or record.born is None or record.born >= wanted.born_from)
        and (wanted.born_to is None or record.born is None or record.born <= wanted.born_to)
    )


TestGallery = GalleryMachine.TestCase
TestGallery.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
