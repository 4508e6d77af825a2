"""Face records: read what was written, refuse what is broken, in both editions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import exit_status, http_status
from pipeline.portrait.finish.record import (
    RIGHT_EYE,
    FaceImage,
    FaceRecord,
    FaceType,
    Landmark,
    QualityBlock,
    RecordError,
    sampling_level,
)
from pipeline.portrait.finish.record_reader import read_face_record
from pipeline.portrait.finish.record_writer import write_face_record

JPEG = b"\xff\xd8\xff\xe0 a picture"
PLAIN = FaceImage(data=JPEG, coding=0, width=413, height=531)
# Written by hand from the tables of the standard, a field a line.
BYTES_2005 = (
    b"".join(
        bytes.fromhex(row)
        for row in (
            "46414300 30313000 00000044 0001",  # FAC, 010, 68 bytes, one picture
            "00000036 0001 02 03 04",  # 54 bytes, one point, female, brown eyes, brown hair
            "000001 0000 010203 040506",  # properties are stated, expression is not, pose
            "01 C2 0059 0090 0000",  # the right eye at 89, 144
            "02 00 00F0 0140 01 02 0000 0000",  # token, JPEG, 240 x 320, sRGB, digital camera
        )
    )
    + JPEG
)
BYTES_2011 = (
    b"".join(
        bytes.fromhex(row)
        for row in (
            "46414300 30333000 00000057 0001 00 0000",  # FAC, 030, 87 bytes, one picture
            "00000046 07EA 0B 17 0C 1E 05 01F4",  # 70 bytes; 2026-11-23 12:30:05.500
            "00 0000 0000 01 55 0103 0001",  # camera not stated; one quality block: 85
            "0000 01 00 00 A4",  # no points, male, 164 cm
            "000000 0001 000000 000000",  # neutral
            "01 01 019D 0213 02 0007 00 01",  # full frontal, JPEG 2000, 413 x 531, level 2
            "0000000E",
        )
    )
    + JPEG
)


def record(edition=2011, *images):
    return FaceRecord(edition=edition, images=images or (PLAIN,))


def test_the_2005_layout():
    read = read_face_record(BYTES_2005)
    (image,) = read.images
    assert (read.edition, image.width, image.height) == (2005, 240, 320)
    assert image.face_type == FaceType.TOKEN_FRONTAL
    assert image.landmarks == (Landmark(1, RIGHT_EYE, 89, 144),)
    assert (image.sex, image.eye_colour, image.hair_colour, image.source_type) == (2, 3, 4, 2)
    assert (image.pose, image.pose_uncertainty) == ((1, 2, 3), (4, 5, 6))
    assert image.data == JPEG
    assert write_face_record(read) == BYTES_2005


def test_the_2011_layout():
    read = read_face_record(BYTES_2011)
    (image,) = read.images
    assert image.captured_at == datetime(2026, 11, 23, 12, 30, 5, 500_000, UTC)
    assert image.quality == (QualityBlock(85, 0x0103, 1),)
    assert (image.subject_height, image.expression, image.sampling_rate) == (164, 1, 2)
    assert (image.post_processing, image.data) == (7, JPEG)
    assert write_face_record(read) == BYTES_2011


bytes_, words = st.integers(0, 255), st.integers(0, 65535)
triples = st.tuples(bytes_, bytes_, bytes_)
common = {
    "data": st.binary(min_size=1, max_size=64),
    "coding": bytes_,
    "width": words,
    "height": words,
    "face_type": bytes_,
    "colour_space": bytes_,
    "sex": bytes_,
    "eye_colour": bytes_,
    "hair_colour": bytes_,
    "properties": st.integers(0, 2**24 - 1),
    "expression": words,
    "pose": triples,
    "pose_uncertainty": triples,
    "landmarks": st.lists(st.builds(Landmark, bytes_, bytes_, words, words, words), max_size=3).map(
        tuple
    ),
    "device_type": words,
}
moments = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(  # noqa: DTZ001 - drawn bare
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=UTC)
)
of_2005 = st.builds(FaceImage, **common, source_type=bytes_, quality_2005=words)
of_2011 = st.builds(
    FaceImage,
    **common,
    captured_at=st.none() | moments,
    device_technology=bytes_,
    device_vendor=words,
    quality=st.lists(st.builds(QualityBlock, bytes_, words, words), max_size=3).map(tuple),
    subject_height=bytes_,
    sampling_rate=bytes_,
    post_processing=words,
    cross_reference=bytes_,
    rest=st.binary(max_size=16),
)
records = st.one_of(
    st.builds(
        FaceRecord,
        edition=st.just(2005),
        images=st.lists(of_2005, min_size=1, max_size=3).map(tuple),
    ),
    st.builds(
        FaceRecord,
        edition=st.just(2011),
        images=st.lists(of_2011, min_size=1, max_size=3).map(tuple),
        temporal_semantics=words,
    ),
)


@given(records)
def test_what_was_written_is_read(written):
    assert read_face_record(write_face_record(written)) == written


def tlv(tag, value):
    """A BER-TLV element with the shortest length."""
    size = len(value)
    length = bytes([size]) if size < 0x80 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes.fromhex(tag) + length + value


@pytest.mark.parametrize("block", ["5F2E", "7F2E"])
def test_the_record_inside_a_passports_dg2(block):
    header = tlv("A1", tlv("81", b"\x02"))
    inner = tlv("7F60", header + tlv(block, BYTES_2005 + b""))
    group = tlv("75", tlv("7F61", tlv("02", b"\x01") + inner))
    assert read_face_record(group) == read_face_record(BYTES_2005)


@given(st.binary(max_size=200))
def test_garbage_is_refused_with_a_code(data):
    with pytest.raises(RecordError) as error:
        read_face_record(data)
    assert error.value.code.startswith("record.")


@given(st.binary(max_size=60), st.sampled_from([b"\x75", b"FAC\x00010\x00", b"FAC\x00030\x00"]))
def test_garbage_behind_a_good_beginning_is_refused(data, start):
    with pytest.raises(RecordError):
        read_face_record(start + data)


@pytest.mark.parametrize("whole", [BYTES_2005, BYTES_2011], ids=["2005", "2011"])
def test_every_truncation_is_refused(whole):
    for count in range(len(whole)):
        with pytest.raises(RecordError):
            read_face_record(whole[:count])


@given(
    st.sampled_from([BYTES_2005, BYTES_2011]),
    st.lists(st.tuples(st.integers(0, 67), bytes_), min_size=1, max_size=4),
)
def test_altered_bytes_are_read_or_refused_and_nothing_else(whole, changes):
    data = bytearray(whole)
    for place, value in changes:
        data[place] = value
    try:
        read = read_face_record(bytes(data))
    except RecordError:
        return
    assert sum(len(image.data) for image in read.images) <= len(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "format"),
        (b"JFIF" + BYTES_2005[4:], "format"),
        (BYTES_2005[:4] + b"020\0" + BYTES_2005[8:], "version"),
        (BYTES_2005 + b"\0", "length"),
        (BYTES_2005[:8] + b"\xff\xff\xff\xff" + BYTES_2005[12:], "length"),
        (BYTES_2005[:12] + b"\0\0" + BYTES_2005[14:], "empty"),
        (BYTES_2005[:12] + b"\0\2" + BYTES_2005[14:], "truncated"),
        (BYTES_2005[:14] + b"\0\0\0\x04" + BYTES_2005[18:], "length"),
        (BYTES_2005[:14] + b"\xff\xff\xff\xff" + BYTES_2005[18:], "truncated"),
        (BYTES_2005[:18] + b"\xff\xff" + BYTES_2005[20:], "truncated"),
        (b"\x75\x80", "format"),
        (b"\x75\x02\x5f\x2e", "truncated"),
        (b"\x75\x00", "format"),
    ],
)
def test_each_kind_of_fault_has_its_code(data, code):
    with pytest.raises(RecordError) as error:
        read_face_record(data)
    assert error.value.code == f"record.{code}"
    assert error.value.advice
    assert (exit_status(error.value), http_status(error.value)) == (3, 422)


@pytest.mark.parametrize(
    "faulty",
    [
        replace(PLAIN, width=70_000),
        replace(PLAIN, pose=(0, 0, 256)),
        replace(PLAIN, properties=1 << 24),
        replace(PLAIN, sex=-1),
        replace(PLAIN, landmarks=(Landmark(1, 0xC1, -1, 0),)),
    ],
    ids=["too wide", "pose", "properties", "sex", "a point outside"],
)
@pytest.mark.parametrize("edition", [2005, 2011])
def test_a_field_out_of_range_is_not_written(edition, faulty):
    with pytest.raises(ValueError, match="out of range"):
        write_face_record(record(edition, faulty))


def test_a_record_without_a_picture_is_not_written():
    with pytest.raises(ValueError, match="at least one"):
        write_face_record(FaceRecord(edition=2011, images=()))


def test_certification_blocks_are_stepped_over():
    at = 17 + 4 + 9 + 5 + 6  # behind the header, the moment, the camera and the quality block
    block = BYTES_2011[:14] + b"\1" + BYTES_2011[15:at] + b"\1\0\0\0" + BYTES_2011[at:]
    longer = block[:8] + (87 + 4).to_bytes(4, "big") + block[12:17] + (70 + 4).to_bytes(4, "big")
    assert read_face_record(longer + block[21:]).images == read_face_record(BYTES_2011).images


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (JPEG, "image/jpeg"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
        (b"\xff\x4f\xff\x51", "image/j2c"),
        (b"?", "application/octet-stream"),
    ],
)
def test_the_media_type_is_what_the_bytes_are(data, kind):
    assert replace(PLAIN, data=data).media_type == kind


@pytest.mark.parametrize(
    ("width", "level"), [(100, 0), (180, 0), (181, 1), (300, 2), (301, 3), (750, 6), (2000, 7)]
)
def test_sampling_level(width, level):
    assert sampling_level(width) == level


def test_a_record_is_told_in_json():
    (told,) = read_face_record(BYTES_2005).to_dict()["images"]
    assert told["landmarks"] == [[1, RIGHT_EYE, 89, 144]]
    assert told["media_type"] == "image/jpeg"
