"""Zones to a grid of character probabilities: fixed pitch, all lines on one grid, several looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.text._reader import FrameScores, StripReader
from pipeline.documents.mrz.locate import Zone
from pipeline.documents.mrz.strips import HEIGHT, Frame, Strip, cut

ROUGH = 1.47
"""Height of the first strip over the height of the located line."""
LOOKS = (2.05, 1.8, 1.6)
"""Heights of the final strips over the pitch; a capital of OCR-B is 0.96 of the pitch."""
REACH = 0.3
"""Frames this far from a cell's middle (in pitches) speak for the cell."""
FEWEST, MOST = 20, 52
"""Columns that a zone may have before its format is known."""
MARGIN = 2

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns of one line in picture pixels along its frame: middle of column ``k``."""

    start: float
    pitch: float
    bend: float  # pixels a squared column: perspective
    columns: int

    def middle(self, column: NDArray[np.float64] | float) -> NDArray[np.float64]:
        k = np.asarray(column, np.float64)
        return self.start + self.pitch * k + self.bend * k * k


@dataclass(frozen=True, slots=True)
class Cells:
    """What the net says about each cell of a zone.

    ``probabilities``: lines x columns x 38, column 0 of the last axis is "no character here";
    ``seen``: lines x columns, False where the strip did not reach. ``corners``: the zone in
    picture pixels, upper left, upper right, lower right, lower left as read.
    """

    probabilities: Probabilities
    seen: NDArray[np.bool_]
    frames: tuple[Frame, ...]
    grids: tuple[Grid, ...]

    def corners(self, first: int, last: int) -> tuple[tuple[float, float], ...]:
        """The rectangle around columns ``first`` to ``last`` (exclusive) of all lines."""
        top, bottom = self.frames[0], self.frames[-1]
        reach = 0.62 * self.grids[0].pitch
        above, below = self.grids[0], self.grids[-1]
        return (
            top.point(float(above.middle(first - 0.5)), -reach),
            top.point(float(above.middle(last - 0.5)), -reach),
            bottom.point(float(below.middle(last - 0.5)), reach),
            bottom.point(float(below.middle(first - 0.5)), reach),
        )


def rough_frames(zone: Zone) -> tuple[Frame, ...]:
    """Frames of the located lines; all reach as far as the longest, fillers may be faint."""
    cosine, sine = np.cos(zone.angle), np.sin(zone.angle)
    height = float(np.median([line.height for line in zone.lines]))
    longest = max(line.length for line in zone.lines)
    places = [line.x * cosine + line.y * sine for line in zone.lines]
    sides = [
        (p - line.length / 2, p + line.length / 2)
        for p, line in zip(places, zone.lines, strict=True)
    ]
    low, high = min(s[0] for s in sides) - height / 2, max(s[1] for s in sides) + height / 2
    frames = []
    for place, line in zip(places, zone.lines, strict=True):
        angle = line.angle if line.length > 0.8 * longest else zone.angle
        back = low - place
        x, y = line.x + back * np.cos(angle), line.y + back * np.sin(angle)
        frames.append(Frame(float(x), float(y), float(angle), high - low, ROUGH * height))
    return tuple(frames)


def recognise(
    image: NDArray[np.uint8], zones: Sequence[Zone], reader: StripReader
) -> list[Cells | None]:
    """Cells of each zone; None where the net sees no line of fixed pitch."""
    frames = [rough_frames(zone) for zone in zones]
    answers = iter(_read(image, [frame for group in frames for frame in group], reader))
    results: list[Cells | None] = []
    for group in frames:
        scores = [next(answers) for _ in group]
        grids = [fit_grid(s, f) for s, f in zip(scores, group, strict=True)]
        if any(grid is None for grid in grids):
            results.append(None)
            continue
        results.append(_closer(image, group, [grid for grid in grids if grid], reader))
    return results


def _read(
    image: NDArray[np.uint8], frames: Sequence[Frame], reader: StripReader
) -> list[FrameScores]:
    strips: list[Strip] = [cut(image, frame) for frame in frames]
    return reader.read(strips)


def fit_grid(scores: FrameScores, frame: Frame) -> Grid | None:
    """The fixed pitch that explains where the net sees characters; None if there is none."""
    middles = _peaks(scores)
    if len(middles) < FEWEST * 0.6:
        return None
    pitch = float(np.median(np.diff(middles)))
    for _ in range(3):
        steps = np.maximum(1, np.round(np.diff(middles) / pitch))
        columns = np.concatenate([[0.0], np.cumsum(steps)])
        slope, start = np.polyfit(columns, middles, 1)
        pitch = float(slope)
    if pitch < 4 or not FEWEST * 0.6 <= columns[-1] + 1 <= MOST:
        return None
    bend = 0.0
    if len(middles) >= 24:
        bend, slope, start = np.polyfit(columns, middles, 2)
        pitch = float(slope)
    scale = frame.scale
    return Grid(
        (float(start) + 0.5) / scale, pitch / scale, float(bend) / scale, int(columns[-1]) + 1
    )


def _peaks(scores: FrameScores) -> NDArray[np.float64]:
    """Middles (strip pixels) of the runs of frames in which one character is the likeliest."""
    best = scores.log_probabilities.argmax(axis=1)
    edges = np.flatnonzero(np.diff(best)) + 1
    starts = np.concatenate([[0], edges])
    ends = np.concatenate([edges, [len(best)]])
    runs = best[starts] > 0
    middles = (starts[runs] + ends[runs] - 1) / 2
    return np.asarray(middles * scores.stride + scores.centre, np.float64)


def _closer(
    image: NDArray[np.uint8], frames: Sequence[Frame], grids: Sequence[Grid], reader: StripReader
) -> Cells | None:
    """The zone read again, in strips made for its pitch, on one grid for all lines."""
    pitch = float(np.median([grid.pitch for grid in grids]))
    first = min(float(grid.middle(0)) for grid in grids)
    last = max(float(grid.middle(grid.columns - 1)) for grid in grids)
    columns = round((last - first) / pitch) + 1
    if columns > MOST:
        return None
    normal = [_normal(image, f, pitch, first, last) for f in frames]
    looks = [[replace(frame, across=height * pitch) for frame in normal] for height in LOOKS]
    answers = iter(_read(image, [frame for look in looks for frame in look], reader))
    scores = [[next(answers) for _ in look] for look in looks]
    shared = _shared_grids(scores[1], looks[1], pitch)
    if shared is None:
        return None
    total = max(grid.columns for grid in shared)
    cells = [
        _cells(s, f, grid, total)
        for look, answer in zip(looks, scores, strict=True)
        for s, f, grid in zip(answer, look, shared, strict=True)
    ]
    shape = (len(LOOKS), len(frames), total)
    probabilities = np.stack([c[0] for c in cells]).reshape(*shape, -1).mean(axis=0)
    seen: NDArray[np.bool_] = np.logical_and.reduce(
        np.stack([c[1] for c in cells]).reshape(shape), axis=0
    )
    return Cells(probabilities, seen, tuple(normal), shared)


def _normal(
    image: NDArray[np.uint8], frame: Frame, pitch: float, first: float, last: float
) -> Frame:
    """The frame that starts ``MARGIN`` and a half columns before the print, on its middle line."""
    away = _off_middle(cut(image, frame)) * frame.across / HEIGHT
    before = (MARGIN + 0.5) * pitch
    x, y = frame.point(first - before, away)
    return Frame(x, y, frame.angle, last - first + 2 * before, 1.8 * pitch)


def _off_middle(strip: Strip) -> float:
    """Rows between the strip's middle and the middle of its strokes."""
    edges = np.abs(np.diff(strip.astype(np.int16), axis=1)).mean(axis=1)
    weight = np.clip(edges - (edges.min() + edges.max()) / 2, 0, None)
    if weight.sum() == 0:
        return 0.0
    return float((weight * (np.arange(HEIGHT) - (HEIGHT - 1) / 2)).sum() / weight.sum())


def _shared_grids(
    scores: Sequence[FrameScores], frames: Sequence[Frame], pitch: float
) -> tuple[Grid, ...] | None:
    """Each line's grid, numbered so that one column stands below another.

    ``MARGIN`` columns are added on both sides, for print that the net missed.
    """
    fitted = [fit_grid(s, f) for s, f in zip(scores, frames, strict=True)]
    grids = [grid for grid in fitted if grid]
    if len(grids) < len(frames):
        return None
    first = min(grid.start for grid in grids)
    shifts = [round((grid.start - first) / pitch) + MARGIN for grid in grids]
    total = max(s + grid.columns for s, grid in zip(shifts, grids, strict=True)) + MARGIN
    return tuple(_moved(grid, s, total) for s, grid in zip(shifts, grids, strict=True))


def _moved(grid: Grid, shift: int, total: int) -> Grid:
    """The same places with ``shift`` more columns before them."""
    start = float(grid.middle(-shift))
    return Grid(start, grid.pitch - 2 * grid.bend * shift, grid.bend, total)


def _cells(
    scores: FrameScores, frame: Frame, grid: Grid, total: int
) -> tuple[Probabilities, NDArray[np.bool_]]:
    """Columns x 38 probabilities, and which columns the strip reaches."""
    places = (np.arange(len(scores.log_probabilities)) * scores.stride + scores.centre) + 0.5
    middles = grid.middle(np.arange(total, dtype=np.float64)) * frame.scale
    away = np.abs(places[None] - middles[:, None]) / (grid.pitch * frame.scale)
    frames = np.exp(scores.log_probabilities.astype(np.float64))
    nearest = away.argmin(axis=1)
    near = away <= REACH
    near[np.arange(total), nearest] = True
    result = np.empty((total, frames.shape[1]))
    for column in range(total):
        spoken = frames[near[column]]
        result[column] = spoken.max(axis=0)
        result[column, 0] = spoken[:, 0].min()
    seen = away.min(axis=1) <= 0.5
    return result / result.sum(axis=1, keepdims=True), seen
