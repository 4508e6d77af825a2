"""What the measures look at: one portrait, its face, and pictures derived from them on demand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from models.portraits.selfie_segmentation import SelfieSegmentation
from pipeline.evidence import Rgb
from pipeline.portrait.component import NotAssessed
from pipeline.portrait.geometry import ALIGNED_SIDE, FaceGeometry, Floats, Mask
from pipeline.portrait.locate import LocatedFace
from pipeline.portrait.parts import FaceParts, face_parts
from pipeline.portrait.pose import HeadPose, head_pose
from pipeline.portrait.warp import beyond, warped

_BACKGROUND_SIZE = (354, 292)  # px: OFIQ's part of the aligned picture in which it judges
_BACKGROUND_PART = (slice(0, 406), slice(62, 554))
# The rows and columns of the aligned picture that enlarging without smoothing takes of that part
_BACKGROUND_GRID = (
    np.arange(_BACKGROUND_SIZE[1]) * 406 // _BACKGROUND_SIZE[1],
    np.arange(_BACKGROUND_SIZE[0]) * 492 // _BACKGROUND_SIZE[0] + 62,
)
_WHOLE = (slice(0, ALIGNED_SIDE), slice(0, ALIGNED_SIDE))
_CENTRE = (slice(184, 432), slice(184, 432))
_SEGMENTED_SIDE = 256  # px: the segmentation network's own


@dataclass(frozen=True)
class Background:
    """Rgb (H, W, 3) and mask (H, W), 1 where there is background and nothing of a person."""

    image: Rgb
    mask: Mask

    @cached_property
    def pixels(self) -> Rgb:
        """The background's pixels, (N, 3)."""
        pixels: Rgb = self.image[self.mask > 0]
        return pixels


@dataclass(frozen=True)
class PortraitView:
    """``image`` H x W x 3, uint8, RGB; everything else follows from it and the face."""

    image: Rgb
    face: LocatedFace

    SURELY_BACKGROUND: ClassVar[float] = 0.1  # of ``person``: hair has a soft edge

    @property
    def height(self) -> int:
        return int(self.image.shape[0])

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    @cached_property
    def geometry(self) -> FaceGeometry:
        """The face in the portrait's own pixels."""
        return FaceGeometry(self.face.landmarks.points[:, :2])

    @cached_property
    def pose(self) -> HeadPose:
        return head_pose(self.face.landmarks.points)

    @cached_property
    def to_aligned(self) -> Floats:
        """2 x 3 matrix from the portrait to the aligned picture."""
        return self.geometry.to_aligned()

    @cached_property
    def aligned(self) -> Rgb:
        """616 x 616 x 3: the face upright, eyes 113 pixels apart; black outside the portrait."""
        return warped(self.image, self.to_aligned, _WHOLE)

    @cached_property
    def face_pixels(self) -> Rgb:
        """The aligned picture; beyond ``face_part`` it may be left black."""
        if "aligned" in self.__dict__:
            return self.aligned
        pixels = np.zeros((ALIGNED_SIDE, ALIGNED_SIDE, 3), np.uint8)
        pixels[self.face_part] = warped(self.image, self.to_aligned, self.face_part)
        return pixels

    @cached_property
    def aligned_geometry(self) -> FaceGeometry:
        """The face in the aligned picture, on whole pixels."""
        return self.geometry.moved(self.to_aligned).whole()

    @cached_property
    def face_mask(self) -> Mask:
        """616 x 616, uint8: 1 on the face between brows and chin, within the portrait."""
        mask = self.aligned_geometry.face_mask(ALIGNED_SIDE, ALIGNED_SIDE)
        return mask & self._covered

    @cached_property
    def centre(self) -> Rgb:
        """248 x 248 x 3: the middle of the aligned picture, from the brows to below the mouth."""
        if "aligned" in self.__dict__:
            return np.ascontiguousarray(self.aligned[_CENTRE])
        return warped(self.image, self.to_aligned, _CENTRE)

    @cached_property
    def face_part(self) -> tuple[slice, slice]:
        """Rows and columns of the aligned picture that hold ``face_mask``. Raises NotAssessed."""
        left, top, width, height = cv2.boundingRect(self.face_mask)
        if not width:
            raise NotAssessed("the face lies outside the picture")
        return slice(top, top + height), slice(left, left + width)

    @cached_property
    def luminance(self) -> NDArray[np.uint8]:
        """616 x 616, uint8: linear luminance of ``face_part``, 255 is white; 0 elsewhere."""
        levels = np.zeros((ALIGNED_SIDE, ALIGNED_SIDE), np.uint8)
        levels[self.face_part] = luminance(self.face_pixels[self.face_part])
        return levels

    @cached_property
    def histogram(self) -> Floats:
        """(256,) shares of the face's luminance levels; they sum to 1. Raises NotAssessed."""
        face = self.face_mask[self.face_part] > 0
        counts = np.bincount(self.luminance[self.face_part][face], minlength=256)
        shares: Floats = counts / counts.sum()
        return shares

    @cached_property
    def cheeks(self) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Rows and columns of a square below the right and the left eye, in the aligned picture.

        Sides of 0.3 inter-eye distances, half the way to the mouth (ISO/IEC 29794-5).
        """
        face = self.aligned_geometry
        side = int(face.inter_eye_distance * 0.3)
        (right_x, right_y), (left_x, left_y) = face.eyes.astype(int).tolist()
        down = int(face.eye_to_mouth / 2)
        return (
            (slice(right_y + down, right_y + down + side), slice(right_x, right_x + side)),
            (slice(left_y + down, left_y + down + side), slice(left_x - side, left_x)),
        )

    @cached_property
    def background(self) -> Background:
        """The surroundings of the head, 354 x 292 pixels of the aligned picture."""
        busy = (self.person[_BACKGROUND_PART] >= self.SURELY_BACKGROUND).astype(np.uint8)
        small = cv2.resize(busy, _BACKGROUND_SIZE, interpolation=cv2.INTER_NEAREST)
        beyond_edge = beyond((self.height, self.width), self.to_aligned, *_BACKGROUND_GRID)
        free = ((small == 0) & ~beyond_edge).astype(np.uint8)
        picture = cv2.resize(self.aligned[_BACKGROUND_PART], _BACKGROUND_SIZE)
        eroded = cv2.erode(free, np.ones((4, 4), np.uint8))
        return Background(picture.astype(np.uint8, copy=False), eroded.astype(np.uint8, copy=False))

    @cached_property
    def parts(self) -> FaceParts:
        """What the aligned face shows. Raises NotAssessed without the network's weights."""
        return face_parts(self.image, self.to_aligned, self.aligned_geometry)

    @cached_property
    def person(self) -> NDArray[np.float32]:
        """616 x 616: 0 background to 1 person, of the aligned picture; 1 outside the portrait."""
        # Every n-th pixel first: averaging 12 million for a network of 256 x 256 takes 30 ms.
        step = max(1, max(self.height, self.width) // (2 * _SEGMENTED_SIDE))
        part = np.ascontiguousarray(self.image[::step, ::step])
        square = (_SEGMENTED_SIDE, _SEGMENTED_SIDE)
        small = cv2.resize(part, square, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        matrix = np.vstack([self.to_aligned, [0, 0, 1]]) @ _growth(small, part, step)
        person, size = _segmentation().person(small), (ALIGNED_SIDE, ALIGNED_SIDE)
        mask = cv2.warpAffine(person, matrix[:2], size, borderValue=(1.0,))
        return mask.astype(np.float32, copy=False)

    @cached_property
    def _covered(self) -> Mask:
        """616 x 616, uint8: 1 where the aligned picture shows the portrait and not black."""
        right, bottom = self.width - 1, self.height - 1
        corners = np.array([(0, 0), (right, 0), (right, bottom), (0, bottom)], np.float64)
        seen = corners @ self.to_aligned[:, :2].T + self.to_aligned[:, 2]
        mask = np.zeros((ALIGNED_SIDE, ALIGNED_SIDE), np.uint8)
        cv2.fillConvexPoly(mask, np.rint(seen).astype(np.int32), (1,))
        return mask


@lru_cache(maxsize=1)
def _segmentation() -> SelfieSegmentation:
    return SelfieSegmentation()


def linear_of_srgb(value: Floats) -> Floats:
    """Light of an sRGB value, both 0..1 (IEC 61966-2-1)."""
    bent: Floats = ((value + 0.055) / 1.055) ** 2.4
    straight: Floats = value / 12.92
    return np.where(value > 0.04045, bent, straight)


def _luminance_table() -> NDArray[np.float32]:
    levels = linear_of_srgb(np.arange(256) / 255.0)
    shares = np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709
    table: NDArray[np.float32] = (levels[:, None] * shares * 255).astype(np.float32)
    return table[:, None, :]


_LUMINANCE = _luminance_table()


def luminance(image: Rgb) -> NDArray[np.uint8]:
    """H x W, uint8: 255 times the linear luminance of sRGB pixels, rounded."""
    parts = cv2.LUT(image, _LUMINANCE)
    total = cv2.transform(parts, np.ones((1, 3), np.float32))
    return (total + np.float32(0.5)).astype(np.uint8).reshape(image.shape[:2])


def _growth(small: Rgb, part: Rgb, step: int) -> Floats:
    """3 x 3 matrix from the pixels of ``small`` to those of the picture, centre to centre.

    ``part`` is every ``step``-th pixel of the picture, ``small`` the same resized.
    """
    x, y = part.shape[1] / small.shape[1], part.shape[0] / small.shape[0]
    shift = [(x - 1) / 2 * step, (y - 1) / 2 * step]
    return np.array([[x * step, 0, shift[0]], [0, y * step, shift[1]], [0, 0, 1]])
