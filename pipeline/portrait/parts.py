"""What the parts of the aligned face show: what hides it, where glasses and coverings are.

The labels come from a network; what they mean for the components of ISO/IEC 29794-5 is decided
here. OFIQ asks an occlusion network instead, of which it says only: visible or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.portraits.parts_net import REGION, SIDE, Part, parts_net
from pipeline.evidence import Rgb
from pipeline.portrait.component import NotAssessed
from pipeline.portrait.geometry import (
    ALIGNED_SIDE,
    LEFT_CORNERS,
    LEFT_LIDS,
    NOSE_TIP,
    OUTER_LIPS,
    RIGHT_CORNERS,
    RIGHT_LIDS,
    FaceGeometry,
    Floats,
    Mask,
)

_HIDING = (Part.COVERING, Part.MASK_OR_HAND, Part.DARK_LENS)
_GLASSES = (Part.GLASSES, Part.LENS, Part.DARK_LENS)
_RIGHT_EYE = (*RIGHT_CORNERS, *(point for pair in RIGHT_LIDS for point in pair))  # WFLW 60-67
_LEFT_EYE = (*LEFT_CORNERS, *(point for pair in LEFT_LIDS for point in pair))  # WFLW 68-75
_SAMPLES = 4  # pixels across that are averaged into one for the net, if there are more
_EYE_ROOM = 1 / 20  # inter-eye distances that OFIQ's eye boxes reach beyond the lids
_NEAR_THE_EYE = 0.3  # inter-eye distances around the middle of an eye: where lenses are
_CROWN_UP, _CROWN_WIDE, _CROWN_TALL = 1.25, 0.8, 0.5  # the same, an ellipse on the crown
_BAND_UP, _BAND_DOWN, _BAND_WIDE = 0.35, 0.4, 0.95  # the same, from between the eyes
# OFIQ's parsing network sees this part at this size; coverings count from the eyes upwards
_PARSED, _PARSED_SIDE, _UPPER_ROWS = (slice(0, 556), slice(30, 586)), 400, 196


@dataclass(frozen=True)
class FaceParts:
    """``labels`` 616 x 616 uint8 of ``Part`` in the aligned picture, whose face is ``face``.

    ``scores`` Part x SIDE x SIDE are the network's own, before each pixel took its likeliest part.
    """

    labels: NDArray[np.uint8]
    face: FaceGeometry
    scores: NDArray[np.float32]

    @cached_property
    def hidden(self) -> Mask:
        """616 x 616, uint8: 1 where something is before the face.

        Hair hides what is above the tip of the nose; below, it is a beard and part of the face.
        """
        hair = self.labels == Part.HAIR
        hair[max(0, int(self.face.points[NOSE_TIP, 1])) :] = False
        mask: Mask = (np.isin(self.labels, _HIDING) | hair).astype(np.uint8)
        return mask

    @cached_property
    def eye_boxes(self) -> Mask:
        """616 x 616, uint8: 1 in both eyes' boxes, 1/20 inter-eye distance beyond the lids."""
        mask = np.zeros_like(self.labels)
        room = int(self.face.inter_eye_distance * _EYE_ROOM)
        for eye in (_RIGHT_EYE, _LEFT_EYE):
            x, y, wide, high = cv2.boundingRect(self.face.points[list(eye)].astype(np.int32))
            corner = (x + wide + room, y + high + room)
            cv2.rectangle(mask, (x - room, y - room), corner, (1,), -1)
        return mask

    @cached_property
    def mouth(self) -> Mask:
        """616 x 616, uint8: 1 within the outer edge of the lips."""
        mask = np.zeros_like(self.labels)
        cv2.fillConvexPoly(mask, self.face.points[list(OUTER_LIPS)].astype(np.int32), (1,))
        return mask

    def eyes_hidden(self) -> float:
        """Share of the eye boxes in which something, frames too, is before the eyes."""
        frames = (self.labels == Part.GLASSES).astype(np.uint8)
        return share(self.hidden | frames, self.eye_boxes)

    def mouth_hidden(self) -> float:
        """Share of the lips that something is before."""
        return share(self.hidden, self.mouth)

    def glasses(self) -> float:
        """Mean probability of frames and lenses in the band across both eyes, 0..1.

        The sum over the band says more than its likeliest parts: thin frames are never likeliest.
        """
        left, top, side = REGION
        (x, y), unit = self.face.eye_middle - (left, top), self.face.inter_eye_distance
        ends = np.array([y - _BAND_UP * unit, y + _BAND_DOWN * unit, x - _BAND_WIDE * unit])
        first, last, start = np.clip(np.rint(ends * SIDE / side), 0, SIDE - 1).astype(int).tolist()
        stop = int(np.clip(round((x + _BAND_WIDE * unit) * SIDE / side), 0, SIDE - 1))
        band = self.scores[:, first : last + 1, start : stop + 1]
        odds = np.exp(band - band.max(axis=0))
        return float((odds[list(_GLASSES)].sum(axis=0) / odds.sum(axis=0)).mean())

    def dark_glasses(self) -> float:
        """Share of the surroundings of the eyes that dark lenses take."""
        return share((self.labels == Part.DARK_LENS).astype(np.uint8), self._near_the_eyes)

    def covered(self) -> float:
        """Share of the picture from the eyes upwards that a head covering takes, as OFIQ asks."""
        size = (_PARSED_SIDE, _PARSED_SIDE)
        parsed = cv2.resize(self.labels[_PARSED], size, interpolation=cv2.INTER_NEAREST)
        return float((parsed[:_UPPER_ROWS] == Part.COVERING).mean())

    def crown_covered(self) -> float:
        """Share of the top of the head that a covering takes; what hangs behind does not count."""
        mask = np.zeros_like(self.labels)
        (x, y), unit = self.face.eye_middle, self.face.inter_eye_distance
        place, axes = (int(x), int(y - _CROWN_UP * unit)), (_CROWN_WIDE * unit, _CROWN_TALL * unit)
        cv2.ellipse(mask, place, (int(axes[0]), int(axes[1])), 0, 0, 360, (1,), -1)
        return share((self.labels == Part.COVERING).astype(np.uint8), mask)

    @cached_property
    def _near_the_eyes(self) -> Mask:
        mask = np.zeros_like(self.labels)
        for x, y in self.face.eyes.astype(int).tolist():
            reach = round(self.face.inter_eye_distance * _NEAR_THE_EYE)
            cv2.circle(mask, (x, y), reach, (1,), -1)
        return mask


def share(of: Mask, within: Mask) -> float:
    """Share of the pixels ``within`` that are also ``of``. Raises NotAssessed if there are none."""
    if not within.any():
        raise NotAssessed("the face lies outside the picture")
    return float(of[within > 0].mean())


def face_parts(image: Rgb, to_aligned: Floats, face: FaceGeometry) -> FaceParts:
    """The parts of a portrait H x W x 3; ``face`` lies in the aligned picture.

    Raises NotAssessed where the network's weights cannot be used.
    """
    try:
        scores = parts_net().scores(_laid(image, to_aligned))
    except ModelError as error:
        raise NotAssessed(f"the network of face parts cannot be used: {error.message}") from error
    labels = scores.argmax(axis=0).astype(np.uint8)
    return FaceParts(_enlarged(labels), face, scores)


def _enlarged(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The net's map where it belongs in the aligned picture; background beyond it."""
    left, top, side = REGION
    factor = side / SIDE
    place = np.array([[factor, 0, left + (factor - 1) / 2], [0, factor, top + (factor - 1) / 2]])
    size = (ALIGNED_SIDE, ALIGNED_SIDE)
    return cv2.warpAffine(labels, place, size, flags=cv2.INTER_NEAREST).astype(np.uint8, copy=False)


def _laid(image: Rgb, to_aligned: Floats) -> Rgb:
    """SIDE x SIDE x 3: the face as the net knows it, averaged down from a larger portrait."""
    left, top, side = REGION
    factor = SIDE / side
    place = np.array([[factor, 0, -left * factor], [0, factor, -top * factor], [0, 0, 1]])
    whole = place @ np.vstack([to_aligned, [0, 0, 1]])
    part, corner = _around(image, whole)
    small, growth = _averaged(part, 1 / max(float(np.hypot(whole[0, 0], whole[1, 0])), 1e-3))
    back = growth + np.array([[0, 0, corner[0]], [0, 0, corner[1]], [0, 0, 0]])
    laid = cv2.warpAffine(small, (whole @ back)[:2], (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    return laid.astype(np.uint8, copy=False)


def _averaged(part: Rgb, pixels: float) -> tuple[Rgb, Floats]:
    """``part`` with about ``pixels`` of its pixels in one, and the 3 x 3 matrix back to it."""
    step = max(1, int(pixels) // _SAMPLES)  # a few pixels of many make as good a mean
    thin = part[step // 2 :: step, step // 2 :: step] if step > 1 else part
    fold = max(1, int(pixels / step))
    size = (max(1, thin.shape[1] // fold), max(1, thin.shape[0] // fold))
    small = cv2.resize(thin, size, interpolation=cv2.INTER_AREA) if fold > 1 else thin
    wide, high = thin.shape[1] / small.shape[1], thin.shape[0] / small.shape[0]
    shift = step * (np.array([wide, high]) - 1) / 2 + step // 2
    growth = np.array([[step * wide, 0, shift[0]], [0, step * high, shift[1]], [0, 0, 1]])
    return small.astype(np.uint8, copy=False), growth


def _around(image: Rgb, matrix: Floats) -> tuple[Rgb, tuple[int, int]]:
    """The piece of the portrait that ``matrix`` (3 x 3) lays into the net's square, its corner."""
    ends = np.array([[0, 0, 1], [SIDE, 0, 1], [SIDE, SIDE, 1], [0, SIDE, 1]], np.float64)
    seen = (ends @ np.linalg.inv(matrix).T)[:, :2]
    limit = np.array([image.shape[1], image.shape[0]])
    low = np.clip(np.floor(seen.min(0)) - 2, 0, limit - 1).astype(int)
    high = np.clip(np.ceil(seen.max(0)) + 3, low + 1, limit).astype(int)
    return image[low[1] : high[1], low[0] : high[0]], (int(low[0]), int(low[1]))
