"""Where the crown of the head is: the mesh ends at the forehead, hair and scarves hide the skull.

From the edge of the person in the aligned picture, upwards from between the eyes, less the
thickness of what lies on the skull. Where the edge is not seen the crown is taken as far above the
eyes as the chin is below. On 26 good pictures of 12 rendered people the height of the head from
chin to crown is then right within 2.6 % (standard deviation; by twice the way from eyes to chin
4.6 %).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.faces.chips import apply, invert
from pipeline.portrait.geometry import CHIN, Floats
from pipeline.portrait.view import PortraitView

# In distances from the eyes to the chin, T of ISO/IEC 29794-5
_COVER = 0.13  # hair on the crown: own measurement on rendered people, 0.06 to 0.19
_LEAST, _MOST = 0.8, 1.25  # a crown outside was not seen: a wall in the person's colour, a hand
_STRIP = 0.25  # to both sides of the middle
_SURE = 0.5  # of the person's mask


def crown_height(view: PortraitView) -> float:
    """From the eyes up to the crown, in distances from the eyes down to the chin."""
    face = view.aligned_geometry
    seen = (face.eye_middle[1] - _top(view)) / max(face.eye_to_chin, 1.0) - _COVER
    return float(seen) if _LEAST <= seen <= _MOST else 1.0


def top_of_head(view: PortraitView) -> float:
    """How far below the picture's upper edge hair or scarf end, in its pixels; 0 is cut off."""
    middle = view.aligned_geometry.eye_middle[0]
    top = apply(invert(view.to_aligned), np.array([[middle, _top(view)]]))[0]
    return max(float(top[1]), 0.0)


def _top(view: PortraitView) -> int:
    """The aligned picture's row in which the person ends above the eyes."""
    face = view.aligned_geometry
    middle, eyes = face.eye_middle
    left, right = (round(middle + side * _STRIP * face.eye_to_chin) for side in (-1, 1))
    return _top_row(view.person[: max(round(eyes), 1), max(left, 0) : max(right, 1)])


def head_ends(view: PortraitView) -> tuple[Floats, Floats]:
    """Crown and chin in the portrait's own pixels, each (2,) x, y, on the line of the face."""
    eyes = view.face.eyes  # to a fraction of a pixel, which the standard's geometry rounds away
    middle = eyes.mean(0)
    chin = view.face.landmarks.points[CHIN, :2]
    down = _upright(eyes) * float(np.hypot(*(chin - middle)))
    return middle - down * crown_height(view), middle + down


def _upright(eyes: Floats) -> Floats:
    """The direction, of length 1, in which the chin lies below the eyes."""
    across = eyes[1] - eyes[0]
    length = max(float(np.hypot(*across)), 1e-9)
    return np.array([-across[1], across[0]]) / length


def _top_row(strip: NDArray[np.float32]) -> int:
    """The last row upwards from the eyes that is mostly person; beyond the picture all are."""
    free = np.flatnonzero((strip > _SURE).mean(1) <= _SURE) if strip.size else np.zeros(0, int)
    return int(free[-1]) + 1 if len(free) else 0
