"""Pictures for the report page: reduced, with what was found drawn in."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from pipeline.evidence import Portrait, Rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.portrait.locate import LocatedFace
    from pipeline.report import ReadDocument

BLUE, GREEN, ORANGE, GREY = (37, 99, 235), (22, 163, 74), (234, 88, 12), (120, 130, 140)
PORTRAIT_HEIGHT, DOCUMENT_WIDTH, CROP_SIDE = 560, 1100, 220
# MediaPipe face mesh indices: face outline, eyes and lips, each a closed line.
OUTLINE = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)


def data_uri(picture: Rgb) -> str:
    """An RGB picture as a JPEG data URI."""
    # 4:4:4 keeps the thin coloured lines clean.
    options = [cv2.IMWRITE_JPEG_QUALITY, 84, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x111111]
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    return "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode()


def annotated_portrait(picture: Portrait, face: LocatedFace | None) -> Rgb:
    """The live portrait with the face's box, outline, eyes and lips."""
    canvas, scale = reduced(picture.image, PORTRAIT_HEIGHT / picture.image.shape[0])
    if face is None:
        return canvas
    points = face.landmarks.points[:, :2] * scale
    for line in (OUTLINE, RIGHT_EYE, LEFT_EYE, LIPS):
        _polygon(canvas, points[list(line)], BLUE, 1)
    for other in face.others:
        _polygon(canvas, _corners(other.box * scale), ORANGE, 2)
    return canvas


def annotated_document(document: ReadDocument) -> Rgb:
    """The page as it was read, with the printed portrait and the MRZ framed."""
    reading = document.reading
    page = document.scan.image if reading.page is None else reading.page
    canvas, scale = reduced(page, DOCUMENT_WIDTH / page.shape[1])
    if reading.portrait_box is not None:
        _polygon(canvas, _corners(np.asarray(reading.portrait_box) * scale), GREEN, 2)
    if reading.mrz is not None and reading.mrz.polygon is not None:
        _polygon(canvas, np.asarray(reading.mrz.polygon) * scale, ORANGE, 2)
    return canvas


def face_crop(image: Rgb, face: LocatedFace | None) -> Rgb:
    """A square crop around the face, or a reduced whole picture where there is none."""
    if face is None:
        return reduced(image, CROP_SIDE / max(image.shape[:2]))[0]
    points = face.landmarks.points[:, :2]
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    side = 1.5 * float((points.max(axis=0) - points.min(axis=0)).max())
    scale = CROP_SIDE / side
    shift = CROP_SIDE / 2 - centre * scale
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    if scale < 0.5:  # reduce by area first: an affine warp alone would alias
        image, factor = reduced(image, scale)
        matrix[:, :2] /= factor
    crop = cv2.warpAffine(
        image, matrix, (CROP_SIDE, CROP_SIDE), borderMode=cv2.BORDER_CONSTANT,
        borderValue=(238, 240, 242),
    )  # fmt: skip
    return np.asarray(crop, dtype=np.uint8)


def reduced(image: Rgb, scale: float) -> tuple[Rgb, float]:
    """A copy at ``scale``, never enlarged; returns the picture and the scale that was used."""
    scale = min(scale, 1.0)
    if scale == 1.0:
        return image.copy(), 1.0
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _corners(box: Sequence[float] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    x0, y0, x1, y1 = (float(value) for value in box)
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


def _polygon(
    canvas: Rgb, points: np.ndarray[Any, Any], colour: tuple[int, int, int], width: int
) -> None:
    """Draw a closed anti-aliased line; coordinates in pixels, to a sixteenth."""
    fixed = np.round(points * 16).astype(np.int32)
    cv2.polylines(canvas, [fixed], isClosed=True, color=colour, thickness=width,
                  lineType=cv2.LINE_AA, shift=4)  # fmt: skip
