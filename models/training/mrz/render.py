"""A line of text to a 32 x 512 crop as cameras, scanners and copies leave it, with its labels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.mrz import negative
from models.training.mrz.atlas import CAP, PITCH, Atlas, halved, load_atlases
from models.training.mrz.chance import Chance, Grey
from models.training.mrz.labels import COLUMNS, FRAMES, HEIGHT, WIDTH, classes, labels
from models.training.mrz.legible import LEAST, clarity
from models.training.mrz.lines import line
from models.training.mrz.optics import photographed
from models.training.mrz.paper import printed

_CANVAS = 160  # atlas pixels above and below each other that the strip may show
_TRIES = 4
_KNOTS = 1.5  # places of the elastic bend for each hundred strip pixels


@dataclass(frozen=True)
class Layout:
    """Where a line lies in its strip (strip pixels)."""

    start: float
    pitch: float
    cap: float
    middle: float
    shrink: float
    """Share of the strip's resolution that the picture had before it was enlarged."""

    @property
    def rows(self) -> slice:
        """The rows of the capitals."""
        first, last = self.middle - self.cap / 2, self.middle + self.cap / 2
        return slice(max(0, round(first)), min(HEIGHT, round(last) + 1))

    @property
    def fine(self) -> float:
        """Width of a character in pixels of the picture."""
        return self.pitch * self.shrink


@dataclass(frozen=True)
class Sample:
    """A strip (32 x 512 uint8 grey), its class per frame, and how it was treated."""

    strip: NDArray[np.uint8]
    marks: NDArray[np.int64]
    kinds: frozenset[str]


class Renderer:
    """Draws training strips; everything random comes from ``seed``."""

    def __init__(self, seed: int) -> None:
        self.chance = Chance(seed)
        full = load_atlases()
        self.atlases = [(atlas, halved(atlas)) for atlas in full]
        self.shares = [atlas.share for atlas in full]
        self.prose = negative.prose_strips(self.chance.rng)

    def sample(self) -> Sample:
        """The next strip of the stream; one in ten holds no line."""
        self.chance.kinds = set()
        if self.chance.gives(0.1):
            strip = negative.draw(self, self.prose)
            return Sample(strip, np.zeros(FRAMES, np.int64), frozenset({"no line"}))
        text = line(self.chance.rng)
        strip, marks = self.strip(text)
        return Sample(strip, marks, frozenset(self.chance.kinds))

    def strip(
        self, text: str, upside_down: bool = False
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """``text`` drawn, placed, printed on a background and degraded: 32 x 512, and labels."""
        layout = self._layout(len(text))
        ink, columns = self._ink(text, layout)
        if upside_down:
            ink = np.ascontiguousarray(ink[::-1, ::-1])
        return self._treated(ink, layout), labels(text, columns, layout.pitch)

    def _treated(self, ink: Grey, layout: Layout) -> NDArray[np.uint8]:
        """The print as a picture shows it; what nobody could read is treated anew."""
        place = layout.middle * layout.shrink, layout.cap * layout.shrink
        kinds = self.chance.kinds
        for _ in range(_TRIES):
            self.chance.kinds = set(kinds)
            image = printed(self.chance, ink, layout.fine, *place)
            strip = photographed(self.chance, image, layout.fine, (WIDTH, HEIGHT))
            if clarity(strip, ink, layout.rows) >= LEAST:
                break
        return strip

    def _layout(self, length: int) -> Layout:
        rng = self.chance.rng
        pitch = rng.triangular(10.5, 25, 15.5)
        cap = min(27.0, max(11.0, pitch * CAP / PITCH / rng.uniform(0.8, 1.27)))
        slack = WIDTH - length * pitch
        start = rng.uniform(1, min(30, slack)) if slack > 4 else rng.uniform(slack - 12, 12)
        room = max(1.5, (HEIGHT - cap) / 2 + 0.5)  # no more than half a pixel of a capital is lost
        off = float(np.clip(rng.gauss(0, 1.8), -room, room))
        return Layout(start, pitch, cap, HEIGHT / 2 + off, self._shrink(pitch))

    def _shrink(self, pitch: float) -> float:
        draw = self.chance.rng.random()
        if draw < 0.33:
            return 1.0
        if draw < 0.5:
            return self.chance.rng.uniform(0.6, 1.0)
        return min(1.0, self.chance.rng.uniform(5.2, 13) / pitch)

    def _ink(self, text: str, layout: Layout) -> tuple[Grey, NDArray[np.float64]]:
        """Ink coverage 0..1 at the picture's size, and the text place that each frame sees."""
        rng = self.chance.rng
        pair = rng.choices(self.atlases, self.shares)[0]
        self._mark(pair[0].name, layout)
        atlas = pair[1] if layout.fine < 13 else pair[0]
        canvas = self._canvas(text, atlas)
        matrix = self._placing(len(text) * atlas.pitch / 2, canvas.shape[0] / 2, atlas, layout)
        ink = self._warp(canvas, matrix, layout.shrink)
        columns = COLUMNS - layout.start
        if self.chance.gives(0.2, "bent"):
            ink, away = self._bend(ink, layout.pitch)
            columns = columns + away
        return ink, columns / layout.pitch

    def _mark(self, font: str, layout: Layout) -> None:
        if not font.startswith("OCRB"):
            self.chance.kinds.add("other font")
        size = next(s for s in (6.5, 8, 10, 13, 99) if layout.fine < s)
        self.chance.kinds.add(f"below {size:g} px" if size < 99 else "13 px and more")

    def _placing(
        self, middle: float, centre: float, atlas: Atlas, layout: Layout
    ) -> NDArray[np.float64]:
        """The affine map from canvas to strip: size, tilt, slant and place."""
        rng = self.chance.rng
        scale_x = layout.pitch / atlas.pitch
        scale_y = layout.cap / (CAP * atlas.pitch / PITCH)
        tilt = rng.gauss(0, 0.85 if self.chance.gives(0.2, "tilted") else 0.35)
        angle, slant = np.deg2rad(np.clip(tilt, -1.5, 1.5)), rng.gauss(0, 0.06)
        matrix = np.array(
            [[scale_x, slant * scale_y, 0], [np.tan(angle) * scale_x, scale_y, 0]], np.float64
        )
        seen = np.clip(middle, 0, (WIDTH / 2 - layout.start) / scale_x)  # stays in its row here
        matrix[0, 2] = layout.start - matrix[0, 1] * centre
        matrix[1, 2] = layout.middle - matrix[1, 0] * seen - matrix[1, 1] * centre
        return matrix

    def _warp(self, canvas: NDArray[np.uint8], matrix: NDArray[np.float64], shrink: float) -> Grey:
        """``canvas`` at the picture's size; enlarged again it lies where ``matrix`` puts it."""
        width, height = round(WIDTH * shrink), round(HEIGHT * shrink)
        over = 1 if self.chance.gives(0.15) else 2  # without oversampling: jagged, as fax copies
        size = (width * over, height * over)
        scale = np.array([[size[0] / WIDTH], [size[1] / HEIGHT]])
        matrix = matrix * scale
        matrix[:, 2:] += (scale - 1) / 2  # pixel centres, not corners, have whole coordinates
        drawn = cv2.warpAffine(canvas, matrix, size, flags=cv2.INTER_LINEAR)
        if over > 1:
            drawn = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
        return drawn.astype(np.float32) / np.float32(255)

    def _bend(self, ink: Grey, pitch: float) -> tuple[Grey, NDArray[np.float64]]:
        """The line drawn and bent a little along its run; also what each frame's column shifts."""
        rows, columns = ink.shape
        scale = columns / WIDTH
        knots = self.chance.rng.randint(3, 4 + int(_KNOTS * WIDTH / 100))
        most = self.chance.rng.uniform(0.05, 0.16) * pitch * (2 if knots < 6 else 1)
        bends = self.chance.noise.uniform(-most, most, (2, knots)).astype(np.float32)
        bends[1] *= np.float32(0.6)
        bends = np.asarray(cv2.resize(bends, (columns, 2), interpolation=cv2.INTER_CUBIC)) * scale
        x = np.arange(columns, dtype=np.float32) + bends[0]
        y = np.arange(rows, dtype=np.float32)[:, None] + bends[1]
        x = np.ascontiguousarray(np.broadcast_to(x, (rows, columns)))
        bent = np.asarray(cv2.remap(ink, x, y, cv2.INTER_LINEAR), np.float32)
        places = (COLUMNS + 0.5) * scale - 0.5
        return bent, np.interp(places, np.arange(columns), bends[0]) / scale

    def _canvas(self, text: str, atlas: Atlas) -> NDArray[np.uint8]:
        """The line in the middle of its neighbours; characters jump a little in height."""
        rng = self.chance.rng
        strip = self._jittered(text, atlas)
        if self.chance.gives(0.025, "dots"):
            strip = _dotted(strip, rng.choice((4, 5)) if atlas.pitch == PITCH else 2)
        rows, columns = strip.shape
        canvas = np.zeros((_CANVAS * atlas.pitch // PITCH, columns), np.uint8)
        top = (canvas.shape[0] - rows) // 2
        canvas[top : top + rows] = strip
        for side in (-1, 1):
            if rng.random() < 0.65:
                other = line(rng)[: len(text)].ljust(len(text), "<")
                away = int(side * rng.uniform(1.45, 2.7) * atlas.pitch)
                _lay(canvas, self._jittered(other, atlas), top + away)
        return canvas

    def _jittered(self, text: str, atlas: Atlas) -> NDArray[np.uint8]:
        strip = atlas.strip(classes(text))
        draw = self.chance.rng.random()
        if draw < 0.3:  # typewriters and hammers: single characters off the line
            jumps = (-1, 0, 0, 1) if draw > 0.06 else (-2, -1, 0, 1, 2)
            for at in range(0, strip.shape[1], atlas.pitch):
                jump = self.chance.rng.choice(jumps)
                if jump:
                    cell = strip[:, at : at + atlas.pitch]
                    cell[:] = np.roll(cell, jump, axis=0)
        return strip


def _dotted(strip: NDArray[np.uint8], period: int) -> NDArray[np.uint8]:
    """The strokes as a needle printer sets them: round dots, ``period`` atlas pixels apart."""
    y, x = np.ogrid[: strip.shape[0], : strip.shape[1]]
    wave = np.cos(2 * np.pi * x / period) + np.cos(2 * np.pi * y / period)
    tile = np.where(wave > -0.7, 255, 60).astype(np.uint8)
    return np.asarray(cv2.min(strip, tile), np.uint8)


def _lay(canvas: NDArray[np.uint8], strip: NDArray[np.uint8], top: int) -> None:
    """Add ``strip`` to ``canvas`` at row ``top``, cut at the edges."""
    first, last = max(0, top), min(canvas.shape[0], top + strip.shape[0])
    if last > first:
        part = strip[first - top : last - top]
        np.maximum(canvas[first:last], part, out=canvas[first:last])
