"""Best shot: the frame of a burst that is sharp, well exposed, and best by a caller's own score.

Sharpness is the gradient's energy after denoising over the squared mean (Tenengrad; Pertuz et al.,
Analysis of focus measure operators, 2013), so neither noise nor brightness passes for detail.
Exposure is judged against the burst itself: a dark face is no fault, a dark frame among bright ones
is a camera that had not settled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rgb = NDArray[np.uint8]
    Box = tuple[float, float, float, float]

_WORKING_SIDE = 640  # px: half of a 720p frame tells focus as well as the whole
_DENOISING = 1.0  # px, standard deviation
_CLIPPED = 250  # level from which a pixel counts as burnt out
_MORE_CLIPPED = 0.05  # of the region, beyond what the burst mostly has: a wall may be white
_MOST_DEVIATION = 0.2  # of the burst's median brightness
_AS_SHARP = 0.85  # of the sharpest: nobody sees a difference


@dataclass(frozen=True, slots=True)
class Shot:
    """The chosen frame: its place in the burst, and why it was chosen."""

    index: int
    sharpness: float
    exposed: bool  # False: no frame of the burst was exposed well
    score: float | None  # the caller's


@dataclass(frozen=True, slots=True)
class _Frame:
    index: int
    sharpness: float
    brightness: float
    clipped: float


def best_shot(
    frames: Sequence[Rgb],
    score: Callable[[int], float | None] | None = None,
    regions: Sequence[Box] | None = None,
) -> Shot:
    """The best of ``frames`` (each H x W x 3, uint8, RGB).

    ``score`` says of the frame at an index how good it is otherwise (higher is better), or None
    for one that must not be taken while there is another. ``regions`` are what counts in each
    frame: x0 y0 x1 y1 in pixels, such as the face. Raises ValueError for an empty burst.
    """
    if not frames:
        raise ValueError("a burst has at least one frame")
    boxes: Sequence[Box | None] = regions if regions is not None else [None] * len(frames)
    seen = [_measured(i, frame, boxes[i]) for i, frame in enumerate(frames)]
    exposed = _exposed(seen)
    if score is None:
        best = max(exposed or seen, key=lambda frame: frame.sharpness)
        return Shot(best.index, best.sharpness, bool(exposed), None)
    return _by_score(exposed or seen, score, exposed=bool(exposed))


def _by_score(
    frames: Sequence[_Frame], score: Callable[[int], float | None], *, exposed: bool
) -> Shot:
    """The best scored of the frames that are about as sharp as the sharpest usable one."""
    scores = {frame.index: score(frame.index) for frame in frames}
    usable = [frame for frame in frames if scores[frame.index] is not None] or list(frames)
    least = _AS_SHARP * max(frame.sharpness for frame in usable)
    sharp = [frame for frame in usable if frame.sharpness >= least]

    def goodness(frame: _Frame) -> tuple[float, float]:
        value = scores[frame.index]
        return (float("-inf") if value is None else value, frame.sharpness)

    best = max(sharp, key=goodness)
    return Shot(best.index, best.sharpness, exposed, scores[best.index])


def _exposed(frames: Sequence[_Frame]) -> list[_Frame]:
    """Frames as bright as the burst mostly is, and no more burnt out."""
    brightness = _middle([frame.brightness for frame in frames])
    clipped = _middle([frame.clipped for frame in frames]) + _MORE_CLIPPED
    return [
        frame
        for frame in frames
        if abs(frame.brightness - brightness) <= _MOST_DEVIATION * brightness
        and frame.clipped <= clipped
    ]


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _measured(index: int, frame: Rgb, box: Box | None) -> _Frame:
    import cv2
    import numpy as np

    part: NDArray[Any] = _part(frame, box)
    scale = _WORKING_SIDE / max(part.shape[:2])
    if scale < 1:
        part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), _DENOISING)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    energy = float((across * across + down * down).mean())
    brightness = float(grey.mean())
    clipped = float((grey >= _CLIPPED).mean())
    return _Frame(index, energy / max(brightness, 1.0) ** 2, brightness, clipped)


def _part(frame: Rgb, box: Box | None) -> Rgb:
    """The box of the frame, or the whole frame where the box lies outside."""
    if box is None:
        return frame
    left, top, right, bottom = (max(0, round(side)) for side in box)
    part: Rgb = frame[top:bottom, left:right]
    return part if part.size else frame
