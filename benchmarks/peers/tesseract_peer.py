"""tesseract (eng) through pytesseract, on zones found by a classical localiser.

Blackhat, horizontal gradient, closing, the widest flat contour: the usual recipe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytesseract
from _zone_text import zone_lines

_WIDTH = 800  # px of the picture in which zones are looked for
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_CONFIG = f"--psm 6 -c tessedit_char_whitelist={_SIGNS} -c load_system_dawg=F"


def answer(path: Path) -> dict[str, Any]:
    """The lines of the first region whose text can be a zone."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        return {"lines": [], "valid": False}
    for zone in _zones(picture)[:3]:
        lines = zone_lines(pytesseract.image_to_string(zone, config=_CONFIG).splitlines())
        if lines:
            return {"lines": lines, "valid": False}
    return {"lines": [], "valid": False}


def _zones(picture: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    """Upright crops of what may be a zone, the widest first."""
    scale = _WIDTH / picture.shape[1]
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((7, 25), np.uint8))
    edges = np.abs(cv2.Sobel(dark, cv2.CV_32F, 1, 0, ksize=3))
    edges = cv2.normalize(edges, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    closed = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((9, 31), np.uint8))
    mask = cv2.threshold(closed, 0, 255, cv2.THRESH_OTSU)[1]
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((27, 27), np.uint8))
    mask = cv2.erode(mask, None, iterations=3)
    outlines = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    boxes = [cv2.boundingRect(outline) for outline in outlines]
    flat = [box for box in boxes if box[2] > 3 * box[3] and box[2] > 0.35 * _WIDTH]
    return [
        _crop(picture, [v / scale for v in box]) for box in sorted(flat, key=lambda box: -box[2])
    ]


def _crop(picture: np.ndarray[Any, Any], box: list[float]) -> np.ndarray[Any, Any]:
    x, y, width, height = box
    grow = 0.25 * height
    top, bottom = max(0, round(y - grow)), round(y + height + grow)
    return picture[top:bottom, max(0, round(x - grow)) : round(x + width + grow)]
