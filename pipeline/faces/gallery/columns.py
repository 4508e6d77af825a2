"""Columns: the records of a block, as compact arrays that load and filter quickly."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from pipeline.faces.gallery.errors import EntryRefused
from pipeline.faces.gallery.filter import Filter
from pipeline.faces.gallery.record import SEXES, Record, Sex

Mask = NDArray[np.bool_]
_HEAD = struct.Struct("<I")
_SEX_NAMES = (None, *SEXES)  # by their codes
_SEX_CODES = {sex: code for code, sex in enumerate(_SEX_NAMES)}
MOST_OFFICES = 2**16 - 1  # code 0 stands for an unknown one


class Columns:
    """Records by row: ids as one text, office (uint16 code), sex (uint8 code), born (uint16)."""

    def __init__(
        self,
        ids: bytes,
        offices: Sequence[str],
        office: NDArray[np.uint16],
        sex: NDArray[np.uint8],
        born: NDArray[np.uint16],
    ) -> None:
        self._ids = ids  # UTF-8, a zero byte between two
        self._offices = offices
        self._office = office
        self._sex = sex
        self._born = born

    @classmethod
    def of(cls, records: Sequence[Record]) -> Columns:
        """The columns of checked ``records``. Raises EntryRefused for too many offices."""
        offices = sorted({record.office for record in records if record.office is not None})
        if len(offices) > MOST_OFFICES:
            raise EntryRefused(
                "gallery.offices",
                f"{len(offices):,} different offices in one block",
                f"Use at most {MOST_OFFICES:,} names of offices.",
            )
        codes: dict[str | None, int] = {None: 0, **{name: n for n, name in enumerate(offices, 1)}}
        return cls(
            "\0".join([record.id for record in records]).encode(),
            offices,
            np.array([codes[record.office] for record in records], "<u2"),
            np.array([_SEX_CODES[record.sex] for record in records], "u1"),
            np.array([record.born or 0 for record in records], "<u2"),
        )

    def __len__(self) -> int:
        return len(self._born)

    @cached_property
    def ids(self) -> list[str]:
        """The id of every row; split when first asked for."""
        return self._ids.decode().split("\0") if len(self) else []

    def record(self, row: int) -> Record:
        """The record of a row."""
        office, sex = self._office.item(row), self._sex.item(row)
        return Record(
            self.ids[row],
            self._offices[office - 1] if office else None,
            cast("Sex | None", _SEX_NAMES[sex]),
            self._born.item(row) or None,
        )

    def records(self, rows: Iterable[int]) -> list[Record]:
        """The records of several rows."""
        return [self.record(row) for row in rows]

    def inside(self, wanted: Filter) -> Mask:
        """Which rows fit a filter; an unknown attribute fits."""
        fits = np.ones(len(self), np.bool_)
        if wanted.office is not None:
            known = wanted.office in self._offices
            code = self._offices.index(wanted.office) + 1 if known else 0
            fits &= (self._office == code) | (self._office == 0)
        if wanted.sex is not None:
            fits &= (self._sex == _SEX_CODES[wanted.sex]) | (self._sex == 0)
        if wanted.born_from is not None:
            fits &= (self._born >= wanted.born_from) | (self._born == 0)
        if wanted.born_to is not None:
            fits &= self._born <= wanted.born_to
        return fits

    def encode(self) -> bytes:
        """As bytes, for a segment; ``decode`` is the way back."""
        head = {"rows": len(self), "offices": list(self._offices), "ids": len(self._ids)}
        text = json.dumps(head).encode()
        arrays = (part.tobytes() for part in (self._office, self._sex, self._born))
        return b"".join((_HEAD.pack(len(text)), text, self._ids, *arrays))

    @classmethod
    def decode(cls, data: bytes) -> Columns:
        """The columns that ``encode`` wrote. Raises ValueError for anything else."""
        try:
            (length,) = _HEAD.unpack_from(data)
            place = _HEAD.size + length
            head: dict[str, Any] = json.loads(data[_HEAD.size : place])
            rows, end = int(head["rows"]), place + int(head["ids"])
            office = np.frombuffer(data, "<u2", rows, end)
            sex = np.frombuffer(data, "u1", rows, end + 2 * rows)
            born = np.frombuffer(data, "<u2", rows, end + 3 * rows)
            return cls(data[place:end], tuple(head["offices"]), office, sex, born)
        except (struct.error, KeyError, TypeError) as error:
            raise ValueError(f"no columns: {error!r}") from error
