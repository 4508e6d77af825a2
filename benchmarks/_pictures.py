"""Pictures with known zones as files: a folder of real ones, or generated ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from fixtures.documents.scenes import negative, negative_kind, scene
from pipeline.evidence import Rgb

OPTIONAL = 28  # column where the optional data of an MRV-A begins


@dataclass(frozen=True, slots=True)
class Known:
    """A picture file and its lines; none: it has no zone. ``lenient``: O and 0 count as equal."""

    path: Path
    kind: str
    lines: tuple[str, ...]
    lenient: bool = False

    def same(self, lines: tuple[str, ...]) -> bool:
        """Whether ``lines`` are what is printed."""
        return self._comparable(lines) == self._comparable(self.lines)

    def _comparable(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        if not self.lenient or len(lines) < 2:
            return lines
        return (lines[0], lines[1][:OPTIONAL] + lines[1][OPTIONAL:].replace("O", "0"))


def real(folder: Path) -> list[Known]:
    """The pictures of ``folder/truth.csv`` (file, format, line1, line2, line3, note)."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return [_entry(folder, row) for row in csv.DictReader(file)]


def _entry(folder: Path, row: dict[str, str]) -> Known:
    lines = tuple(line for line in (row[f"line{n}"] for n in (1, 2, 3)) if line)
    lenient = row["format"] == "MRVA" and "O/0" in row.get("note", "")
    return Known(folder / row["file"], row["format"], lines, lenient)


def generated(folder: Path, scenes: int, negatives: int) -> Iterator[Known]:
    """Generated pictures, written into ``folder`` without loss."""
    for seed in range(scenes):
        made = scene(seed)
        yield Known(_kept(folder, f"scene_{seed}", made.image), made.kind, made.lines)
    for seed in range(negatives):
        name = f"no zone: {negative_kind(seed)}"
        yield Known(_kept(folder, f"negative_{seed}", negative(seed)), name, ())


def _kept(folder: Path, name: str, image: Rgb) -> Path:
    path = folder / f"{name}.png"
    Image.fromarray(image).save(path, compress_level=1)
    return path
