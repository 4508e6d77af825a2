"""Writing face records of ISO/IEC 19794-5, editions 2011 and 2005."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

from pipeline.portrait.finish.record import FORMAT, VERSIONS, FaceImage, FaceRecord, Landmark

_UNKNOWN_MOMENT = b"\xff" * 9


def write_face_record(record: FaceRecord) -> bytes:
    """The record's bytes. Raises ValueError for a field that does not fit its bytes."""
    if not record.images:
        raise ValueError("a face record holds at least one picture")
    try:
        if record.edition == 2005:
            head, images = b"", [_image_2005(image) for image in record.images]
        else:
            head = struct.pack(">BH", 0, record.temporal_semantics)  # 0: no certification blocks
            images = [_image_2011(image) for image in record.images]
        body = struct.pack(">H", len(images)) + head + b"".join(images)
        return FORMAT + VERSIONS[record.edition] + struct.pack(">I", len(body) + 12) + body
    except (struct.error, OverflowError) as error:
        raise ValueError(f"a field of the face record is out of range: {error}") from error


def _image_2005(image: FaceImage) -> bytes:
    facial = struct.pack(
        ">HBBB", len(image.landmarks), image.sex, image.eye_colour, image.hair_colour
    )
    picture = struct.pack(
        ">BBHHBBHH",
        image.face_type,
        image.coding,
        image.width,
        image.height,
        image.colour_space,
        image.source_type,
        image.device_type,
        image.quality_2005,
    )
    return _with_length(facial + _appearance(image) + picture + image.data)


def _image_2011(image: FaceImage) -> bytes:
    device = struct.pack(">BHH", image.device_technology, image.device_vendor, image.device_type)
    quality = b"".join(
        struct.pack(">BHH", block.score, block.vendor, block.algorithm) for block in image.quality
    )
    facial = struct.pack(
        ">HBBBB",
        len(image.landmarks),
        image.sex,
        image.eye_colour,
        image.hair_colour,
        image.subject_height,
    )
    picture = struct.pack(
        ">BBHHBHBB",
        image.face_type,
        image.coding,
        image.width,
        image.height,
        image.sampling_rate,
        image.post_processing,
        image.cross_reference,
        image.colour_space,
    )
    data = struct.pack(">I", len(image.data)) + image.data + image.rest
    header = _moment(image.captured_at) + device + struct.pack(">B", len(image.quality)) + quality
    return _with_length(header + facial + _appearance(image) + picture + data)


def _appearance(image: FaceImage) -> bytes:
    """What both editions write alike: properties, expression, pose and the points."""
    stated = image.properties.to_bytes(3, "big") + struct.pack(">H", image.expression)
    pose = struct.pack(">6B", *image.pose, *image.pose_uncertainty)
    return stated + pose + b"".join(_landmark(mark) for mark in image.landmarks)


def _landmark(mark: Landmark) -> bytes:
    return struct.pack(">BBHHH", mark.kind, mark.code, mark.x, mark.y, mark.z)


def _with_length(block: bytes) -> bytes:
    """The block behind its own length, which counts itself."""
    return struct.pack(">I", len(block) + 4) + block


def _moment(at: datetime | None) -> bytes:
    if at is None:
        return _UNKNOWN_MOMENT
    utc = at.astimezone(UTC)
    parts = (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    return struct.pack(">HBBBBBH", *parts, utc.microsecond // 1000)
