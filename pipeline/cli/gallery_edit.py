"""``periksa gallery build, enrol, update, delete``: who is in a gallery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import typer

from pipeline.cli.gallery_options import (
    GalleryName,
    GivenId,
    Ids,
    NewImage,
    Office,
    OneId,
    SexName,
    Source,
    Year,
    described,
    folder_of,
    policy_of,
)
from pipeline.cli.gallery_sources import Item, read_source
from pipeline.cli.inputs import Line, judge_each
from pipeline.cli.options import AsJson, Images, PolicyName
from pipeline.cli.output import Output

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.faces.gallery import GalleryWriter
    from pipeline.faces.match import DescribedFace

EXAMPLE_BUILD = (
    "periksa gallery build pictures --gallery kanim\n"
    "  periksa gallery build people.csv --gallery kanim --json > enrolled.jsonl"
)
EXAMPLE_ENROL = "periksa gallery enrol face.jpg --gallery kanim --id A123 --sex F --born 1987"
EXAMPLE_UPDATE = "periksa gallery update A123 --gallery kanim --image face.jpg --born 1987"
EXAMPLE_DELETE = "periksa gallery delete A123 A124 --gallery kanim"


def build(
    source: Source, gallery: GalleryName, policy: PolicyName = None, as_json: AsJson = False
) -> None:
    """Enrol the pictures of a folder or a table; go on where a build was ended.

    The gallery is made if it is not there. Each line is told when its face is safe on the disk.
    """
    items = read_source(source)
    with _Changes(gallery, policy, make=True) as changes:
        judge_each(items, changes.once, _show_enrolled, Output(as_json=as_json), label=Item.label)


def enrol(
    images: Images,
    gallery: GalleryName,
    name: GivenId = None,
    office: Office = None,
    sex: SexName = None,
    born: Year = None,
    policy: PolicyName = None,
    as_json: AsJson = False,
) -> None:
    """Enrol pictures in a gallery that is there.

    Each line is told when its face is safe on the disk.
    """
    if name is not None and len(images) > 1:
        raise typer.BadParameter("--id names one face: give one IMAGE with it")
    from pipeline.faces.gallery import Record

    items = [Item(path, Record(name or path.stem, office, sex, born)) for path in images]
    with _Changes(gallery, policy) as changes:
        judge_each(items, changes, _show_enrolled, Output(as_json=as_json), label=Item.label)


def update(
    entry: OneId,
    gallery: GalleryName,
    image: NewImage = None,
    office: Office = None,
    sex: SexName = None,
    born: Year = None,
    policy: PolicyName = None,
    as_json: AsJson = False,
) -> None:
    """Replace what is known of an entry: attributes that are given, and its picture."""
    if (image, office, sex, born) == (None, None, None, None):
        raise typer.BadParameter("name what is new: --image, --office, --sex or --born")
    with _Changes(gallery, policy) as changes:
        judge_each(
            [entry],
            lambda name: changes.renew(name, image, {"office": office, "sex": sex, "born": born}),
            _show_entry,
            Output(as_json=as_json),
            label=_id_label,
        )


def delete(
    entries: Ids, gallery: GalleryName, policy: PolicyName = None, as_json: AsJson = False
) -> None:
    """Delete entries, and erase their templates from the gallery's files."""
    with _Changes(gallery, policy) as changes:
        try:
            judge_each(
                entries, changes.remove, _show_entry, Output(as_json=as_json), label=_id_label
            )
        finally:  # judge_each ends by raising the exit status
            changes.writer.fold()


class _Changes:
    """Changes to one gallery; ids of this run are remembered."""

    def __init__(self, name: str, policy: str | None, *, make: bool = False) -> None:
        from pipeline.faces.gallery import create_gallery, edit_gallery, is_gallery
        from pipeline.faces.gallery.making import template_making
        from pipeline.store.keys import office_keys

        self._limits = policy_of(policy)
        self._seen: set[str] = set()
        folder, made = folder_of(name), template_making(self._limits)
        if make and not is_gallery(folder):
            self.writer: GalleryWriter = create_gallery(
                folder, office_keys(), made.models, dimensions=made.dimensions
            )
        else:
            self.writer = edit_gallery(folder, office_keys(), made.models)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.close()

    def once(self, item: Item) -> Line:
        """Enrol unless an earlier run did."""
        name = item.record.id if item.record else ""
        if name in self.writer and name not in self._seen:
            self._seen.add(name)
            return {"id": name, "status": "present", "findings": []}
        return self(item)

    def __call__(self, item: Item) -> Line:
        """Enrol the face of a picture."""
        if item.record is None:
            raise item.fault or AssertionError("an item has a record or a fault")
        face = described(item.path, self._limits)
        status = "not_enrolled"
        if face is not None:
            self.writer.enrol(item.record, face.template)
            self._seen.add(item.record.id)
            status = "enrolled"
        return {"id": item.record.id, "status": status, "findings": self._said(item.path, face)}

    def renew(self, name: str, image: Path | None, new: dict[str, Any]) -> Line:
        """Replace what is given of an entry."""
        record = replace(
            self.writer.record_of(name),
            **{key: value for key, value in new.items() if value is not None},
        )
        if image is None:
            self.writer.update(record)
            return {**record.to_dict(), "status": "updated", "findings": []}
        face = described(image, self._limits)
        if face is not None:
            self.writer.update(record, face.template)
        status = "not_updated" if face is None else "updated"
        return {**record.to_dict(), "status": status, "findings": self._said(image, face)}

    def remove(self, name: str) -> Line:
        """Delete an entry."""
        self.writer.delete(name)
        return {"status": "deleted"}

    def _said(self, path: Path, face: DescribedFace | None) -> list[dict[str, Any]]:
        from pipeline.faces.gallery.identify import face_findings

        return [found.to_dict() for found in face_findings(str(path), face, self._limits)]


def _id_label(name: str) -> Line:
    return {"id": name}


def _show_enrolled(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import findings_list

    return [f"{line['file']}: {line['id']} {line['status']}", *findings_list(line["findings"])]


def _show_entry(line: dict[str, Any]) -> Sequence[RenderableType]:
    from pipeline.cli.show import findings_list

    return [f"{line['id']} {line['status']}", *findings_list(line.get("findings", ()))]
