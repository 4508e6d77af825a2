"""Finished portraits: measured against the known truth of the gold people."""

from __future__ import annotations

import io
import tomllib
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from capture.sample import Sample
from pipeline.errors import PolicyError
from pipeline.findings import Outcome, Severity
from pipeline.portrait.assess import assess_portrait
from pipeline.portrait.finish.encode import encode
from pipeline.portrait.finish.finish import Wanted, finish_portrait
from pipeline.portrait.finish.format import Format, Token, format_of
from pipeline.portrait.finish.record import FaceType, PostProcessing
from pipeline.portrait.finish.record_reader import read_face_record
from pipeline.portrait.finish.whiten import whitened
from pipeline.portrait.profile import load_profile

GOLD = Path(__file__).resolve().parent.parent / "fixtures" / "gold" / "people"
TRUTH = {row["file"]: row for row in tomllib.loads((GOLD / "truth.toml").read_text())["portrait"]}
GOOD = [file for file in TRUTH if file.endswith(("_studio.jpg", "_other.jpg"))]
ICAO = format_of("icao")


def codes(finished):
    return {finding.code for finding in finished.findings}


@cache
def finished(file, **wanted):
    return finish_portrait(GOLD / file, wanted=Wanted(**wanted))


def live(file, room=0.5):
    """The gold picture as a camera in an office sees it: with its background all around."""
    image = Sample.from_file(GOLD / file).image
    sides = [round(side * room) for side in image.shape[:2]]
    wide = cv2.copyMakeBorder(
        image, sides[0], sides[0] // 2, sides[1], sides[1], cv2.BORDER_REPLICATE
    )
    return np.ascontiguousarray(wide)


def moved(framing, point):
    return framing.matrix[:, :2] @ np.array(point) + framing.matrix[:, 2]


@pytest.mark.parametrize("file", GOOD)
def test_heads_of_finished_portraits_are_70_to_80_percent_by_the_truth(file):
    portrait, truth = finished(file), TRUTH[file]
    framing = portrait.framing
    crown, chin, right, left = (
        moved(framing, truth[name]) for name in ("crown", "chin", "right_eye", "left_eye")
    )
    assert 0.70 <= np.hypot(*(chin - crown)) / framing.height <= 0.80
    assert abs(np.degrees(np.arctan2(*(left - right)[::-1]))) < 1.5
    middle = (right + left) / 2
    assert 0.30 <= middle[1] / framing.height <= 0.50
    assert 0.45 <= middle[0] / framing.width <= 0.55
    assert framing.scale <= 1, "nothing is enlarged"


@pytest.mark.parametrize("file", GOOD[::4])
def test_the_finished_picture_itself_measures_and_judges_well(file):
    portrait = finished(file)
    assert portrait.check is not None
    assert portrait.check.fault(ICAO, token=False) is None
    again = assess_portrait(portrait.data)
    framing = {"HeadHeight", "HeadCentre", "EyeLine"}
    assert not framing & {finding.subject for finding in again.findings}


def test_a_tilted_head_is_levelled():
    portrait = finish_portrait(live("248_roll.jpg"))
    truth = TRUTH["248_roll.jpg"]
    assert portrait.framing.tilt == pytest.approx(truth["roll"], abs=2)
    assert abs(portrait.check.tilt) < 1
    assert finish_portrait(GOLD / "248_roll.jpg").data is None, "the corners lie outside"


def test_too_tight_a_picture_is_refused_with_advice():
    image = Sample.from_file(GOLD / "228_studio.jpg").image
    portrait = finish_portrait(np.ascontiguousarray(image[60:-60, 50:-50]))
    assert portrait.data is None
    assert codes(portrait) == {"finish.no_room"}
    assert portrait.verdict is Outcome.FAIL
    assert portrait.findings[0].advice.en.startswith("Step back")


def test_no_face_no_portrait():
    portrait = finish_portrait(np.full((400, 300, 3), 128, np.uint8))
    assert portrait.data is None
    assert codes(portrait) == {"portrait.no_face"}


def test_missing_pixels_are_said_and_not_invented():
    assert codes(finished("228_studio.jpg")) == {"finish.smaller"}
    far = finished("256_far.jpg")
    assert codes(far) == {"finish.few_pixels"}
    assert far.verdict is Outcome.REVIEW
    assert far.framing.scale <= 1


def test_a_large_picture_is_averaged_down_to_the_format(applications):
    image = Sample.from_file(applications / "pass" / "portrait.jpg").image
    large = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    portrait = finish_portrait(large)
    assert (portrait.framing.width, portrait.framing.height) == (827, 1063)
    assert codes(portrait) == set()
    picture = Image.open(io.BytesIO(portrait.data))
    assert picture.size == (827, 1063)
    assert round(picture.info["dpi"][0]) == 600


@pytest.mark.parametrize("multiple", [1, 2, 4])
def test_token_geometry_is_the_standards(multiple):
    token = Token(multiple)
    width, height = token.size
    (right, left), line = token.eyes, 0.6 * width
    assert (right, left) == ((0.375 * width, line), (0.625 * width - 1, line))
    assert left[0] - right[0] + 1 == 0.25 * width
    assert width / height == 0.75


def test_a_token_picture_has_its_eyes_in_place():
    portrait = finish_portrait(live("214_studio.jpg"), wanted=Wanted(geometry="token"))
    truth = TRUTH["214_studio.jpg"]
    shift = [round(truth["size"][0] * 0.5), round(truth["size"][1] * 0.5)]
    multiple = portrait.framing.width // 240
    assert (portrait.framing.width, portrait.framing.height) == Token(multiple).size
    for name, wanted in zip(("right_eye", "left_eye"), Token(multiple).eyes, strict=True):
        # The truth is the pupil, the mesh the middle of the lids' corners.
        seen = moved(portrait.framing, np.add(truth[name], shift))
        assert seen == pytest.approx(np.array(wanted), abs=0.03 * portrait.framing.width)
    assert abs(portrait.check.tilt) < 1
    assert portrait.check.eye_distance == pytest.approx(0.25 * portrait.framing.width, rel=0.05)


def test_a_token_that_does_not_fit_is_refused():
    assert codes(finished("251_studio.jpg", geometry="token")) == {"finish.no_token"}


@pytest.mark.parametrize(("container", "limit"), [("jpeg", 15_000), ("jp2", 15_000), ("iso", None)])
def test_byte_limits_are_kept_and_nearly_used(container, limit):
    portrait = finished("214_studio.jpg", container=container, most_bytes=limit)
    limit = limit or ICAO.chip_bytes
    size = len(portrait.encoded.data)
    assert 0.85 * limit < size <= limit
    assert portrait.encoded.psnr > 33
    told = portrait.to_dict()
    assert told["picture"]["quality"] == portrait.encoded.quality
    assert told["bytes"] == len(portrait.data)


def test_a_tighter_limit_gives_fewer_pixels_before_it_gives_blocks():
    """At 90 pixels between the eyes it ends: then the limit is refused."""
    image = np.ascontiguousarray(
        cv2.resize(Sample.from_file(GOLD / "214_studio.jpg").image, None, fx=2, fy=2)
    )
    small = finish_portrait(image, wanted=Wanted(most_bytes=15_000))
    assert small.framing.height < finish_portrait(image).framing.height
    assert small.encoded.quality >= ICAO.least_jpeg
    assert small.framing.scale * 2 * TRUTH["214_studio.jpg"]["inter_eye_distance"] > 85
    none = finish_portrait(image, wanted=Wanted(most_bytes=2_000))
    assert none.data is None
    assert codes(none) >= {"finish.bytes"}


@pytest.mark.parametrize("coding", ["jpeg", "jp2"])
def test_files_hold_pixels_and_resolution_and_nothing_else(coding):
    source = Image.open(GOLD / "214_studio.jpg")
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    file = io.BytesIO()
    source.save(file, "JPEG", exif=exif, icc_profile=b"SECRET PROFILE" * 20, comment=b"SECRET")
    portrait = finish_portrait(file.getvalue(), wanted=Wanted(container=coding))
    assert b"SECRET" not in portrait.data
    picture = Image.open(io.BytesIO(portrait.data))
    assert not picture.getexif()
    assert "icc_profile" not in picture.info
    assert float(picture.info["dpi"][0]) == pytest.approx(portrait.dpi, abs=1)
    read = cv2.imdecode(np.frombuffer(portrait.data, np.uint8), cv2.IMREAD_COLOR)
    assert read.shape == (portrait.framing.height, portrait.framing.width, 3), "OpenCV reads it too"


def test_a_record_states_what_was_done(applications):
    path = applications / "pass" / "portrait.jpg"
    portrait = finish_portrait(path, wanted=Wanted(container="iso"))
    record = read_face_record(portrait.data)
    (image,) = record.images
    assert (record.edition, image.face_type) == (2011, FaceType.FULL_FRONTAL)
    assert (image.width, image.height) == (portrait.framing.width, portrait.framing.height)
    assert image.data == portrait.encoded.data
    assert image.media_type == "image/jp2"
    right, left = image.landmarks
    assert right.x < left.x
    assert right.y == pytest.approx(portrait.framing.eye_line * image.height, abs=3)
    assert image.post_processing & PostProcessing.CROPPED
    assert image.sampling_rate in range(8)


def test_provenance_leads_from_the_source_to_the_bytes():
    told = finished("228_studio.jpg").to_dict()
    assert told["source_sha256"] == Sample.from_file(GOLD / "228_studio.jpg").sha256
    assert len(told["sha256"]) == 64
    assert len(told["framing"]["transform"]) == 2
    assert told["profile_sha256"] == load_profile("indonesia").digest
    assert told["whitened_from"] is None


def own_profile(folder, **changes):
    """The icao profile with other values in its [finish] table."""
    path = folder / "mine.toml"
    lines = "\n".join(f"{key} = {value}" for key, value in changes.items())
    icao = Path(load_profile.__code__.co_filename).parent.parent / "policies/profiles/icao.toml"
    (folder / "icao.toml").write_text(icao.read_text())
    path.write_text(f'version = "1"\nextends = "icao"\n[finish]\n{lines}\n')
    return str(path)


def test_a_background_is_made_white_only_where_the_policy_allows_it(tmp_path):
    image = live("228_other.jpg")
    asked = Wanted(white=True)
    kept = finish_portrait(image, wanted=asked)
    assert "finish.background_kept" in codes(kept)
    assert kept.whitened_from is None
    allowed = own_profile(tmp_path, white_background="true")
    white = finish_portrait(image, profile=allowed, wanted=asked)
    assert white.whitened_from > 75
    corner = np.asarray(Image.open(io.BytesIO(white.data)))[:40, :40]
    assert corner.min() > 245
    face = finish_portrait(image, profile=allowed)
    middle = slice(face.framing.height // 3, -face.framing.height // 3)
    pair = [np.asarray(Image.open(io.BytesIO(p.data)))[middle, 150:-150] for p in (white, face)]
    assert np.abs(pair[0].astype(int) - pair[1]).mean() < 2, "the face is left alone"


def test_a_red_background_is_not_painted_over(tmp_path):
    portrait = finish_portrait(
        live("242_red_background.jpg"),
        profile=own_profile(tmp_path, white_background="true"),
        wanted=Wanted(white=True),
    )
    assert "finish.background" in codes(portrait)
    assert portrait.whitened_from is None


def test_what_is_all_person_has_no_background_to_whiten():
    assert whitened(np.zeros((64, 64, 3), np.uint8), least=75) is None


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"heigth_mm": 45}, "unknown key 'heigth_mm'"),
        ({"width_mm": '"wide"'}, "width_mm must be of type float"),
        ({"head": "[0.8, 0.7]"}, "head must be two shares"),
        ({"head": "0.7"}, "head must be two shares"),
        ({"chip_bytes": "true"}, "chip_bytes must be of type int"),
        ({"white_background": "1"}, "white_background must be of type bool"),
    ],
)
def test_a_faulty_format_is_refused_with_its_fault(tmp_path, change, part):
    with pytest.raises(PolicyError, match="finish") as error:
        format_of(own_profile(tmp_path, **change))
    assert part in error.value.message
    assert error.value.code == "policy.profile_malformed"


def test_a_profile_without_a_format_finishes_nothing():
    with pytest.raises(PolicyError, match=r"no \[finish\] table"):
        format_of("ofiq")


def test_the_format_is_35_by_45_millimetres_at_600_dots():
    assert isinstance(ICAO, Format)
    assert (ICAO.height, round(ICAO.height * ICAO.ratio)) == (1063, 827)
    assert ICAO.dpi_at(531) == pytest.approx(300, abs=0.5)


def test_more_bytes_never_give_less_quality():
    image = Sample.from_file(GOLD / "214_studio.jpg").image
    for coding in ("jpeg", "jp2"):
        found = [
            encode(image, coding, dpi=300, most_bytes=limit, least_quality=30)
            for limit in (8_000, 12_000, 20_000, None)
        ]
        qualities = [each.quality for each in found if each is not None]
        assert qualities == sorted(qualities)
        assert len(qualities) >= 3


def test_findings_are_in_both_languages():
    for finding in finished("256_far.jpg").findings:
        assert finding.message.id != finding.message.en
        assert finding.clause
        assert finding.severity in set(Severity)
