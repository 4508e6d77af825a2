"""Framing: which part of the picture becomes the finished portrait, and through which transform."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from pipeline.evidence import Rgb
from pipeline.portrait.crown import head_ends
from pipeline.portrait.finish.format import Format, Token
from pipeline.portrait.geometry import Floats
from pipeline.portrait.view import PortraitView

_STEPS = 9  # of each range that the framing may move in
# Moving the picture is better than changing the head's size, which is known least surely.
_WEIGHTS = np.array([4.0, 1.0, 2.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """A similarity from the source to the finished picture, and what it makes of the head."""

    matrix: Floats  # 2 x 3, source pixels to finished pixels
    width: int
    height: int
    head: float  # chin to crown over the height, as estimated in the source
    eye_line: float  # from the top, share of the height
    centre: float  # of the eyes across the width
    tilt: float  # degrees of the head in the source, signs of the roll of ISO/IEC 39794-5
    wanted_height: int  # pixels, had the source enough of them

    @property
    def scale(self) -> float:
        """Finished pixels for a source pixel, at most 1."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    def reduced(self, share: float) -> Framing:
        """The same part of the picture with fewer pixels."""
        width, height = (max(1, round(side * share)) for side in (self.width, self.height))
        by = np.array([width / self.width, height / self.height])
        matrix = self.matrix * by[:, None]
        matrix[:, 2] += 0.5 * by - 0.5  # pixel centres: small = (large + 0.5) * by - 0.5
        return replace(self, matrix=matrix, width=width, height=height)

    def to_dict(self) -> dict[str, Any]:
        return {
            "width": self.width,
            "height": self.height,
            "head": round(self.head, 4),
            "eye_line": round(self.eye_line, 4),
            "centre": round(self.centre, 4),
            "tilt_degrees": round(self.tilt, 2),
            "scale": round(self.scale, 4),
            "transform": [[round(float(value), 6) for value in row] for row in self.matrix],
        }


@dataclass(frozen=True)
class _Head:
    """What decides the framing, in source pixels."""

    eyes: Floats  # (2, 2)
    length: float  # crown to chin

    @property
    def middle(self) -> Floats:
        middle: Floats = self.eyes.mean(0)
        return middle

    @property
    def across(self) -> complex:
        """The direction from the right eye to the left one, of length 1."""
        step = complex(*(self.eyes[1] - self.eyes[0]))
        return step / (abs(step) or 1)

    @property
    def tilt(self) -> float:
        """Degrees, positive towards the own right shoulder: counterclockwise in the picture."""
        return -float(np.degrees(np.angle(self.across)))


def framed_for_print(view: PortraitView, form: Format) -> Framing | None:
    """The framing nearest to the format's aim that lies within the picture; None: there is none."""
    crown, chin = head_ends(view)
    head = _Head(view.face.eyes, float(np.hypot(*(chin - crown))))
    inside = [
        (cost, framing)
        for cost, framing in _candidates(head, form)
        if _within(framing, view.width, view.height)
    ]
    return min(inside, key=lambda pair: pair[0])[1] if inside else None


def _candidates(head: _Head, form: Format) -> list[tuple[float, Framing]]:
    """Framings in the format's ranges, each with how far it is from the aim."""
    found = []
    for share, line, centre in itertools.product(
        np.linspace(*form.head, _STEPS),
        np.linspace(*form.eye_line, _STEPS),
        np.linspace(*form.centre, _STEPS),
    ):
        off = _WEIGHTS * (share - form.head_aim, line - form.eye_line_aim, centre - 0.5)
        found.append((float(np.dot(off, off)), _framing(head, form, share, line, centre)))
    aim = _framing(head, form, form.head_aim, form.eye_line_aim, 0.5)
    return [(-1.0, aim), *found]


def _framing(head: _Head, form: Format, share: float, line: float, centre: float) -> Framing:
    source_height = head.length / share
    height = max(1, min(form.height, int(source_height)))
    width = max(1, round(height * form.ratio))
    target = np.array([centre * width - 0.5, line * height - 0.5])
    return Framing(
        matrix=_similarity(head, height / source_height, target),
        width=width,
        height=height,
        head=float(share),
        eye_line=float(line),
        centre=float(centre),
        tilt=head.tilt,
        wanted_height=form.height,
    )


def _similarity(head: _Head, scale: float, target: Floats) -> Floats:
    """2 x 3: levels the eyes, scales, and lays their middle onto ``target``."""
    turn = scale * head.across.conjugate()
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return np.column_stack([linear, target - linear @ head.middle])


def framed_as_token(view: PortraitView, form: Format) -> Framing | None:
    """The largest token picture that needs no enlarging and lies within the picture."""
    crown, chin = head_ends(view)
    head = _Head(view.face.eyes, float(np.hypot(*(chin - crown))))
    distance = view.face.inter_eye_distance
    for multiple in range(form.token_multiple, 0, -1):
        framing = _as_token(head, distance, Token(multiple), Token(form.token_multiple))
        if framing.scale <= 1 and _within(framing, view.width, view.height):
            return framing
    return None


def _as_token(head: _Head, distance: float, token: Token, wanted: Token) -> Framing:
    right, left = np.array(token.eyes)
    width, height = token.size
    scale = float(left[0] - right[0]) / max(distance, 1e-9)
    middle = (right + left) / 2
    return Framing(
        matrix=_similarity(head, scale, middle),
        width=width,
        height=height,
        head=head.length * scale / height,
        eye_line=float(middle[1] + 0.5) / height,
        centre=float(middle[0] + 0.5) / width,
        tilt=head.tilt,
        wanted_height=wanted.size[1],
    )


def _within(framing: Framing, width: int, height: int) -> bool:
    """Does every pixel of the finished picture come from the source."""
    right, bottom = framing.width - 1, framing.height - 1
    corners = np.array([(0, 0), (right, 0), (right, bottom), (0, bottom)], np.float64)
    seen = corners @ _inverse(framing.matrix)[:, :2].T + _inverse(framing.matrix)[:, 2]
    limit = np.array([width - 1, height - 1]) + 0.5  # half a pixel is the border repeated
    return bool((seen >= -0.5).all() and (seen <= limit).all())


def _inverse(matrix: Floats) -> Floats:
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def framed(image: Rgb, framing: Framing) -> Rgb:
    """The finished picture, H x W x 3, uint8: turned at the source's scale, then averaged down."""
    scale = framing.scale
    size = (round(framing.width / scale), round(framing.height / scale))
    back = np.array([framing.width / size[0], framing.height / size[1]])
    # Pixel centres: large = (small + 0.5) / back - 0.5
    large = framing.matrix / back[:, None]
    large[:, 2] += 0.5 / back - 0.5
    turned = cv2.warpAffine(
        image, large, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    if size == (framing.width, framing.height):
        return turned.astype(np.uint8, copy=False)
    small = cv2.resize(turned, (framing.width, framing.height), interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)
