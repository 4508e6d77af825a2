"""A face record of ISO/IEC 19794-5: what it holds, whichever edition wrote it.

Edition 2005 (version 010) is what DG2 of passports holds; edition 2011 (version 030) is what
enrolment systems exchange. Codes are kept as the standard numbers them, so that reading and writing
loses nothing; a field that an edition lacks has its default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Literal

from pipeline.errors import ExitStatus, PipelineError

Edition = Literal[2005, 2011]
FORMAT = b"FAC\0"
VERSIONS: dict[Edition, bytes] = {2005: b"010\0", 2011: b"030\0"}
_SIGNATURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\0\0\0\x0cjP  \r\n\x87\n": "image/jp2",
    b"\xff\x4f\xff\x51": "image/j2c",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


class RecordError(PipelineError):
    """The bytes are no face record that can be read."""

    exit_status = ExitStatus.INPUT
    http_status = 422


class FaceType(IntEnum):
    """What the picture promises; other codes are kept as numbers."""

    BASIC = 0
    FULL_FRONTAL = 1
    TOKEN_FRONTAL = 2


class Coding(IntEnum):
    """How the picture is compressed; the 2005 edition knows the first two."""

    JPEG = 0
    JPEG_2000 = 1
    JPEG_2000_LOSSLESS = 2
    PNG = 3


class Sex(IntEnum):
    """The subject's sex as ISO/IEC 19794-5 codes it."""

    UNSPECIFIED = 0
    MALE = 1
    FEMALE = 2
    UNKNOWN = 0xFF


class PostProcessing(IntEnum):
    """Bits of what was done to the picture (2011, Table 19)."""

    ROTATED = 1 << 0
    CROPPED = 1 << 1
    DOWN_SAMPLED = 1 << 2
    WHITE_BALANCED = 1 << 3
    MULTIPLY_COMPRESSED = 1 << 4


@dataclass(frozen=True, slots=True)
class Landmark:
    """A point of the face in pixels. Type 1 is MPEG-4, whose code is major * 16 + minor."""

    kind: int
    code: int
    x: int
    y: int
    z: int = 0  # 2005: reserved, 0


LEFT_EYE, RIGHT_EYE = 0xC1, 0xC2  # MPEG-4 feature points 12.1 and 12.2: the eyes' centres


@dataclass(frozen=True, slots=True)
class QualityBlock:
    """A score 0..100 (255: failed) and whose algorithm gave it (2011)."""

    score: int
    vendor: int
    algorithm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceImage:
    """One representation: the compressed picture and what is stated about it."""

    data: bytes
    coding: int
    width: int  # pixels
    height: int
    face_type: int = FaceType.FULL_FRONTAL
    colour_space: int = 1  # 24-bit sRGB
    sex: int = Sex.UNSPECIFIED
    eye_colour: int = 0
    hair_colour: int = 0
    properties: int = 0  # 24 bits; 0: nothing is stated
    expression: int = 0
    pose: tuple[int, int, int] = (0, 0, 0)  # codes of yaw, pitch, roll; 0: not stated
    pose_uncertainty: tuple[int, int, int] = (0, 0, 0)
    landmarks: tuple[Landmark, ...] = ()
    device_type: int = 0
    # Edition 2005 only
    source_type: int = 0
    quality_2005: int = 0
    # Edition 2011 only
    captured_at: datetime | None = None  # UTC
    device_technology: int = 0
    device_vendor: int = 0
    quality: tuple[QualityBlock, ...] = ()
    subject_height: int = 0  # cm; 0: not stated
    sampling_rate: int = 0  # level of the head's width in pixels, Table 18
    post_processing: int = 0
    cross_reference: int = 0
    rest: bytes = b""  # what follows the picture: three-dimensional data, kept as it is

    @property
    def media_type(self) -> str:
        """What the bytes are, whatever the record says: passports are wrong about it at times."""
        for signature, kind in _SIGNATURES.items():
            if self.data.startswith(signature):
                return kind
        return "application/octet-stream"

    def to_dict(self) -> dict[str, Any]:
        return {
            "face_type": self.face_type,
            "coding": self.coding,
            "media_type": self.media_type,
            "width": self.width,
            "height": self.height,
            "bytes": len(self.data),
            "sex": self.sex,
            "landmarks": [[mark.kind, mark.code, mark.x, mark.y] for mark in self.landmarks],
            "captured_at": self.captured_at.isoformat() if self.captured_at else None,
            "sampling_rate": self.sampling_rate,
            "post_processing": self.post_processing,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceRecord:
    """The pictures of one person."""

    edition: Edition
    images: tuple[FaceImage, ...]
    temporal_semantics: int = 0  # 2011: how several pictures follow each other

    def to_dict(self) -> dict[str, Any]:
        return {"edition": self.edition, "images": [image.to_dict() for image in self.images]}


def sampling_level(head_width: float) -> int:
    """The spatial sampling rate level of a head so many pixels wide (2011, Table 18)."""
    return sum(head_width > top for top in (180, 240, 300, 370, 480, 610, 750))
