"""CIE L*a*b* of the background, for the measures that look at its colour."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.portrait.geometry import Floats
from pipeline.portrait.measures._measure import NotAssessed
from pipeline.portrait.view import PortraitView

ENOUGH = 500  # of 103,368 pixels: fewer are the soft edge of hair


def background_lab(view: PortraitView) -> Floats:
    """(N, 3) L* 0..100, a*, b* (D65) of the background. Raises NotAssessed where none is seen."""
    pixels = view.background.pixels
    if len(pixels) < ENOUGH:
        raise NotAssessed("no background is visible around the head")
    scaled = pixels.astype(np.float32)[None] / 255
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[0], np.float64)
