"""Reading face records of ISO/IEC 19794-5:2005 and :2011, bare or inside a passport's DG2.

Every length in a record is a claim: each is held against the bytes that are there before anything
is taken, so garbage ends in a RecordError with a code and never in memory.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Final

from pipeline.portrait.finish.record import (
    FORMAT,
    VERSIONS,
    Edition,
    FaceImage,
    FaceRecord,
    Landmark,
    QualityBlock,
    RecordError,
)

_EDITIONS: Final[dict[bytes, Edition]] = {version: year for year, version in VERSIONS.items()}
_LANDMARK = 8  # bytes
_DG2, _BLOCKS = 0x75, (0x5F2E, 0x7F2E)  # ICAO Doc 9303-10: DG2, biometric data block
_TEMPLATES = (_DG2, 0x7F61, 0x7F60)  # what the block lies in


class _Bytes:
    """Bytes that are taken one piece after another; asking for more than there are is an error."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int, what: str) -> bytes:
        if count > self.left:
            raise _refused("truncated", f"{what} needs {count} bytes where {self.left} are left")
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, size: int, what: str) -> int:
        return int.from_bytes(self.take(size, what), "big")

    def three(self, what: str) -> tuple[int, int, int]:
        one, two, three = self.take(3, what)
        return one, two, three

    def part(self, count: int, what: str) -> _Bytes:
        return _Bytes(self.take(count, what))


def read_face_record(data: bytes) -> FaceRecord:
    """The face record in ``data``, or in the DG2 that ``data`` is. Raises RecordError."""
    if data[:1] == bytes([_DG2]):
        data = _data_block(data)
    source = _Bytes(data)
    if source.left < 4 or source.take(4, "format identifier") != FORMAT:
        raise _refused("format", "no face record: it does not begin with FAC")
    version = source.take(4, "version number")
    edition = _EDITIONS.get(version)
    if edition is None:
        raise _refused("version", f"version {version!r} of the face record is not known")
    length = source.number(4, "record length")
    if length != len(data):
        raise _refused("length", f"the record claims {length} bytes and has {len(data)}")
    count = source.number(2, "number of pictures")
    if count == 0:
        raise _refused("empty", "the record holds no picture")
    if edition == 2005:
        images = tuple(_image_2005(source) for _ in range(count))
        return _ended(source, FaceRecord(edition=edition, images=images))
    certified = source.number(1, "certification flag")
    semantics = source.number(2, "temporal semantics")
    images = tuple(_image_2011(source, certified=certified != 0) for _ in range(count))
    return _ended(source, FaceRecord(edition=edition, images=images, temporal_semantics=semantics))


def _ended(source: _Bytes, record: FaceRecord) -> FaceRecord:
    if source.left:
        raise _refused("length", f"{source.left} bytes follow the last picture")
    return record


def _image_2005(source: _Bytes) -> FaceImage:
    """Facial information (20 bytes), feature points, image information (12), picture; clause 5."""
    length = source.number(4, "picture length")
    block = source.part(_least(length, 32) - 4, "picture")
    marks, sex, eyes, hair = struct.unpack(">HBBB", block.take(5, "facial information"))
    properties, expression = block.number(3, "properties"), block.number(2, "expression")
    pose, uncertainty = block.three("pose"), block.three("pose uncertainty")
    landmarks = _landmarks(block, marks)
    face_type, coding, width, height, colour, source_type, device, quality = struct.unpack(
        ">BBHHBBHH", block.take(12, "image information")
    )
    return FaceImage(
        data=_picture(block, block.left),
        coding=coding,
        width=width,
        height=height,
        face_type=face_type,
        colour_space=colour,
        sex=sex,
        eye_colour=eyes,
        hair_colour=hair,
        properties=properties,
        expression=expression,
        pose=pose,
        pose_uncertainty=uncertainty,
        landmarks=landmarks,
        device_type=device,
        source_type=source_type,
        quality_2005=quality,
    )


def _image_2011(source: _Bytes, *, certified: bool) -> FaceImage:
    """Representation header, landmarks, image information (11 bytes), picture; clause 5.4."""
    length = source.number(4, "picture length")
    block = source.part(_least(length, 51) - 4, "picture")
    captured_at = _moment(block.take(9, "capture date and time"))
    technology, vendor, device = struct.unpack(">BHH", block.take(5, "capture device"))
    quality = tuple(
        QualityBlock(*struct.unpack(">BHH", block.take(5, "quality block")))
        for _ in range(block.number(1, "number of quality blocks"))
    )
    if certified:
        block.take(3 * block.number(1, "number of certification blocks"), "certification blocks")
    marks, sex, eyes, hair, tall = struct.unpack(">HBBBB", block.take(6, "facial information"))
    properties, expression = block.number(3, "properties"), block.number(2, "expression")
    pose, uncertainty = block.three("pose"), block.three("pose uncertainty")
    landmarks = _landmarks(block, marks)
    face_type, coding, width, height, level, processed, reference, colour = struct.unpack(
        ">BBHHBHBB", block.take(11, "image information")
    )
    return FaceImage(
        data=_picture(block, block.number(4, "length of the picture's data")),
        coding=coding,
        width=width,
        height=height,
        face_type=face_type,
        colour_space=colour,
        sex=sex,
        eye_colour=eyes,
        hair_colour=hair,
        properties=properties,
        expression=expression,
        pose=pose,
        pose_uncertainty=uncertainty,
        landmarks=landmarks,
        device_type=device,
        captured_at=captured_at,
        device_technology=technology,
        device_vendor=vendor,
        quality=quality,
        subject_height=tall,
        sampling_rate=level,
        post_processing=processed,
        cross_reference=reference,
        rest=block.take(block.left, "three-dimensional data"),
    )


def _least(length: int, least: int) -> int:
    """``length`` if a picture can have it: shorter ones would not even hold their headers."""
    if length < least:
        raise _refused("length", f"a picture claims {length} bytes; its headers alone have {least}")
    return length


def _landmarks(block: _Bytes, count: int) -> tuple[Landmark, ...]:
    points = block.take(count * _LANDMARK, "landmarks")
    return tuple(Landmark(*values) for values in struct.iter_unpack(">BBHHH", points))


def _picture(block: _Bytes, length: int) -> bytes:
    if length == 0:
        raise _refused("empty", "the record's picture has no bytes")
    return block.take(length, "the picture's data")


def _moment(data: bytes) -> datetime | None:
    """Year, month, day, hour, minute, second, milliseconds; None for one that is none."""
    year, month, day, hour, minute, second, thousandths = struct.unpack(">HBBBBBH", data)
    try:
        return datetime(year, month, day, hour, minute, second, thousandths * 1000, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None  # FF or 00 throughout: not known


def _data_block(data: bytes) -> bytes:
    """The first biometric data block of a DG2 (ICAO Doc 9303-10, 4.7.2)."""
    source = _Bytes(data)
    while source.left:
        tag, value = _element(source)
        if tag in _BLOCKS:
            return value.take(value.left, "biometric data block")
        if tag in _TEMPLATES:
            source = value  # only the first is wanted, so nothing after it matters
    raise _refused("format", "the DG2 holds no biometric data block")


def _element(source: _Bytes) -> tuple[int, _Bytes]:
    """Tag and value of the next BER-TLV element (tags of up to two bytes, definite lengths)."""
    tag = source.number(1, "tag")
    if tag & 0x1F == 0x1F:
        tag = tag << 8 | source.number(1, "tag")
    length = source.number(1, "length")
    if length > 0x84 or length == 0x80:
        raise _refused("format", f"a DG2 has no length of the form {length:02X}")
    if length > 0x80:
        length = source.number(length - 0x80, "length")
    return tag, source.part(length, f"element {tag:X}")


def _refused(code: str, why: str) -> RecordError:
    return RecordError(
        f"record.{code}",
        f"the face record cannot be read: {why}",
        "Check that the file is whole: an ISO/IEC 19794-5 record or a passport's DG2.",
    )
