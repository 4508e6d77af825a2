"""Colour: is the portrait in colour (ICAO Doc 9303-3: colour-neutral, natural skin tones)."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Median CIE chroma of the face; skin of every tone has more than 8, a grey picture none."""
    pixels = view.aligned[view.face_mask > 0]
    if not len(pixels):
        raise NotAssessed("the face lies outside the picture")
    lab = cv2.cvtColor(pixels.astype(np.float32)[None] / 255, cv2.COLOR_RGB2LAB)[0]
    return float(np.median(np.hypot(lab[:, 1], lab[:, 2])))


_GREY = Remark(
    message=Words(id="Foto tidak berwarna", en="The picture has no colour"),
    advice=Words(
        id="Setel kamera ke warna dan ambil foto lagi",
        en="Set the camera to colour and take the picture again",
    ),
)
MEASURE = Measure(
    name="Colour",
    label=Words(id="Foto berwarna", en="Picture in colour"),
    raw=_raw,
    scalar=None,
    low=_GREY,
    high=_GREY,
)
