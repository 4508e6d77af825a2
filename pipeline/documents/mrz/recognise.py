"""Zones to a grid of character probabilities: fixed pitch, all lines on one grid, several looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.text._reader import FrameScores, StripReader
from pipeline.documents.mrz.grid import (
    MOST_COLUMNS,
    Grid,
    cell_probabilities,
    fit_grid,
    usual_pitch,
)
from pipeline.documents.mrz.strips import HEIGHT, Frame, Patch, Strip, patch_around
from pipeline.documents.mrz.traces import Zone

FIRST_LOOK = 1.8
FURTHER_LOOKS = (2.05, 1.6)
"""Heights of the final strips over the pitch; a capital of OCR-B is 0.96 of the pitch."""
TRUE = 1.1
"""Factor that a pitch may be off for a look to count."""
DOUBTFUL = 1.5
"""Factor from the located pitch from which what a probe says is less likely."""
MOST_TRIES, MOST_AGAIN = 5, 6
"""Tries at one zone, and tries but the first at all zones of a picture."""
PRINT = 0.36
"""Least share of a strip in which characters must be seen; a line of a zone has 0.55 to 0.65."""
SPARSER = 0.98
"""A further try that sees less print than this share of the try before ends the tries."""
PROBE = 14  # pitches of a line that are read to see whether it is print
LONGEST = 20
"""Columns that the longest line of a zone shows at least; the shortest format has 30."""
ASKEW = 0.14
"""How far a line may begin above or below its frame's middle, in heights of the frame."""
WHOLE = 24  # pitches of print from which a bow can be told
EDGE, MORE = 0.8, 6.0
"""A line whose print comes this near to an end of its frame (pitches) is read again this longer."""
PARTS = 5
STEEPEST = 0.05
_MIDDLES = (2 * np.arange(PARTS) + 1) / PARTS - 1  # of the parts, from -1 to 1 along the line
_PARABOLA = np.linalg.pinv(np.vander(_MIDDLES, 3))
_ROWS = np.arange(HEIGHT) - (HEIGHT - 1) / 2
BENT, MOST_BENT = 0.03, 0.5
"""Bow of a line, in heights of its frame, that is taken for a bent page; and the largest."""
MARGIN = 2
"""Columns added before and after the print that the net saw, for print that it missed."""
LEAD = 4.0
"""The same before a located line: its first character stands apart more often than the last."""
MOST_PITCHES = MOST_COLUMNS + 2 * (MARGIN + MORE)


@dataclass(frozen=True, slots=True)
class Placed:
    """A zone whose lines stand on one grid, with what the first look at them gave."""

    frames: tuple[Frame, ...]
    grids: tuple[Grid, ...]
    pitch: float
    scores: tuple[FrameScores, ...]
    patch: Patch
    fitted: bool = True  # every line has a grid of its own

    @property
    def print(self) -> float:
        """Picture pixels along the lines in which characters were seen."""
        pairs = zip(self.scores, self.frames, strict=True)
        return sum(_print_share(scores) * frame.along for scores, frame in pairs)

    @property
    def plain(self) -> bool:
        """Whether characters stand close in nearly all lines, as in a zone."""
        return float(np.mean([_print_share(one) for one in self.scores])) >= PRINT

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


@dataclass(frozen=True, slots=True)
class Span:
    """Where print stands in a frame: from ``first`` to ``last``, picture pixels along it."""

    frame: Frame
    first: float
    last: float


class Recogniser:
    """Reads the zones of one picture."""

    def __init__(self, image: NDArray[np.uint8], reader: StripReader) -> None:
        self._image, self._reader, self._again = image, reader, MOST_AGAIN

    def place(self, zone: Zone) -> Placed | None:
        """The zone's lines on one grid; None where the net sees no lines of fixed pitch.

        The lines are read as they were located. Only where their print turns out to be larger,
        smaller or longer than it was taken for are they laid anew by what was read.
        """
        began = self._begun(zone)
        if began is None:
            return None
        spans, pitch, patch = began
        best: Placed | None = None
        for number in range(1 + min(self._again, MOST_TRIES - 1)):
            self._again -= number > 0
            laid = self._laid(spans, pitch, patch, MARGIN if number else LEAD)
            if laid is None or (best and laid[0].print < SPARSER * best.print):
                return best
            placed, fitted = laid
            patch = placed.patch
            spans = [_seen(frame, grid) for frame, grid in zip(placed.frames, fitted, strict=True)]
            if _longest(fitted) < LONGEST and (number or _whole(spans)):
                return best
            best = placed
            alike = abs(np.log(placed.pitch / pitch)) <= np.log(TRUE) and _whole(spans)
            if alike and (placed.fitted or number) and _level(spans, patch):
                break
            pitch = placed.pitch
        return best

    def _begun(self, zone: Zone) -> tuple[list[Span], float, Patch] | None:
        """Where the lines were located, the pitch that a probe of one of them shows, and around."""
        spans = located_spans(zone)
        located = spans[0].frame.across / FIRST_LOOK
        patch = patch_around(self._image, [span.frame for span in spans])
        pitch = self._probed(spans[int(np.argmax([line.mass for line in zone.lines]))], patch)
        if pitch is None:
            return None
        spans = [_resized(span, FIRST_LOOK * pitch) for span in spans]
        if abs(np.log(pitch / located)) > np.log(TRUE):
            patch = patch_around(self._image, [span.frame for span in spans])
        return spans, pitch, patch

    def _laid(
        self, spans: Sequence[Span], pitch: float, patch: Patch, lead: float
    ) -> tuple[Placed, list[Grid]] | None:
        """The lines read once, and where each one's columns stand; None if that is no zone."""
        frames = _normal(spans, pitch, patch, lead)
        if frames[0].along > MOST_PITCHES * pitch:
            return None
        patch = patch.reaching(self._image, frames)
        scores = self._read(patch, frames)
        fitted = [fit_grid(s, f) for s, f in zip(scores, frames, strict=True)]
        grids = _complete(fitted)
        if not grids or np.mean([_print_share(one) for one in scores]) < PRINT / 2:
            return None
        found = float(np.median([grid.usual for grid in grids]))
        placed = Placed(
            tuple(frames), _shared(grids), found, tuple(scores), patch, fitted=all(fitted)
        )
        return placed, grids

    def cells(self, placed: Placed, *, further: bool) -> Cells:
        """The first look at the cells, or its mean with further looks at other heights."""
        frames, scores = list(placed.frames), list(placed.scores)
        if further:
            more = [replace(f, across=h * placed.pitch) for h in FURTHER_LOOKS for f in frames]
            frames, scores = frames + more, scores + self._read(placed.patch, more)
        grids = placed.grids * (len(frames) // len(placed.grids))
        looks = [cell_probabilities(*one) for one in zip(scores, frames, grids, strict=True)]
        shape = (-1, len(placed.grids), placed.grids[0].columns)
        seen: NDArray[np.bool_] = np.logical_and.reduce(
            np.stack([look[1] for look in looks]).reshape(shape), axis=0
        )
        return Cells(np.stack([look[0] for look in looks]).reshape(*shape, 38).mean(axis=0), seen)

    def _probed(self, span: Span, patch: Patch) -> float | None:
        """The pitch in the middle of a located line, or None where it does not read as print.

        That is all that most false zones cost, and spares true ones a look at a wrong height.
        """
        pitch = span.frame.across / FIRST_LOOK
        middle, half = span.frame.along / 2, PROBE / 2 * pitch
        probe = span.frame.part(max(0.0, middle - half), min(2 * middle, middle + half))
        (scores,) = self._read(patch, [probe])
        if _print_share(scores) < PRINT:
            return None
        found = usual_pitch(scores, probe) or pitch
        return found if abs(np.log(found / pitch)) <= np.log(DOUBTFUL) else pitch

    def _read(self, patch: Patch, frames: Sequence[Frame]) -> list[FrameScores]:
        strips: list[Strip] = [patch.cut(frame) for frame in frames]
        return self._reader.read(strips)


def _print_share(scores: FrameScores) -> float:
    """Share of the strip in which a character is seen, each counted by its probability."""
    seen = np.exp(scores.log_probabilities[:, 1:].max(axis=1))
    return float(np.where(scores.log_probabilities.argmax(axis=1) > 0, seen, 0.0).mean())


def _normal(spans: Sequence[Span], pitch: float, patch: Patch, lead: float) -> list[Frame]:
    """Frames on the middle of the print, from ``lead`` pitches before the first character."""
    angle = float(np.median([span.frame.angle for span in spans]))
    lines = []
    for span in spans:
        straight = _straightened(span, patch.cut(span.frame))
        place = straight.x * np.cos(angle) + straight.y * np.sin(angle)
        lines.append((straight, place, place + straight.along))
    low, high = min(line[1] for line in lines), max(line[2] for line in lines)
    before, after = lead * pitch, MARGIN * pitch
    return [
        replace(
            straight.part(low - place - before, high - place + after), across=FIRST_LOOK * pitch
        )
        for straight, place, _ in lines
    ]


def _longest(grids: Sequence[Grid]) -> int:
    return max(grid.columns for grid in grids)


def _complete(fitted: Sequence[Grid | None]) -> list[Grid]:
    """A grid for each line: one that has none of its own borrows the longest of the others."""
    grids = [grid for grid in fitted if grid]
    return [grid or max(grids, key=lambda grid: grid.columns) for grid in fitted] if grids else []


def _seen(frame: Frame, grid: Grid) -> Span:
    """From the first to the last character that was read; wider where they touch an end."""
    first, last = float(grid.middle(-0.5)), float(grid.middle(grid.columns - 0.5))
    room = EDGE * grid.pitch
    return Span(
        frame,
        first if first > room else -MORE * grid.pitch,
        last if last < frame.along - room else frame.along + MORE * grid.pitch,
    )


def _resized(span: Span, across: float) -> Span:
    return replace(span, frame=replace(span.frame, across=across))


def _whole(spans: Sequence[Span]) -> bool:
    """Whether no line was cut off by an end of its frame."""
    return all(span.first >= 0 and span.last <= span.frame.along for span in spans)


def located_spans(zone: Zone) -> list[Span]:
    """Spans of the located lines; all reach as far as the longest, fillers may be faint."""
    cosine, sine = np.cos(zone.angle), np.sin(zone.angle)
    places = [line.x * cosine + line.y * sine for line in zone.lines]
    halves = [line.length / 2 for line in zone.lines]
    low = min(p - half for p, half in zip(places, halves, strict=True))
    high = max(p + half for p, half in zip(places, halves, strict=True))
    pitch = float(np.median([line.pitch for line in zone.lines]))
    spans = []
    for place, line in zip(places, zone.lines, strict=True):
        back = low - place
        x, y = line.x + back * np.cos(line.angle), line.y + back * np.sin(line.angle)
        frame = Frame(float(x), float(y), line.angle, high - low, FIRST_LOOK * pitch)
        spans.append(Span(frame, 0.0, frame.along))
    return spans


def _straightened(span: Span, strip: Strip) -> Frame:
    """The frame from the first to the last character, on the middle of the print.

    The print's course is measured in parts of the line: a located line is level to a degree or
    two only, and a photographed page is not flat.
    """
    frame, first, last = span.frame, span.first, span.last
    edges = np.linspace(first, last, PARTS + 1)
    columns = np.clip(np.round(edges * frame.scale), 0, frame.width).astype(int)
    rows = _off_middle(strip, columns)
    curve, slope, away = (_PARABOLA @ rows * frame.across / HEIGHT).tolist()
    short = last - first < WHOLE * frame.across / FIRST_LOOK
    if short or abs(curve) < BENT * frame.across:  # as likely the letters' shapes
        curve, away = 0.0, float(rows.mean()) * frame.across / HEIGHT
    steep = STEEPEST * (last - first) / 2
    slope = min(max(slope, -steep), steep)
    straight = frame.part(first, last, (away + curve - slope, away + curve + slope))
    most = MOST_BENT * frame.across
    return replace(straight, bow=min(max(straight.bow - curve, -most), most))


def _level(spans: Sequence[Span], patch: Patch) -> bool:
    """Whether the print of each line begins in the middle of its frame's height."""
    for span in spans:
        begin = _straightened(span, patch.cut(span.frame))
        x, y = span.frame.point(span.first)
        if np.hypot(begin.x - x, begin.y - y) > ASKEW * span.frame.across:
            return False
    return True


def _off_middle(strip: Strip, columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """Rows between the strip's middle and the middle of its strokes, between each two columns."""
    edges = np.zeros((HEIGHT, strip.shape[1] + 1), np.uint32)
    np.cumsum(cv2.absdiff(strip[:, 1:], strip[:, :-1]), axis=1, out=edges[:, 2:])
    parts = (edges[:, columns[1:]] - edges[:, columns[:-1]]).astype(np.float64)
    weight = np.maximum(parts - (parts.min(axis=0) + parts.max(axis=0)) / 2, 0)
    return np.asarray(_ROWS @ weight / np.maximum(weight.sum(axis=0), 1e-9), np.float64)


def _shared(grids: Sequence[Grid]) -> tuple[Grid, ...]:
    """Each line's grid, numbered so that one column stands below another, with the margins."""
    first = min(grid.start for grid in grids)
    shifts = [round((grid.start - first) / grid.pitch) + MARGIN for grid in grids]
    total = max(s + grid.columns for s, grid in zip(shifts, grids, strict=True)) + MARGIN
    return tuple(grid.moved(s, total) for s, grid in zip(shifts, grids, strict=True))
