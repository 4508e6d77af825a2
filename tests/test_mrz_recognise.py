"""From a roughly located zone to characters on one grid, with the real recogniser."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from fixtures.documents.fonts import font_of_pitch
from models.text.mrz_net import mrz_net
from pipeline.documents.mrz.decode import decode
from pipeline.documents.mrz.recognise import Recogniser
from pipeline.documents.mrz.strips import Frame, cut
from pipeline.documents.mrz.traces import Line, Zone

LINES = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
PITCH, STEP, LEFT, TOP = 18.0, 46.0, 90.0, 150.0
"""Pixels: from character to character, from line to line, to the first character, line 1."""


@pytest.fixture(scope="module")
def page():
    """The two lines in OCR-B on grey paper: 300 x 1000 RGB."""
    image = Image.new("RGB", (1000, 300), (226, 226, 222))
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(LINES):
        for column, sign in enumerate(line):
            at = (LEFT + column * PITCH, TOP + row * STEP)
            pen.text(at, sign, (30, 28, 30), font_of_pitch("ocr-b", PITCH), anchor="lm")
    return np.asarray(image)


def located(**change):
    """The zone as a perfect search gives it, or with every line's ``change``."""
    middle = LEFT + len(LINES[0]) * PITCH / 2
    lines = [
        Line(middle, TOP + row * STEP, len(line) * PITCH, PITCH, 0.0)
        for row, line in enumerate(LINES)
    ]
    return Zone(
        tuple(
            replace(line, **{name: value(getattr(line, name)) for name, value in change.items()})
            for line in lines
        )
    )


def read(image, zone):
    recogniser = Recogniser(image, mrz_net())
    placed = recogniser.place(zone)
    if placed is None:
        return None
    return decode(recogniser.cells(placed, further=False)).lines


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({}, id="exact"),
        pytest.param({"pitch": lambda p: 0.75 * p}, id="print taken for smaller"),
        pytest.param({"pitch": lambda p: 1.35 * p}, id="print taken for larger"),
        pytest.param({"y": lambda y: y + 0.3 * PITCH}, id="too low"),
        pytest.param({"y": lambda y: y - 0.3 * PITCH}, id="too high"),
        pytest.param({"angle": lambda a: a + np.deg2rad(0.8)}, id="turned a little"),
        pytest.param({"length": lambda n: 0.7 * n}, id="cut short at both ends"),
        pytest.param({"x": lambda x: x + 5 * PITCH}, id="begins five characters too late"),
        pytest.param({"length": lambda n: 1.15 * n}, id="too long"),
    ],
)
def test_a_roughly_located_zone_is_read_whole(page, change):
    assert read(page, located(**change)) == LINES


class Counting:
    """A reader that counts its strips, batch by batch."""

    def __init__(self):
        self.batches = []

    def read(self, strips):
        self.batches.append(len(strips))
        return mrz_net().read(strips)


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.25])
def test_a_wrong_pitch_costs_no_second_look(page, factor):
    reader = Counting()
    assert Recogniser(page, reader).place(located(pitch=lambda p: factor * p))
    assert reader.batches == [1, 2]  # a probe, then each line once


@pytest.mark.parametrize("sag", [-16, -8, 8, 16])
def test_lines_of_a_bent_page_are_straightened(page, sag):
    """``sag``: pixels that the middle of each line lies below its ends; 16 is most of a letter."""
    height, width = page.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bend = sag * (1 - ((x - width / 2) / (width / 2)) ** 2) - sag / 2
    bent = cv2.remap(page, x, (y - bend).astype(np.float32), cv2.INTER_CUBIC)
    assert read(bent, located()) == LINES


def test_a_zone_upside_down_does_not_read_and_turned_does(page):
    upside_down = np.ascontiguousarray(page[::-1, ::-1])
    zone = located(x=lambda x: 999 - x, y=lambda y: 299 - (2 * TOP + STEP - y), angle=lambda a: a)
    right = Zone(tuple(replace(line, angle=np.pi) for line in reversed(zone.lines)))
    assert read(upside_down, right) == LINES
    assert read(upside_down, right.turned()) != LINES


def test_paper_without_print_is_no_zone(page):
    assert read(np.full_like(page, 220), located()) is None


def test_a_frame_outside_the_picture_repeats_its_edge():
    image = np.full((60, 200, 3), 77, np.uint8)
    strip = cut(image, Frame(-300.0, 400.0, 0.3, 250.0, 20.0))
    assert strip.shape[0] == 32
    assert (strip == 77).all()


@pytest.mark.parametrize("bow", [0.0, 6.0])
def test_a_part_of_a_frame_lies_where_the_frame_does(bow):
    frame = Frame(40.0, 60.0, 0.2, 300.0, 30.0, bow)
    part = frame.part(50.0, 220.0)
    for share in (0.0, 0.4, 1.0):
        whole = frame.point(50.0 + 170.0 * share)
        assert part.point(part.along * share) == pytest.approx(whole, abs=0.2)


def test_a_part_of_a_frame_can_be_lowered_at_its_ends():
    part = Frame(0.0, 0.0, 0.0, 100.0, 20.0).part(10.0, 90.0, (2.0, 4.0))
    assert part.point(0.0) == pytest.approx((10.0, 2.0))
    assert part.point(part.along) == pytest.approx((90.0, 4.0))
