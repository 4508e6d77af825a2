"""Finding a document on its desk, and the pixels' way between scan and page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.documents.rectify import SMALL, Page, find_document, rectify, whole

Rgb = NDArray[np.uint8]
CARD, PASSPORT = (642, 405), (625, 440)
LEVEL = [(200, 150), (842, 150), (842, 555), (200, 555)]
TILTED = [(180, 210), (815, 100), (890, 500), (250, 620)]
LEANING = [(210, 160), (830, 120), (880, 560), (160, 520)]


def drawn(size: tuple[int, int], colour: tuple[int, int, int]) -> Rgb:
    """A light page with dark lines of text and a portrait, no matter whose."""
    width, height = size
    page = np.full((height, width, 3), colour, np.uint8)
    for y in range(60, height - 30, 34):
        cv2.line(page, (30, y), (int(width * 0.6), y), (40, 40, 50), 6)
    cv2.rectangle(page, (int(width * 0.72), 90), (width - 30, 300), (90, 60, 50), -1)
    return page


def laid(page: Rgb, corners: list[tuple[int, int]], ground: Rgb, shadow: float = 0) -> Rgb:
    height, width = ground.shape[:2]
    box = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    box *= [page.shape[1] - 1, page.shape[0] - 1]
    matrix = cv2.getPerspectiveTransform(box.astype(np.float32), np.array(corners, np.float32))
    on = cv2.warpPerspective(page, matrix, (width, height))
    mask = cv2.warpPerspective(np.full(page.shape[:2], 255, np.uint8), matrix, (width, height))
    result = ground.astype(float)
    if shadow:
        soft = cv2.GaussianBlur(np.roll(mask, (8, 8), (0, 1)), (0, 0), 9) / 255.0
        result *= 1 - shadow * soft[..., None]
    result[mask > 127] = on[mask > 127]
    return np.asarray(result, np.uint8)


def ground(kind: str) -> Rgb:
    noise = np.random.default_rng(3).normal(0, 1, (760, 1060, 3))
    grain = cv2.GaussianBlur(
        np.random.default_rng(4).normal(0, 1, (760, 1060)), (0, 0), 25, None, 3
    )
    level = {"lid": (244, 244, 242), "desk": (120, 84, 60), "dark": (25, 26, 30)}[kind]
    rough = {"lid": 0.0, "desk": 80.0, "dark": 20.0}[kind]
    return np.clip(np.array(level) + 2 * noise + rough * grain[..., None], 0, 255).astype(np.uint8)


def overlap(found: NDArray[np.float64], true: list[tuple[int, int]]) -> float:
    masks = np.zeros((2, 760, 1060), np.uint8)
    for mask, quad in zip(masks, (found, np.array(true)), strict=True):
        cv2.fillPoly(mask, [np.round(quad).astype(np.int32)], 1)
    return float((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum())


@pytest.mark.parametrize("where", ["lid", "desk", "dark"])
@pytest.mark.parametrize(
    ("size", "corners"),
    [
        pytest.param(CARD, LEVEL, id="level card"),
        pytest.param(CARD, TILTED, id="tilted card"),
        pytest.param(PASSPORT, LEANING, id="page seen at a slant"),
    ],
)
def test_the_corners_are_found(
    where: str, size: tuple[int, int], corners: list[tuple[int, int]]
) -> None:
    picture = laid(drawn(size, (188, 212, 230)), corners, ground(where), shadow=0.3)
    found = find_document(picture)
    assert found is not None
    assert overlap(found, corners) > 0.95


def test_a_reflection_that_touches_the_card_is_left_away() -> None:
    picture = laid(drawn(CARD, (188, 212, 230)), LEVEL, ground("desk")).astype(float)
    y, x = np.mgrid[0:760, 0:1060]
    glare = np.exp(-(((x - 760) / 80) ** 2 + ((y - 140) / 70) ** 2))
    picture += (255 - picture) * 0.6 * glare[..., None]
    found = find_document(picture.astype(np.uint8))
    assert found is not None
    assert overlap(found, LEVEL) > 0.95


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(np.zeros((600, 900, 3), np.uint8), id="black"),
        pytest.param(np.full((600, 900, 3), 255, np.uint8), id="white"),
        pytest.param(ground("desk"), id="an empty desk"),
        pytest.param(drawn((1011, 638), (188, 212, 230)), id="a card that fills the picture"),
        pytest.param(
            np.random.default_rng(1).integers(0, 256, (400, 500, 3), np.uint8), id="noise"
        ),
        pytest.param(np.full((16, 3000, 3), 90, np.uint8), id="a strip"),
    ],
)
def test_without_a_document_the_picture_stays_whole(picture: Rgb) -> None:
    page = rectify(picture)
    assert page.quad is None
    assert max(page.image.shape) <= max(picture.shape)


def test_a_disc_is_no_document() -> None:
    picture = ground("dark")
    cv2.circle(picture, (500, 380), 280, (220, 220, 210), -1)
    assert find_document(picture) is None


def test_a_card_that_is_small_on_the_lid_is_found_when_asked_for() -> None:
    lid = np.full((1754, 1240, 3), 244, np.uint8)
    small = [(150, 200), (655, 200), (655, 518), (150, 518)]
    picture = laid(drawn(CARD, (188, 212, 230)), small, lid)
    assert rectify(picture).quad is None
    found = rectify(picture, SMALL).quad
    assert found is not None
    assert np.abs(found - np.array(small)).max() < 8


def test_a_page_has_its_formats_proportions() -> None:
    picture = laid(drawn(CARD, (188, 212, 230)), TILTED, ground("dark"))
    height, width = rectify(picture).image.shape[:2]
    assert width / height == pytest.approx(85.6 / 53.98, rel=0.005)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3, 4, -1])
def test_points_keep_their_place_through_turns(quarters: int) -> None:
    picture = laid(drawn(CARD, (188, 212, 230)), TILTED, ground("dark"))
    page = rectify(picture).turned(quarters)
    height, width = page.image.shape[:2]
    corners = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], float)
    assert page.quad is not None
    assert np.abs(page.in_source(corners) - page.quad).max() < 0.5
    assert np.abs(page.on_page(page.in_source(corners)) - corners).max() < 1e-6
    inside = page.in_source(np.array([[width / 2, height / 2]]))[0].round().astype(int)
    centre = page.image[height // 2, width // 2].astype(int)
    assert np.abs(picture[inside[1], inside[0]].astype(int) - centre).max() < 40


def test_four_turns_are_none() -> None:
    page = whole(drawn(CARD, (188, 212, 230)))
    turned = page
    for _ in range(4):
        turned = turned.turned(1)
    assert np.array_equal(turned.image, page.image)
    assert np.abs(turned.matrix - page.matrix).max() < 1e-9


def test_a_large_picture_is_reduced_once() -> None:
    page: Page = whole(np.zeros((4000, 3000, 3), np.uint8))
    assert max(page.image.shape) < 4000
    assert np.abs(page.in_source(np.array([[0.0, 0.0]])) - 0.5).max() < 1.0
