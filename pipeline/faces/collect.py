"""Describing a collection of faces once: from folders or lists, resumable, with what failed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capture.errors import CaptureError
from capture.sample import Sample
from models.faces.embedders import DEFAULT
from pipeline.errors import ExitStatus, PipelineError
from pipeline.faces.calibration import model_digests, preparation_digest
from pipeline.faces.comparisons import Faces, Mask
from pipeline.faces.match import DescribedFace, describe_face
from pipeline.faces.quality import FaceQuality

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from pipeline.evidence import Rgb

SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".jp2", ".j2k", ".ppm")
Change = Callable[["Rgb", str], "Rgb"]
Describe = Callable[["Rgb"], DescribedFace | None]
Progress = Callable[[int, int], None]


class PicturesUnusable(PipelineError):
    """There is no collection of pictures where one was named."""

    exit_status = ExitStatus.INPUT


@dataclass(frozen=True, slots=True)
class Picture:
    """A file, by the name that reports give it, and whose face it shows."""

    name: str
    file: Path
    person: str


@dataclass(frozen=True)
class Collection:
    """Faces that were found, in step with ``names`` and ``qualities``; what failed is counted."""

    faces: Faces
    names: tuple[str, ...]
    qualities: tuple[FaceQuality, ...]
    without_face: tuple[str, ...]
    unreadable: tuple[str, ...]

    @property
    def persons(self) -> int:
        return len(np.unique(self.faces.persons))


def pictures_in(folder: Path) -> list[Picture]:
    """The pictures of a folder that has one folder per person. Raises PicturesUnusable."""
    if not folder.is_dir():
        raise PicturesUnusable(
            "pictures.missing", f"there is no folder {folder}", "Name a folder of folders."
        )
    found = [
        Picture(str(file.relative_to(folder)), file, person.name)
        for person in sorted(folder.iterdir())
        if person.is_dir()
        for file in sorted(person.iterdir())
        if file.suffix.lower() in SUFFIXES
    ]
    if len({picture.person for picture in found}) < 2:
        raise PicturesUnusable(
            "pictures.persons",
            f"{folder} does not hold pictures of two persons or more",
            "Put the pictures of each person into a folder of its own: DIR/PERSON/FILE.",
        )
    return found


def collect(
    pictures: Sequence[Picture],
    memory: Memory | None = None,
    *,
    progress: Progress = lambda _done, _all: None,
    change: Change | None = None,
    describe: Describe = describe_face,
    before: Sequence[Picture] = (),
    people: Sequence[str] | None = None,
) -> Collection:
    """Describe the largest face of every picture; unreadable ones and those without are counted.

    ``change`` alters each picture before (its name comes with it), ``describe`` says how a face is
    described. ``people`` numbers the persons (default: those of the pictures, sorted); pictures are
    numbered from the length of ``before`` on. What ``memory`` knows is not done again. Raises
    PicturesUnusable if no face was found in any.
    """
    found: list[tuple[int, DescribedFace]] = []
    without, unreadable = [], []
    for number, picture in enumerate(pictures):
        progress(number, len(pictures))
        try:
            face = _described(picture, memory, change, describe)
        except CaptureError:
            unreadable.append(picture.name)
            continue
        if face is None:
            without.append(picture.name)
        else:
            found.append((number, face.slim()))
    progress(len(pictures), len(pictures))
    if not found:
        raise PicturesUnusable(
            "pictures.no_faces", "no face was found in any picture", "Look at the pictures."
        )
    known = sorted({picture.person for picture in pictures}) if people is None else people
    return _gathered(pictures, found, (without, unreadable), known, len(before))


def _gathered(
    pictures: Sequence[Picture],
    found: list[tuple[int, DescribedFace]],
    failed: tuple[list[str], list[str]],
    people: Sequence[str],
    first: int,
) -> Collection:
    numbers = [number for number, _ in found]
    person = {name: number for number, name in enumerate(people)}
    faces = Faces(
        np.stack([face.template for _, face in found]),
        np.array([person[pictures[number].person] for number in numbers]),
        np.array(numbers) + first,
    )
    qualities = tuple(face.quality for _, face in found if face.quality is not None)
    names = tuple(pictures[number].name for number in numbers)
    return Collection(faces, names, qualities, tuple(failed[0]), tuple(failed[1]))


def subset(collection: Collection, mask: Mask) -> Collection:
    """The faces of ``collection`` where ``mask`` (N,) is true; what failed stays."""
    kept = np.flatnonzero(mask)
    return replace(
        collection,
        faces=collection.faces.chosen(mask),
        names=tuple(collection.names[place] for place in kept),
        qualities=tuple(collection.qualities[place] for place in kept),
    )


def joined(one: Collection, other: Collection) -> Collection:
    """Two descriptions of the same list of pictures as one; their numbers stay."""
    faces = Faces(
        np.concatenate([one.faces.templates, other.faces.templates]),
        np.concatenate([one.faces.persons, other.faces.persons]),
        np.concatenate([one.faces.pictures, other.faces.pictures]),
    )
    return replace(
        one,
        faces=faces,
        names=one.names + other.names,
        qualities=one.qualities + other.qualities,
        without_face=one.without_face + other.without_face,
        unreadable=one.unreadable + other.unreadable,
    )


def _described(
    picture: Picture, memory: Memory | None, change: Change | None, describe: Describe
) -> DescribedFace | None:
    sample = Sample.from_file(picture.file)
    if memory is not None and memory.knows(sample.sha256):
        return memory.face(sample.sha256)
    image = sample.image if change is None else change(sample.image, picture.name)
    face = describe(image)
    if memory is not None:
        memory.keep(sample.sha256, face)
    return face


class Memory:
    """A file of templates by the digest of their picture and of what made them.

    Templates are personal data: whoever names the file looks after it.
    """

    def __init__(
        self, file: Path, kind: str = "as they are", embedders: tuple[str, ...] = (DEFAULT,)
    ) -> None:
        self._making = _making(kind, embedders)
        file.touch(mode=0o600)
        self._base = sqlite3.connect(file, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.execute(
            "CREATE TABLE IF NOT EXISTS face"
            " (picture TEXT, making TEXT, template BLOB, quality TEXT,"
            " PRIMARY KEY (picture, making)) WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._base.close()

    def knows(self, picture: str) -> bool:
        """Whether the picture with this sha256 was looked at before."""
        return self._row(picture) is not None

    def face(self, picture: str) -> DescribedFace | None:
        """What was found then: None if it had no face."""
        row = self._row(picture)
        if row is None or row[0] is None:
            return None
        quality = FaceQuality(**json.loads(row[1]))
        template = np.frombuffer(row[0], np.float32)
        return DescribedFace(template, quality.inter_eye_distance, quality)

    def keep(self, picture: str, face: DescribedFace | None) -> None:
        """Remember it; a killed run loses at most the last picture."""
        entry: tuple[bytes | None, str | None] = (None, None)
        if face is not None and face.quality is not None:
            entry = (face.template.tobytes(), json.dumps(asdict(face.quality)))
        with closing(
            self._base.execute(
                "INSERT OR REPLACE INTO face VALUES (?, ?, ?, ?)", (picture, self._making, *entry)
            )
        ):
            pass

    def _row(self, picture: str) -> tuple[bytes | None, str] | None:
        found = self._base.execute(
            "SELECT template, quality FROM face WHERE picture = ? AND making = ?",
            (picture, self._making),
        ).fetchone()
        return None if found is None else (found[0], found[1])


def _making(kind: str, embedders: tuple[str, ...]) -> str:
    """One digest of everything that turns a picture into a template."""
    parts = {**model_digests(embedders), "preparation": preparation_digest(), "kind": kind}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
