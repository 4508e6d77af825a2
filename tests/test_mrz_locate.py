"""Lines and zones from the maps of the zone net, and how much of a picture is looked at."""

import cv2
import numpy as np
import pytest

from models.text.zone_net import ZoneMaps
from pipeline.documents.mrz.locate import SIDES, search
from pipeline.documents.mrz.traces import MOST_ZONES, Line, Zone, zones_in

FINE = 4
COLUMNS = 44


def drawn(size, zones, hidden=()):
    """What a net that sees everything says of ``zones``; nothing in the rectangles ``hidden``."""
    width, height = size
    ink = np.zeros((height, width), np.float32)
    course = np.zeros((5, height, width), np.float32)
    free = np.ones((height, width), np.bool_)
    for zone in zones:
        for line in zone.lines:
            along = np.array([np.cos(line.angle), np.sin(line.angle)])
            half = 0.5 * line.length * along
            up = 0.48 * line.pitch * np.array([along[1], -along[0]])
            middle = np.array([line.x, line.y])
            quad = [middle - half + up, middle + half + up, middle + half - up, middle - half - up]
            cv2.fillConvexPoly(ink, np.round(np.array(quad) * 16).astype(np.int32), 1.0, shift=4)
            near = (cv2.dilate(ink, np.ones((9, 9))) > 0) & free
            free &= ~near
            values = (*along, np.cos(2 * line.angle), np.sin(2 * line.angle), line.pitch)
            for plane, value in zip(course, values, strict=True):
                plane[near] = value
    course[4, free] = 8.0
    for x, y, w, h in hidden:
        ink[y : y + h, x : x + w] = 0
    lines = cv2.resize(ink, (width // FINE, height // FINE), interpolation=cv2.INTER_AREA)
    cells = course[:, 4::8, 4::8]
    return ZoneMaps(lines, cells[:4], cells[4], FINE)


def zone(x, y, degrees, *, pitch=9.0, rows=2, columns=COLUMNS, spacing=2.5, fan=0.0):
    """A zone about ``x``, ``y``; perspective turns each line by ``fan`` degrees from the last."""
    angle = np.deg2rad(degrees)
    down = np.array([-np.sin(angle), np.cos(angle)]) * spacing * pitch
    places = [np.array([x, y]) + (row - (rows - 1) / 2) * down for row in range(rows)]
    return Zone(
        tuple(
            Line(float(px), float(py), columns * pitch, pitch, float(angle + np.deg2rad(row * fan)))
            for row, (px, py) in enumerate(places)
        )
    )


def apart(found, wanted):
    """Pitches from the middle of the wanted line to the found one, across it; degrees between."""
    across = np.array([-np.sin(wanted.angle), np.cos(wanted.angle)])
    away = np.array([found.x - wanted.x, found.y - wanted.y]) @ across
    turned = np.angle(np.exp(1j * (found.angle - wanted.angle)))
    return abs(away) / wanted.pitch, abs(np.rad2deg(turned))


def close(found, wanted):
    """Whether the zones have the same lines in the same order."""
    pairs = [apart(a, b) for a, b in zip(found.lines, wanted.lines, strict=True)]
    return all(away < 0.15 and degrees < 0.7 for away, degrees in pairs)


ALL_WAYS = [0, 90, 180, 270, 21, -24, 158, 203, 45, 315]


@pytest.mark.parametrize("rows", [2, 3])
@pytest.mark.parametrize("degrees", ALL_WAYS)
def test_zones_of_every_direction(degrees, rows):
    wanted = zone(320, 300, degrees, rows=rows)
    found = zones_in(drawn((640, 640), [wanted]))
    assert close(found[0], wanted)
    assert found[0].lines[0].length == pytest.approx(COLUMNS * 9, rel=0.03)


@pytest.mark.parametrize(
    ("pitch", "fan"),
    [
        pytest.param(3.6, 0.0, id="small print"),
        pytest.param(14.0, 0.0, id="large print"),
        pytest.param(9.0, 1.2, id="perspective: lines drift apart"),
        pytest.param(9.0, -1.2, id="perspective: lines draw together"),
    ],
)
def test_size_and_perspective(pitch, fan):
    wanted = zone(330, 200, 4, pitch=pitch, rows=3, columns=min(COLUMNS, int(600 / pitch)), fan=fan)
    assert close(zones_in(drawn((680, 400), [wanted]))[0], wanted)


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param([(300, 0, 45, 400)], id="a reflection across both lines"),
        pytest.param([(130, 150, 60, 50)], id="a stamp on the first line"),
        pytest.param([(100, 205, 200, 40)], id="half of the second line is faint"),
    ],
)
def test_hidden_print_does_not_shorten_or_split_a_zone(hidden):
    wanted = zone(320, 200, 0)
    found = zones_in(drawn((640, 400), [wanted], hidden))
    assert close(found[0], wanted)
    assert found[0].lines[0].length == pytest.approx(COLUMNS * 9, rel=0.03)


def test_two_documents_are_two_zones_the_larger_first():
    large, small = zone(330, 120, 3), zone(200, 480, 95, pitch=6.0, columns=30, rows=3)
    found = zones_in(drawn((640, 640), [small, large]))
    assert close(found[0], large)
    assert close(found[1], small)


def test_a_single_line_is_tried_as_the_upper_and_as_the_lower_of_two():
    only = Zone(zone(320, 200, 0).lines[:1])
    upper, lower = zones_in(drawn((640, 400), [only]))
    assert [len(found.lines) for found in (upper, lower)] == [2, 2]
    assert apart(upper.lines[0], only.lines[0])[0] < 0.15
    assert apart(lower.lines[1], only.lines[0])[0] < 0.15


def test_a_line_of_other_print_above_does_not_hide_the_zone():
    four = zone(320, 200, 0, rows=4)
    found = zones_in(drawn((640, 400), [four]))
    assert any(len(z.lines) == 3 and close(z, Zone(four.lines[1:])) for z in found)
    assert any(len(z.lines) == 2 and close(z, Zone(four.lines[2:])) for z in found)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 1.0])
def test_noise_gives_no_more_zones_than_are_looked_at(share):
    rng = np.random.default_rng(1)
    lines = (rng.random((120, 160)) < share).astype(np.float32)
    direction = rng.normal(0, 1, (4, 60, 80)).astype(np.float32)
    pitch = rng.uniform(3, 20, (60, 80)).astype(np.float32)
    assert len(zones_in(ZoneMaps(lines, direction, pitch, FINE))) <= (MOST_ZONES if share else 0)


class Finder:
    """Sees a zone that fills a picture of ``width`` at its middle, or nothing."""

    def __init__(self, width=0):
        self.width, self.shapes = width, []

    def see(self, grey):
        self.shapes.append(grey.shape)
        size = (-(-grey.shape[1] // 8) * 8, -(-grey.shape[0] // 8) * 8)
        if not self.width:
            return drawn(size, [])
        scale = grey.shape[1] / self.width
        pitch = 0.8 * self.width / COLUMNS * scale
        middle = [(side * scale - 1) / 2 for side in (self.width, self.width / 2)]
        return drawn(size, [zone(*middle, 0, pitch=pitch)])


@pytest.mark.parametrize(
    ("width", "height", "looks"),
    [
        pytest.param(500, 340, 2, id="small: once as it is"),
        pytest.param(610, 440, 2, id="hardly larger than the first look"),
        pytest.param(1000, 700, 3, id="a web picture"),
        pytest.param(2000, 1500, 3, id="a scan"),
        pytest.param(1600, 6000, 3, id="a long receipt"),
        pytest.param(9000, 6000, 3, id="54 megapixels"),
        pytest.param(30, 4000, 3, id="a ribbon"),
        pytest.param(16, 20_000, 3, id="a ribbon that no whole factor reduces"),
        pytest.param(16, 16, 2, id="a thumbnail"),
    ],
)
def test_work_is_bounded_whatever_the_picture(width, height, looks):
    finder = Finder()
    assert list(search(np.full((height, width, 3), 200, np.uint8), finder)) == [[]] * looks
    assert len(finder.shapes) == looks
    longest = [max(shape) for shape in finder.shapes]
    assert longest[-1] == longest[0]  # the last look is the first one, softened
    assert all(a <= 1.11 * b for a, b in zip(longest[:-1], SIDES, strict=False))


@pytest.mark.parametrize("width", [600, 1000, 2000, 3001, 4100])
def test_places_are_given_in_pixels_of_the_picture(width):
    finder = Finder(width)
    first = next(search(np.zeros((width // 2, width, 3), np.uint8), finder))[0]
    wanted = zone((width - 1) / 2, (width // 2 - 1) / 2, 0, pitch=0.8 * width / COLUMNS)
    assert close(first, wanted)
    assert first.lines[0].pitch == pytest.approx(wanted.lines[0].pitch, rel=0.02)


def test_two_lines_may_be_two_of_three():
    first, second = (Line(100.0, y, 240.0, 8.0, 0.0, 50.0) for y in (300.0, 320.0))
    heights = [[line.y for line in zone.lines] for zone in Zone((first, second)).extended()]
    assert heights == [[300, 310, 320], [300, 320, 340], [280, 300, 320]]
