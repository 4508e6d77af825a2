"""ClothesContrast: do the clothes differ from the background (Indonesian offices: none in white).

Clothes in the background's colour make shoulders and neck vanish in print. Looked at are the
shoulders: below the chin, beside the neck, where the picture shows surely a person.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.findings import Words
from pipeline.portrait.geometry import CHIN, Floats
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.passport._background import background_lab
from pipeline.portrait.view import PortraitView

# In distances from the eyes to the chin, from the chin downwards and from the middle sideways
_BELOW, _BESIDE = 0.35, 0.5
_SURE = 0.8  # of the person's mask
_ENOUGH = 400  # of 379,456 pixels


def _raw(view: PortraitView) -> float:
    """CIE 1976 colour difference between the clothes and the background, medians."""
    clothes, wall = np.median(_clothes_lab(view), 0), np.median(background_lab(view), 0)
    return float(np.linalg.norm(clothes - wall))


def _clothes_lab(view: PortraitView) -> Floats:
    """(N, 3) L*, a*, b* of the shoulders. Raises NotAssessed where none are seen."""
    face = view.aligned_geometry
    reach, (middle, down) = face.eye_to_chin, face.points[CHIN]
    first = max(0, int(np.floor(down + _BELOW * reach)) + 1)
    beside = np.abs(np.arange(view.aligned.shape[1]) - middle) > _BESIDE * reach
    picture, person = view.aligned[first:, beside], view.person[first:, beside]
    pixels = picture[(person > _SURE) & picture.any(2)]
    if len(pixels) < _ENOUGH:
        raise NotAssessed("no clothes are visible below the chin")
    scaled = pixels.astype(np.float32)[None] / 255
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB)[0], np.float64)


_ALIKE = Remark(
    message=Words(
        id="Pakaian hampir sewarna dengan latar belakang",
        en="The clothes are nearly of the background's colour",
    ),
    advice=Words(
        id="Kenakan pakaian berwarna, bukan putih, sebaiknya berkerah",
        en="Wear coloured clothes, not white ones, with a collar if possible",
    ),
)
MEASURE = Measure(
    name="ClothesContrast",
    label=Words(id="Pakaian terhadap latar", en="Clothes against the background"),
    raw=_raw,
    scalar=None,
    low=_ALIKE,
    high=_ALIKE,
)
