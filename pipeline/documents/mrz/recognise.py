"""Zones to a grid of character probabilities: fixed pitch, all lines on one grid, several looks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.text._reader import FrameScores, StripReader
from pipeline.documents.mrz.grid import MOST_COLUMNS, Grid, cell_probabilities, fit_grid
from pipeline.documents.mrz.locate import Zone
from pipeline.documents.mrz.strips import HEIGHT, Frame, Strip, cut

ROUGH = 1.47
"""Height of the first strip over the height of the located line."""
FIRST_LOOK = 1.8
FURTHER_LOOKS = (2.05, 1.6)
"""Heights of the final strips over the pitch; a capital of OCR-B is 0.96 of the pitch."""
PARTS = 3
STEEPEST = 0.05
MARGIN = 2
"""Columns added before and after the print that the net saw, for print that it missed."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A zone whose lines stand on one grid, with what the first look at them gave."""

    frames: tuple[Frame, ...]
    grids: tuple[Grid, ...]
    pitch: float
    scores: tuple[FrameScores, ...]

    def corners(self, offsets: Sequence[int], columns: int) -> tuple[tuple[float, float], ...]:
        """Around ``columns`` columns from each line's offset: upper left, upper right, lower ..."""
        top, bottom = self.frames[0], self.frames[-1]
        above, below = self.grids[0], self.grids[-1]
        reach = 0.62 * self.pitch
        return (
            top.point(float(above.middle(offsets[0] - 0.5)), -reach),
            top.point(float(above.middle(offsets[0] + columns - 0.5)), -reach),
            bottom.point(float(below.middle(offsets[-1] + columns - 0.5)), reach),
            bottom.point(float(below.middle(offsets[-1] - 0.5)), reach),
        )


@dataclass(frozen=True, slots=True)
class Cells:
    """What the net says about each cell of a zone.

    ``probabilities``: lines x columns x 38, column 0 of the last axis is "no character here";
    ``seen``: lines x columns, False where no strip reached.
    """

    probabilities: NDArray[np.float64]
    seen: NDArray[np.bool_]


class Recogniser:
    """Reads the zones of one picture; a line that several zones share is read once."""

    def __init__(self, image: NDArray[np.uint8], reader: StripReader) -> None:
        self._image, self._reader = image, reader
        self._known: dict[tuple[int, ...], tuple[Frame, Grid | None]] = {}

    def place(self, zone: Zone) -> Placed | None:
        """The zone's lines on one grid; None where the net sees no lines of fixed pitch.

        The first line that does not read ends it, so that plain text costs one line a zone.
        """
        rough: list[tuple[Frame, Grid]] = []
        for frame in rough_frames(zone):
            read, grid = self._roughly(frame)
            if grid is None:
                return None
            rough.append((read, grid))
        pitch = float(np.median([grid.pitch for _, grid in rough]))
        frames = [replace(frame, across=FIRST_LOOK * pitch) for frame in self._normal(rough, pitch)]
        if frames[0].along > (MOST_COLUMNS + 2 * MARGIN + 1) * pitch:
            return None
        scores = self._read(frames)
        grids = _shared([fit_grid(s, f) for s, f in zip(scores, frames, strict=True)], pitch)
        return Placed(tuple(frames), grids, pitch, tuple(scores)) if grids else None

    def cells(self, placed: Placed, *, further: bool) -> Cells:
        """The first look at the cells, or its mean with further looks at other heights."""
        frames, scores = list(placed.frames), list(placed.scores)
        if further:
            more = [replace(f, across=h * placed.pitch) for h in FURTHER_LOOKS for f in frames]
            frames, scores = frames + more, scores + self._read(more)
        grids = placed.grids * (len(frames) // len(placed.grids))
        looks = [cell_probabilities(*one) for one in zip(scores, frames, grids, strict=True)]
        shape = (-1, len(placed.grids), placed.grids[0].columns)
        seen: NDArray[np.bool_] = np.logical_and.reduce(
            np.stack([look[1] for look in looks]).reshape(shape), axis=0
        )
        return Cells(np.stack([look[0] for look in looks]).reshape(*shape, 38).mean(axis=0), seen)

    def _read(self, frames: Sequence[Frame]) -> list[FrameScores]:
        strips: list[Strip] = [cut(self._image, frame) for frame in frames]
        return self._reader.read(strips)

    def _roughly(self, frame: Frame) -> tuple[Frame, Grid | None]:
        """The grid of the line in ``frame``, or of a nearly equal frame that was read before."""
        unit = frame.across / 4
        sizes = (*frame.point(frame.along / 2), frame.along / 2, frame.across)
        steps = 20 * float(np.cos(frame.angle)), 20 * float(np.sin(frame.angle))
        key = (*(round(size / unit) for size in sizes), *map(round, steps))
        if key not in self._known:
            self._known[key] = (frame, fit_grid(self._read([frame])[0], frame))
        return self._known[key]

    def _normal(self, rough: Sequence[tuple[Frame, Grid]], pitch: float) -> list[Frame]:
        """Frames on the middle of the print, from before the first character to after the last."""
        angle = float(np.median([frame.angle for frame, _ in rough]))
        lines = []
        for frame, grid in rough:
            first, last = float(grid.middle(0)), float(grid.middle(grid.columns - 1))
            straight = _straightened(frame, cut(self._image, frame), first, last)
            place = straight.x * np.cos(angle) + straight.y * np.sin(angle)
            lines.append((straight, place, place + straight.along))
        low, high = min(line[1] for line in lines), max(line[2] for line in lines)
        before = (MARGIN + 0.5) * pitch
        frames = []
        for straight, place, _ in lines:
            x, y = straight.point(low - place - before)
            along = high - low + 2 * before
            frames.append(Frame(x, y, straight.angle, along, straight.across))
        return frames


def rough_frames(zone: Zone) -> tuple[Frame, ...]:
    """Frames of the located lines; all reach as far as the longest, fillers may be faint."""
    cosine, sine = np.cos(zone.angle), np.sin(zone.angle)
    height = float(np.median([line.height for line in zone.lines]))
    longest = max(line.length for line in zone.lines)
    places = [line.x * cosine + line.y * sine for line in zone.lines]
    halves = [line.length / 2 for line in zone.lines]
    low = min(p - half for p, half in zip(places, halves, strict=True)) - height / 2
    high = max(p + half for p, half in zip(places, halves, strict=True)) + height / 2
    frames = []
    for place, line in zip(places, zone.lines, strict=True):
        angle = line.angle if line.length > 0.8 * longest else zone.angle
        back = low - place
        x, y = line.x + back * np.cos(angle), line.y + back * np.sin(angle)
        frames.append(Frame(float(x), float(y), float(angle), high - low, ROUGH * height))
    return tuple(frames)


def _straightened(frame: Frame, strip: Strip, first: float, last: float) -> Frame:
    """The frame from ``first`` to ``last`` (picture pixels along it) on the middle of the print.

    The print's course is measured in three parts of the line: a located line is level to a
    degree or two only, and a photographed page is not flat.
    """
    edges = np.linspace(first, last, PARTS + 1)
    columns = np.clip(np.round(edges * frame.scale), 0, frame.width).astype(int)
    middles = (edges[:-1] + edges[1:]) / 2
    rows = [_off_middle(strip[:, a : b + 2]) for a, b in itertools.pairwise(columns)]
    slope, away = np.polyfit(middles - (first + last) / 2, rows, 1) * frame.across / HEIGHT
    slope = float(np.clip(slope, -STEEPEST, STEEPEST))
    x, y = frame.point(first, float(away) - slope * (last - first) / 2)
    length = (last - first) * float(np.hypot(1, slope))
    return Frame(x, y, frame.angle + float(np.arctan(slope)), length, frame.across)


def _off_middle(strip: Strip) -> float:
    """Rows between the strip's middle and the middle of its strokes."""
    if strip.shape[1] < 2:
        return 0.0
    edges = np.abs(np.diff(strip.astype(np.int16), axis=1)).mean(axis=1)
    weight = np.clip(edges - (edges.min() + edges.max()) / 2, 0, None)
    if weight.sum() == 0:
        return 0.0
    return float((weight * (np.arange(HEIGHT) - (HEIGHT - 1) / 2)).sum() / weight.sum())


def _shared(fitted: Sequence[Grid | None], pitch: float) -> tuple[Grid, ...] | None:
    """Each line's grid, numbered so that one column stands below another, with the margins."""
    grids = [grid for grid in fitted if grid]
    if len(grids) < len(fitted):
        return None
    first = min(grid.start for grid in grids)
    shifts = [round((grid.start - first) / pitch) + MARGIN for grid in grids]
    total = max(s + grid.columns for s, grid in zip(shifts, grids, strict=True)) + MARGIN
    return tuple(grid.moved(s, total) for s, grid in zip(shifts, grids, strict=True))
