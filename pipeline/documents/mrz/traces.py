"""From the maps of the zone net to lines and zones: pieces of print, grouped, straightened."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.text.zone_net import ZoneMaps
from pipeline.documents.mrz import fits

Floats = NDArray[np.float64]

SEEN = 0.3
"""Probability from which a square counts as print of a zone."""
MOST_PIECES, SMALLEST = 24, 4
"""Pieces of print looked at, the largest first, and the fewest squares of a piece."""
MOST_GROUPS, MOST_ZONES = 5, 4
FEWEST_COLUMNS = 12
APART = 3.3
"""Pitches from one line's edge to the next line's, at most."""
GAP = 6.0
"""Pitches along a line that may be hidden, by a reflection or a stamp."""
ALIKE = 1.6
"""Pitches of pieces of one zone differ by this factor at most."""
PARALLEL = np.cos(np.deg2rad(2 * 18))
PLAIN = 0.12
"""Least plainness of a zone; small or faint ones have 0.15, most have 0.6 and more."""
CLOSEST = 1.35
"""Pitches from line to line, at least."""
FAINT = 0.22
"""Share of the strongest line's print that makes another line."""
MOST_LINES = 5
SPACING = 2.4
"""Usual pitches from line to line (Doc 9303-3: 6 lines an inch against 10 characters)."""
WIDE = 2.8
"""Pitches from line to line from which there is room for another between them."""
_MARGIN = 8  # empty rows of a profile above and below the print
_SHEARS = np.linspace(-0.12, 0.12, 33)


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line in picture pixels; ``angle`` (radians) is its reading direction.

    ``x``, ``y`` is its middle, ``pitch`` the way from one character to the next, ``mass`` how much
    of it was seen: 0 where it is only supposed.
    """

    x: float
    y: float
    length: float
    pitch: float
    angle: float
    mass: float = 0.0


@dataclass(frozen=True, slots=True)
class Zone:
    """Two or three parallel lines, first line first when read along ``angle``."""

    lines: tuple[Line, ...]

    @property
    def angle(self) -> float:
        return float(np.median([line.angle for line in self.lines]))

    def extended(self) -> tuple[Zone, ...]:
        """Two lines as two of three: with one between, one below, or one above them."""
        if len(self.lines) != 2:
            return ()
        first, second = self.lines
        dx, dy = second.x - first.x, second.y - first.y
        below = replace(second, x=second.x + dx, y=second.y + dy, mass=0.0)
        above = replace(first, x=first.x - dx, y=first.y - dy, mass=0.0)
        between = _between(first, second)
        return (
            Zone((first, between, second)),
            Zone((first, second, below)),
            Zone((above, first, second)),
        )

    def turned(self) -> Zone:
        """The same print read upside down."""
        lines = tuple(replace(line, angle=line.angle + np.pi) for line in reversed(self.lines))
        return Zone(lines)


@dataclass(frozen=True, slots=True)
class _Print:
    """Squares that hold print: middles (pixels), probabilities, mean course of the zone net."""

    x: Floats
    y: Floats
    weight: Floats
    fine: int
    course: Floats  # cosine, sine, those of twice the direction, logarithm of the pitch

    @property
    def mass(self) -> float:
        return float(self.weight.sum())

    @property
    def middle(self) -> tuple[float, float]:
        return fits.mean(self.x, self.weight), fits.mean(self.y, self.weight)

    @property
    def pitch(self) -> float:
        return float(np.exp(self.course[4]))

    @property
    def axis(self) -> float:
        """Direction of the lines, where a line and the same upside down are not told apart."""
        return float(np.arctan2(self.course[3], self.course[2])) / 2


def zones_in(maps: ZoneMaps) -> list[Zone]:
    """The zones that the maps show, those with the most print first; at most ``MOST_ZONES``."""
    groups = sorted(_grouped(_pieces(maps)), key=lambda group: -group.mass)[:MOST_GROUPS]
    zones = itertools.chain.from_iterable(_zones(group) for group in groups)
    return list(itertools.islice(zones, MOST_ZONES))


def _pieces(maps: ZoneMaps) -> list[_Print]:
    """Connected print, the largest pieces first."""
    mask = (maps.lines > SEEN).astype(np.uint8)
    count, drawn, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    labels = np.asarray(drawn, np.int32)
    areas = stats[1:count, cv2.CC_STAT_AREA]
    largest = np.argsort(-areas, kind="stable")[:MOST_PIECES]
    course = np.concatenate([maps.direction, np.log(maps.pitch)[None]]).astype(np.float64)
    return [
        _piece(maps, labels, np.asarray(stats[index + 1], np.int32), int(index) + 1, course)
        for index in largest
        if areas[index] >= SMALLEST
    ]


def _piece(
    maps: ZoneMaps, labels: NDArray[np.int32], box: NDArray[np.int32], label: int, course: Floats
) -> _Print:
    left, top, width, height = (int(value) for value in box[:4])
    rows, columns = np.nonzero(labels[top : top + height, left : left + width] == label)
    rows, columns = rows + top, columns + left
    weight = maps.lines[rows, columns].astype(np.float64)
    mean = course[:, rows // 2, columns // 2] @ weight / weight.sum()
    x, y = (np.asarray(places * maps.fine + (maps.fine - 1) / 2, np.float64)
            for places in (columns, rows))  # fmt: skip
    return _Print(x, y, weight, maps.fine, mean)


def _grouped(pieces: list[_Print]) -> Iterator[_Print]:
    """Pieces that lie beside, above or below each other as lines of one zone do, put together."""
    if not pieces:
        return
    near = _neighbours(pieces)
    left = set(range(len(pieces)))
    while left:
        group, fresh = set[int](), {min(left)}
        while fresh:
            group |= fresh
            fresh = {int(j) for i in fresh for j in np.flatnonzero(near[i])} - group
        left -= group
        yield _together([pieces[index] for index in sorted(group)])


def _neighbours(pieces: list[_Print]) -> NDArray[np.bool_]:
    """Pieces x pieces: which belong together."""
    axes = np.array([piece.axis for piece in pieces])
    pitch = np.array([piece.pitch for piece in pieces])
    middles = np.array([piece.middle for piece in pieces])
    reach = np.array(
        [_reach(piece, *middle) for piece, middle in zip(pieces, middles, strict=True)]
    )
    away = middles[None] - middles[:, None]
    cosine, sine = np.cos(axes)[:, None], np.sin(axes)[:, None]
    along = np.abs(away[..., 0] * cosine + away[..., 1] * sine)
    across = np.abs(away[..., 1] * cosine - away[..., 0] * sine)
    mean = np.sqrt(pitch[:, None] * pitch[None])
    near = (
        (along - reach[:, None, 0] - reach[None, :, 0] < GAP * mean)
        & (across - reach[:, None, 1] - reach[None, :, 1] < APART * mean)
        & (np.abs(np.log(pitch[:, None] / pitch[None])) < np.log(ALIKE))
        & (np.cos(2 * (axes[:, None] - axes[None])) > PARALLEL)
    )
    result: NDArray[np.bool_] = near | near.T
    return result


def _reach(piece: _Print, x: float, y: float) -> tuple[float, float]:
    """How far the piece reaches from its middle along its axis, and across it."""
    cosine, sine = np.cos(piece.axis), np.sin(piece.axis)
    dx, dy = piece.x - x, piece.y - y
    along, across = np.abs(dx * cosine + dy * sine), np.abs(dy * cosine - dx * sine)
    return float(along.max()), float(across.max())


def _together(pieces: list[_Print]) -> _Print:
    mass = np.array([piece.mass for piece in pieces])
    return _Print(
        np.concatenate([piece.x for piece in pieces]),
        np.concatenate([piece.y for piece in pieces]),
        np.concatenate([piece.weight for piece in pieces]),
        pieces[0].fine,
        mass @ np.stack([piece.course for piece in pieces]) / mass.sum(),
    )


def _zones(group: _Print) -> Iterator[Zone]:
    """The group's lines as a zone; more than three as each three and two that follow."""
    lines = _lines(group)
    if not lines or _plainness(group, lines) < PLAIN:
        return
    if len(lines) == 1:
        yield from _paired(lines[0], group.pitch)
        return
    if len(lines) <= 3:
        yield Zone(tuple(lines))
    if len(lines) == 2 and _spacing(lines) > WIDE * group.pitch:
        yield Zone((lines[0], _between(*lines), lines[1]))
    for last in range(len(lines), 1, -1):  # other print stands above a zone, seldom below
        for count in (3, 2):
            if count <= last and len(lines) > count:
                yield Zone(tuple(lines[last - count : last]))


def _plainness(group: _Print, lines: list[Line]) -> float:
    """Share of the lines' area that was seen as print of a zone, by its mean probability: 0..1."""
    area = sum(line.length * line.pitch for line in lines)
    share = min(1.0, group.mass * group.fine**2 / area)
    return share * float(group.weight.mean())


def _paired(line: Line, pitch: float) -> Iterator[Zone]:
    """A single line as the first and as the second of two; the other was hidden or faint."""
    dx = -np.sin(line.angle) * SPACING * pitch
    dy = np.cos(line.angle) * SPACING * pitch
    yield Zone((line, replace(line, x=line.x + dx, y=line.y + dy, mass=0.0)))
    yield Zone((replace(line, x=line.x - dx, y=line.y - dy, mass=0.0), line))


def _spacing(lines: list[Line]) -> float:
    """From the first line to the second, across them."""
    first, second = lines
    angle = (first.angle + second.angle) / 2
    return float((second.y - first.y) * np.cos(angle) - (second.x - first.x) * np.sin(angle))


def _between(first: Line, second: Line) -> Line:
    """The line half-way, which was hidden or faint."""
    x, y = (first.x + second.x) / 2, (first.y + second.y) / 2
    return replace(first, x=x, y=y, angle=(first.angle + second.angle) / 2, mass=0.0)


def _lines(group: _Print) -> list[Line]:
    """The lines of the group, first line first in reading direction."""
    angle = group.axis
    if np.cos(angle) * group.course[0] + np.sin(angle) * group.course[1] < 0:
        angle += np.pi
    x, y = group.middle
    cosine, sine = np.cos(angle), np.sin(angle)
    along = (group.x - x) * cosine + (group.y - y) * sine
    across = (group.y - y) * cosine - (group.x - x) * sine
    first, last = _ends(along, group.weight)
    if last - first < FEWEST_COLUMNS * group.pitch:
        return []
    half, found = (first + last) / 2, []
    for slope, offset, mass in _courses(group, along, across):
        v = offset + slope * half
        at = float(x + half * cosine - v * sine), float(y + half * sine + v * cosine)
        turned = float(angle + np.arctan(slope))
        found.append(Line(*at, float(last - first), group.pitch, turned, mass))
    return found


def _courses(group: _Print, along: Floats, across: Floats) -> list[tuple[float, float, float]]:
    """Slope, offset and mass of each line, from the first down; of two too close the plainer."""
    shear = _level(group, along, across)
    level = across - shear * along
    found: list[tuple[float, float, float]] = []
    for middle in _peaks(group, level):
        slope, offset = _straight(along, level - middle, group.weight, group.pitch)
        near = np.abs(level - middle - offset - slope * along) < group.pitch
        found.append((shear + slope, middle + offset, float(group.weight[near].sum())))
    kept: list[tuple[float, float, float]] = []
    for course in sorted(found, key=lambda course: -course[2]):
        if all(abs(course[1] - other[1]) >= CLOSEST * group.pitch for other in kept):
            kept.append(course)
    return sorted(kept, key=lambda course: course[1])


def _level(group: _Print, along: Floats, across: Floats) -> float:
    """The shear that lays the lines level: print then gathers in few rows."""
    unit = 0.2 * group.pitch
    rows = np.round((across[None] - _SHEARS[:, None] * along[None]) / unit)
    rows = (rows - rows.min()).astype(np.intp) + _MARGIN
    count = int(rows.max()) + 1 + _MARGIN
    index = rows + count * np.arange(len(_SHEARS))[:, None]
    weights = np.broadcast_to(group.weight, index.shape).ravel()
    gathered = np.bincount(index.ravel(), weights, count * len(_SHEARS))
    spread = np.convolve(gathered, _kernel(group, unit), "same").reshape(len(_SHEARS), -1)
    return float(_SHEARS[int((spread**2).sum(axis=1).argmax())])


def _peaks(group: _Print, across: Floats) -> list[float]:
    """Where lines stand across the reading direction, from the first down."""
    unit = 0.2 * group.pitch
    low = float(across.min())
    rows = np.round((across - low) / unit).astype(np.intp) + _MARGIN
    gathered = np.bincount(rows, group.weight, int(rows.max()) + 1 + _MARGIN)
    profile = np.convolve(gathered, _kernel(group, unit), "same")
    found: list[float] = []
    strongest = float(profile.max())
    while len(found) < MOST_LINES and profile.max() >= FAINT * strongest:
        peak = int(profile.argmax())
        found.append(low + (peak - _MARGIN) * unit)
        reach = round(CLOSEST * group.pitch / unit)
        profile[max(0, peak - reach) : peak + reach + 1] = 0
    return sorted(found)


def _kernel(group: _Print, unit: float) -> Floats:
    """Print stands anywhere in its square: its weight is spread over the square's height."""
    width = max(3, round(group.fine / unit) | 1)
    return np.hanning(width + 2)[1:-1]


def _straight(along: Floats, across: Floats, weight: Floats, pitch: float) -> tuple[float, float]:
    """Slope and offset of the print about ``across`` 0."""
    slope, offset = 0.0, 0.0
    for reach in (1.0, 0.7):
        near = np.abs(across - offset - slope * along) < reach * pitch
        mass = weight[near]
        if near.sum() < 3 or np.ptp(along[near]) < FEWEST_COLUMNS * pitch:
            offset = fits.mean(across[near], mass) if near.any() else offset
            return 0.0, offset
        slope, offset = fits.line(along[near], across[near], mass)
    return slope, offset


def _ends(along: Floats, weight: Floats) -> tuple[float, float]:
    """From where to where print reaches, a few strays left out."""
    order = np.argsort(along)
    share = np.cumsum(weight[order]) / weight.sum()
    first = along[order[int(np.searchsorted(share, 0.004))]]
    last = along[order[min(len(order) - 1, int(np.searchsorted(share, 0.996)))]]
    return float(first), float(last)
