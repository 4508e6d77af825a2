"""Changes: what one acknowledged call did to a gallery, as the log keeps it."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.gallery.record import Record

Kind = Literal["enrol", "update", "delete"]
_HEAD = struct.Struct("<I")


@dataclass(frozen=True)
class Change:
    """One entry added, replaced or removed; ``template`` is (dimensions,) float32, None to remove.

    An update keeps the entry's id and replaces everything else. ``was`` is the segment and row of
    what it replaces or removes, None if that stands in the log itself.
    """

    kind: Kind
    record: Record
    template: NDArray[np.float32] | None = None
    was: tuple[str, int] | None = None


def encode(changes: Sequence[Change]) -> bytes:
    """The changes of one call, which happen all or not at all."""
    rows = [{"do": change.kind, "was": change.was, **change.record.to_dict()} for change in changes]
    text = json.dumps(rows, separators=(",", ":")).encode()
    templates = (
        change.template.astype("<f4").tobytes() for change in changes if change.template is not None
    )
    return b"".join((_HEAD.pack(len(text)), text, *templates))


def decode(data: bytes, dimensions: int) -> list[Change]:
    """The changes that ``encode`` wrote. Raises ValueError for anything else."""
    try:
        (length,) = _HEAD.unpack_from(data)
        place = _HEAD.size + length
        changes = []
        for row in json.loads(data[_HEAD.size : place]):
            kind, was, template = row.pop("do"), row.pop("was"), None
            if kind != "delete":
                template = np.frombuffer(data, "<f4", dimensions, place)
                place += template.nbytes
            changes.append(Change(kind, Record(**row), template, tuple(was) if was else None))
    except (struct.error, KeyError, TypeError) as error:
        raise ValueError(f"no changes: {error!r}") from error
    return changes
