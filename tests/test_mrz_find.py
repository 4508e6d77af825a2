"""The zone of a picture, with the real nets: directions, size, perspective, two zones, none."""

from functools import lru_cache

import cv2
import numpy as np
import pytest

from fixtures.documents.guilloche import guilloche
from fixtures.documents.sheet import DOTS, Sheet
from models.text.mrz_net import mrz_net
from models.text.zone_net import zone_net
from pipeline.documents.mrz.find import MOST_ZONES, best_candidate

CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
PAGE = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
"""The specimens of ICAO Doc 9303 parts 5 and 4."""


@lru_cache(maxsize=4)
def document(lines):
    """A card or data page of 300 dpi with a guilloche, some print above, and these lines."""
    width, height = (125.0, 88.0) if len(lines[0]) == 44 else (85.6, 54.0)
    size = (round(width * DOTS), round(height * DOTS))
    sheet = Sheet(
        width, height, guilloche(*size, 5, ((226, 232, 236), (238, 230, 224)), (150, 170, 180))
    )
    for row, words in enumerate(("UTOPIA", "Eriksson, Anna Maria", "12.08.1974", "D23145890")):
        sheet.text(32, 8 + 6 * row, words, 9, face="sans-bold")
    sheet.box(5, 7, 22, 25, (150, 130, 120))
    for row, line in enumerate(lines):
        y = height - 6.2 - 6.35 * (len(lines) - 1 - row)
        sheet.cells((width - len(line) * 2.54) / 2, y, line, 2.54, face="ocr-b")
    return sheet.rgb()


def on_desk(page, size, share, degrees=0.0, *, lean=0.0, at=(0.5, 0.5)):
    """``page`` photographed on a table: ``share`` of the width, turned, upper edge shorter."""
    width, height = size
    rng = np.random.default_rng(7)
    grain = cv2.resize(rng.normal(0, 9, (height // 8, 24)), size, interpolation=cv2.INTER_CUBIC)
    table = np.clip(np.array([120, 92, 70]) + grain[..., None], 0, 255).astype(np.uint8)
    wide, high = share * width, share * width * page.shape[0] / page.shape[1]
    x, y = wide / 2, high / 2
    corners = np.array([[-x * (1 - lean), -y], [x * (1 - lean), -y], [x, y], [-x, y]])
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = corners @ turn + [at[0] * width, at[1] * height]
    factor = max(1, int(page.shape[1] / wide))
    small = cv2.resize(page, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    rows, columns = small.shape[:2]
    source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    move = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    laid = cv2.warpPerspective(small, move, size, flags=cv2.INTER_LINEAR)
    shown = cv2.warpPerspective(np.ones((rows, columns), np.uint8), move, size)
    return np.where(shown[..., None] > 0, laid, table)


class Counting:
    """The shipped recogniser, counting strips; or the shipped finder, counting looks."""

    def __init__(self):
        self.strips, self.looks = 0, 0

    def read(self, strips):
        self.strips += len(strips)
        return mrz_net().read(strips)

    def see(self, grey):
        self.looks += 1
        return zone_net().see(grey)


def found(image):
    best = best_candidate(image, mrz_net())
    return best.decoding.lines if best else None


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 20, -20, 110, 160, 200, 250, 45])
@pytest.mark.parametrize("lines", [CARD, PAGE], ids=["three lines", "two lines"])
def test_any_direction(lines, degrees):
    assert found(on_desk(document(lines), (1400, 1400), 0.72, degrees)) == lines


@pytest.mark.parametrize("lean", [0.06, 0.12, 0.18])
def test_perspective(lean):
    assert found(on_desk(document(PAGE), (1500, 1200), 0.8, 4, lean=lean)) == PAGE


@pytest.mark.parametrize("degrees", [0, 184, 97])
def test_a_document_that_covers_a_third_of_the_picture(degrees):
    assert found(on_desk(document(PAGE), (1800, 1500), 0.62, degrees)) == PAGE


@pytest.mark.parametrize(
    ("size", "share"),
    [
        pytest.param((350, 260), 0.97, id="lines of 300 px fill a small picture"),
        pytest.param((1200, 900), 0.30, id="lines of 310 px"),
        pytest.param((1900, 1400), 0.24, id="a small document in a large picture"),
    ],
)
def test_small_lines(size, share):
    assert found(on_desk(document(CARD), size, share, 2)) == CARD


def test_the_better_of_two_documents_wins():
    picture = on_desk(document(PAGE), (1400, 1800), 0.8, 0, at=(0.5, 0.25))
    picture = cv2.GaussianBlur(picture, (0, 0), 4.5)
    card = on_desk(document(CARD), (1400, 900), 0.6, 3)
    picture[900:] = card
    assert found(picture) == CARD


def test_a_reflection_on_the_laminate():
    picture = on_desk(document(PAGE), (1300, 1000), 0.85, 5).astype(np.float64)
    y, x = np.mgrid[0:1000, 0:1300]
    spot = np.exp(-((x - 700) ** 2 / 2 / 90**2 + (y - 790) ** 2 / 2 / 50**2))[..., None]
    glare = (picture + (255 - picture) * 0.6 * spot).astype(np.uint8)
    assert found(glare) == PAGE


def test_a_clear_zone_ends_the_search_at_the_first_look():
    counting = Counting()
    image = on_desk(document(PAGE), (1600, 1200), 0.8, 2)
    assert best_candidate(image, counting, counting).clear
    assert counting.looks == 1
    assert counting.strips <= 8


def printed_page():
    image = np.full((1500, 2000, 3), 255, np.uint8)
    for row in range(60, 1480, 44):
        words = "The quick brown dog jumped over the lazy fox, 12 times in 1974. P<UTO 12345"
        cv2.putText(image, words, (30, row), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 20), 2)
    return image


WITHOUT = [
    pytest.param(printed_page(), id="a page of print"),
    pytest.param(
        np.random.default_rng(3).integers(0, 256, (1500, 2000, 3)).astype(np.uint8), id="noise"
    ),
    pytest.param(on_desk(np.full((600, 900, 3), 210, np.uint8), (2000, 1500), 0.6), id="a card"),
]


@pytest.mark.parametrize("image", WITHOUT)
def test_a_picture_without_a_zone_costs_three_looks_and_few_strips(image):
    counting = Counting()
    best = best_candidate(image, counting, counting)
    assert best is None or not best.sensible
    assert counting.looks == 3
    assert counting.strips <= 6 * MOST_ZONES
