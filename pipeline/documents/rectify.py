"""A document lifted off its desk: find its four corners and lay it flat, upright and alone.

What surrounds a document (desk, scanner lid) is learnt from the rim of the picture. Where the rim
shows no surroundings, or nothing in them has the shape of a document, the picture stays whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.documents.corners import FILL, Quad, quadrilaterals, sharpened
from pipeline.documents.ground import unlike_the_rim
from pipeline.evidence import Rgb

WORKING_SIDE = 480  # px; corners are found on a picture reduced to this longer side
FINE_SIDE = 1200  # px; corners are refined at this size
SMALLEST = 0.12  # of the picture's area that a document must fill
SMALL = 0.03  # of it that a card fills on a scanner's lid (an ID-1 card on A4 has 0.07)
LARGEST = 0.985
SPECKLE = 12  # px of the reduced picture: noise
CLEAR = 0.9  # of every side along which there is an edge: no need to look further
EDGED = 0.8  # of every side: less, and it is print on a page that fills the picture
FORMATS = {  # width / height of what ISO/IEC 7810 and ICAO Doc 9303 define
    "ID-1": 85.6 / 53.98,
    "ID-3": 125.0 / 88.0,
    "ID-3 spread": 125.0 / 176.0,
}
SNAP = 0.12  # of the ratio: perspective distorts a measured shape by that much
LONGEST_PAGE = 2200  # px; more than an ID-3 page at 400 dpi


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A document laid flat. ``quad`` is None where the picture was taken whole."""

    image: Rgb
    quad: Quad | None  # corners in the source, starting at the page's upper left
    matrix: NDArray[np.float64]  # 3 x 3, source pixels -> page pixels

    def turned(self, quarters: int) -> Page:
        """The page turned clockwise by ``quarters`` x 90 degrees."""
        quarters %= 4
        if quarters == 0:
            return self
        height, width = self.image.shape[:2]
        turn = np.eye(3)
        for _ in range(quarters):
            turn = np.array([[0, -1, height - 1], [1, 0, 0], [0, 0, 1]], float) @ turn
            height, width = width, height
        image = np.ascontiguousarray(np.rot90(self.image, -quarters))
        quad = None if self.quad is None else np.roll(self.quad, quarters, axis=0)
        return Page(image, quad, turn @ self.matrix)

    def on_page(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (N, 2) of the source, in pixels of the page."""
        return _mapped(points, self.matrix)

    def in_source(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (N, 2) of the page, in pixels of the source."""
        return _mapped(points, np.asarray(np.linalg.inv(self.matrix), np.float64))


def rectify(image: Rgb, smallest: float = SMALLEST) -> Page:
    """The document in ``image`` laid flat, or the whole picture where none stands out.

    ``smallest``: the share of the picture that it must fill; a printed portrait on a card that
    fills the picture looks like a small document, so ``SMALL`` is for where all else failed.
    Text may still stand on its head or side: turning it upright takes reading (``Page.turned``).
    """
    quad = find_document(image, smallest)
    if quad is None:
        return whole(image)
    width, height = _page_size(quad)
    corners = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], float)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), corners.astype(np.float32))
    page = cv2.warpPerspective(
        image, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    return Page(np.asarray(page, np.uint8), quad, np.asarray(matrix, np.float64))


def whole(image: Rgb) -> Page:
    """``image`` as it is, reduced where it is larger than any page needs to be."""
    height, width = image.shape[:2]
    scale = min(1.0, LONGEST_PAGE / max(height, width))
    if scale == 1.0:
        return Page(image, None, np.eye(3))
    size = (round(width * scale), round(height * scale))
    x, y = size[0] / width, size[1] / height
    matrix = np.array([[x, 0, x / 2 - 0.5], [0, y, y / 2 - 0.5], [0, 0, 1]])
    return Page(
        np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), None, matrix
    )


def find_document(image: Rgb, smallest: float = SMALLEST) -> Quad | None:
    """Corners (4, 2) of the document in pixels of ``image``, clockwise; None where not found."""
    height, width = image.shape[:2]
    scale = min(1.0, WORKING_SIDE / max(height, width))
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    back = np.array([width / size[0], height / size[1]])
    masks = unlike_the_rim(small)
    best, share = None, 0.0
    for mask in masks:  # the stricter ones leave reflections away, and pale cards as well
        for quad in _candidates(small, mask, smallest):
            fine, edged = _sharp(image, (quad + 0.5) * back - 0.5)
            if best is None or edged > share:
                best, share = fine, edged
        if share >= CLEAR:
            break
    if best is None or share < EDGED:
        return _pale_page(image, small, masks[0], smallest)
    return _clockwise(best)


def _candidates(small: Rgb, mask: NDArray[np.uint8], smallest: float) -> list[Quad]:
    """What the corners of the largest shape that may be a document can be."""
    for contour in sorted(_shapes(mask, smallest), key=cv2.contourArea, reverse=True):
        found = [quad for quad in quadrilaterals(contour) if _plausible(quad, small)]
        if found:
            return found
    return []


def _pale_page(image: Rgb, small: Rgb, mask: NDArray[np.uint8], smallest: float) -> Quad | None:
    """A page as pale as what it lies on: the hull of its print and shadow, if edges run along it.

    Without the edges it would be the print of a page that fills the picture.
    """
    count, labels, sizes, _ = cv2.connectedComponentsWithStats(mask)
    large = np.isin(labels, [i for i in range(1, count) if sizes[i, cv2.CC_STAT_AREA] > SPECKLE])
    places = np.argwhere(large)[:, ::-1].astype(np.int32)
    height, width = mask.shape
    if len(places) < 4 or places.min() < 2 or (places.max(axis=0) > (width - 3, height - 3)).any():
        return None
    hull = cv2.convexHull(places)
    # Pale ground is a scanner's lid: nothing leans there, the page is a rectangle.
    quad = np.asarray(cv2.boxPoints(cv2.minAreaRect(hull)), np.float64)
    share = cv2.contourArea(hull) / max(cv2.contourArea(quad.astype(np.float32)), 1.0)
    large_enough = cv2.contourArea(hull) >= smallest * mask.size
    if share < FILL or not large_enough or not _plausible(quad, small):
        return None
    back = np.array(image.shape[1::-1]) / np.array(small.shape[1::-1])
    fine, share = _sharp(image, (quad + 0.5) * back - 0.5)
    return _clockwise(fine) if share >= EDGED else None


def _sharp(image: Rgb, quad: Quad) -> tuple[Quad, float]:
    """The corners to a pixel of a picture of ``FINE_SIDE``, and how far edges run along them."""
    scale = min(1.0, FINE_SIDE / max(image.shape[:2]))
    fine = image
    if scale < 1.0:
        fine = np.asarray(
            cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    corners, share = sharpened(fine, (quad + 0.5) * scale - 0.5)
    return np.asarray((corners + 0.5) / scale - 0.5, np.float64), share


def _shapes(mask: NDArray[np.uint8], smallest: float) -> list[NDArray[Any]]:
    """Outlines that are large enough, with thin bridges to clutter cut."""
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return [
        np.asarray(contour)
        for contour in contours
        if smallest <= cv2.contourArea(contour) / mask.size <= LARGEST
    ]


def _plausible(quad: Quad, image: Rgb) -> bool:
    """Convex, of a document's proportions, and not simply the picture's own frame."""
    height, width = image.shape[:2]
    shape = quad.astype(np.float32)
    share = cv2.contourArea(shape) / (height * width)
    if not cv2.isContourConvex(shape) or share > LARGEST:
        return False
    long, short = sorted(_sides(quad), reverse=True)
    return any(
        abs(np.log(long / short / max(ratio, 1 / ratio))) < 2 * SNAP for ratio in FORMATS.values()
    )


def _sides(quad: Quad) -> tuple[float, float]:
    """Mean width and height of a quadrilateral, px."""
    edges = np.hypot(*(np.roll(quad, -1, axis=0) - quad).T)
    return float(edges[0] + edges[2]) / 2, float(edges[1] + edges[3]) / 2


def _page_size(quad: Quad) -> tuple[int, int]:
    """Width and height in px: as large as it was seen, in a format's proportions if one fits."""
    width, height = _sides(quad)
    ratios = [*FORMATS.values(), *(1 / ratio for ratio in FORMATS.values())]
    nearest = min(ratios, key=lambda ratio: abs(np.log(width / height / ratio)))
    if abs(np.log(width / height / nearest)) < SNAP:
        width, height = max(width, height * nearest), max(height, width / nearest)
    scale = min(1.0, LONGEST_PAGE / max(width, height))
    return max(16, round(width * scale)), max(16, round(height * scale))


def _clockwise(quad: Quad) -> Quad:
    """Clockwise from the corner that is nearest to the picture's upper left."""
    centre = quad.mean(axis=0)
    angle = np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0])
    ordered = quad[np.argsort(angle)]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)


def _mapped(points: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = np.asarray(points, np.float64).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(flat, matrix), np.float64).reshape(-1, 2)
