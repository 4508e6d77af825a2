"""Fixed pitch: where along a strip the characters stand, and what is said about each place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.text._reader import FrameScores
from pipeline.documents.mrz import fits
from pipeline.documents.mrz.strips import Frame

FEWEST_COLUMNS, MOST_COLUMNS = 12, 52
"""Characters that a line must show at first; a name of few letters leaves faint fillers."""
FEWEST_STEPS = 7
"""Characters from which a pitch can be told."""
NARROWEST = 4.0  # strip pixels a column
REACH = 0.3
"""Frames this far from a cell's middle (in pitches) speak for the cell."""
BENDABLE = 24  # characters from which perspective can be told from chance
EVEN = 0.2  # pitches that steps may be off, for the columns to be plain
ASTRAY = 0.3  # pitches; a character this far off its column does not bend the grid
AGREEMENT = 0.6
"""Resultant length of the phases (1: all on the grid, 0: anywhere) of a fixed pitch."""
_MESH = np.meshgrid(np.arange(0.94, 1.0601, 0.004), np.arange(-0.006, 0.00601, 0.0004))
_TONES, _BENDS = (axis.ravel() for axis in _MESH)


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns of one line, in picture pixels along its frame."""

    start: float
    pitch: float
    bend: float  # pixels a squared column: perspective
    columns: int

    def middle(self, column: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Where the middle of ``column`` stands."""
        k = np.asarray(column, np.float64)
        return self.start + self.pitch * k + self.bend * k * k

    @property
    def usual(self) -> float:
        """The mean pitch; ``pitch`` itself is that of the first column."""
        return self.pitch + self.bend * (self.columns - 1)

    def moved(self, shift: int, columns: int) -> Grid:
        """The same places with ``shift`` more columns before them, ``columns`` in all."""
        start = float(self.middle(-shift))
        return Grid(start, self.pitch - 2 * self.bend * shift, self.bend, columns)


def fit_grid(scores: FrameScores, frame: Frame) -> Grid | None:
    """The fixed pitch that explains where the net sees characters; None if there is none."""
    middles = _peaks(scores)
    if len(middles) < FEWEST_COLUMNS:
        return None
    pitch = _usual(np.diff(middles))
    if pitch < NARROWEST:
        return None
    columns = _columns(middles, pitch)
    if columns is None or not FEWEST_COLUMNS <= columns[-1] + 1 <= MOST_COLUMNS:
        return None
    bendable = len(middles) >= BENDABLE
    near = np.ones(len(middles), np.bool_)
    for _ in range(2):
        if near.sum() < FEWEST_COLUMNS:
            return None
        bend, slope, start = _fitted(columns[near], middles[near], bendable=bendable)
        near = np.abs(bend * columns**2 + slope * columns + start - middles) <= ASTRAY * pitch
    scale = frame.scale
    return Grid((start + 0.5) / scale, slope / scale, bend / scale, int(columns[-1]) + 1)


def usual_pitch(scores: FrameScores, frame: Frame) -> float | None:
    """Picture pixels from one character to the next, of those that the net sees close together."""
    middles = _peaks(scores)
    if len(middles) < FEWEST_STEPS:
        return None
    pitch = _usual(np.diff(middles))
    return pitch / frame.scale if pitch >= NARROWEST else None


def _fitted(
    columns: NDArray[np.float64], middles: NDArray[np.float64], *, bendable: bool
) -> tuple[float, float, float]:
    """Bend, slope and start of the places over the columns."""
    if bendable:
        return fits.parabola(columns, middles)
    return 0.0, *fits.line(columns, middles, np.ones(len(columns)))


def _usual(steps: NDArray[np.float64]) -> float:
    """The mean of the steps about their median, which itself falls on whole frames only."""
    middle = float(np.median(steps))
    return float(steps[np.abs(steps - middle) <= 0.45 * middle].mean())


def _local(middles: NDArray[np.float64], pitch: float) -> NDArray[np.float64]:
    """The pitch at each step: in perspective it grows or shrinks along the line."""
    steps, places = np.diff(middles), (middles[1:] + middles[:-1]) / 2
    single = np.abs(steps - pitch) <= 0.45 * pitch
    if single.sum() < BENDABLE or np.ptp(places[single]) == 0:
        return np.full(len(steps), pitch)
    slope, start = fits.line(places[single], steps[single], np.ones(int(single.sum())))
    return np.asarray(np.clip(slope * places + start, 0.7 * pitch, 1.4 * pitch), np.float64)


def _columns(middles: NDArray[np.float64], pitch: float) -> NDArray[np.float64] | None:
    """The column of each character, from 0: by steps where these are even, else by the phase."""
    steps = np.diff(middles) / _local(middles, pitch)
    whole = np.maximum(1, np.round(steps))
    if np.abs(steps - whole).max() <= EVEN:
        return np.concatenate([[0.0], np.cumsum(whole)])
    offsets = (middles - middles.mean()) / pitch
    phases = _TONES[:, None] * (offsets + _BENDS[:, None] * offsets * offsets)
    wave = np.exp(2j * np.pi * phases).sum(axis=1)
    best = int(np.abs(wave).argmax())
    if np.abs(wave[best]) < AGREEMENT * len(middles):
        return None
    columns = np.round(phases[best] - np.angle(wave[best]) / (2 * np.pi))
    result: NDArray[np.float64] = columns - columns[0]
    return result


def _peaks(scores: FrameScores) -> NDArray[np.float64]:
    """Middles (strip pixels) of the runs of frames in which one character is the likeliest."""
    best = scores.log_probabilities.argmax(axis=1)
    edges = np.flatnonzero(np.diff(best)) + 1
    starts = np.concatenate([[0], edges])
    ends = np.concatenate([edges, [len(best)]])
    runs = best[starts] > 0
    middles = (starts[runs] + ends[runs] - 1) / 2
    return np.asarray(middles * scores.stride + scores.centre, np.float64)


def cell_probabilities(
    scores: FrameScores, frame: Frame, grid: Grid
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Columns x 38 probabilities, and which columns the strip reaches.

    Of the frames that speak for a cell each character keeps its highest probability, "no
    character" its lowest.
    """
    frames = np.exp(scores.log_probabilities.astype(np.float64))
    # Where the columns stand, counted in frames of the strip, and a pitch in the same unit.
    middles = grid.middle(np.arange(grid.columns, dtype=np.float64)) * frame.scale - 0.5
    middles = (middles - scores.centre) / scores.stride
    pitch = grid.pitch * frame.scale / scores.stride
    reach = np.arange(-np.ceil(REACH * pitch), np.ceil(REACH * pitch) + 1)
    nearest = np.clip(np.round(middles), 0, len(frames) - 1)
    index = np.clip(nearest[:, None] + reach, 0, len(frames) - 1).astype(np.intp)
    near = np.abs(index - middles[:, None]) <= REACH * pitch
    near |= index == nearest[:, None]
    spoken = frames[index]
    result = np.where(near[..., None], spoken, 0.0).max(axis=1)
    result[:, 0] = np.where(near, spoken[..., 0], 1.0).min(axis=1)
    seen: NDArray[np.bool_] = np.abs(nearest - middles) <= 0.5 * pitch
    return result / result.sum(axis=1, keepdims=True), seen
