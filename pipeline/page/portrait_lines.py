"""The portrait with what was measured drawn over it, as one SVG: sharp at every size."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from models.faces.chips import apply, invert
from pipeline.page.annotate import LEFT_EYE, LIPS, OUTLINE, RIGHT_EYE, data_uri, reduced
from pipeline.page.labels import label
from pipeline.portrait.crown import head_ends
from pipeline.portrait.view import PortraitView

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.evidence import Rgb
    from pipeline.portrait.finish.framing import Framing
    from pipeline.portrait.locate import LocatedFace

    Floats = NDArray[np.float64]

_HEIGHT = 900  # px at most
_HEAD_RATIO = 0.72  # width of a head over its height
_REACH = 0.62  # of the head's height: how far the level lines go to each side


def portrait_svg(image: Rgb, face: LocatedFace | None, framing: Framing | None) -> str:
    """The picture (H x W x 3, uint8, RGB) with face, eyes, crown, chin, oval and the crop."""
    canvas, scale = reduced(image, _HEIGHT / image.shape[0])
    height, width = canvas.shape[:2]
    parts = [f'<image href="{data_uri(canvas)}" width="{width}" height="{height}"/>']
    if face is not None:
        parts += _face(PortraitView(image, face), scale, width)
    if framing is not None:
        parts.append(_crop(framing, scale))
    return (
        f'<svg class="portrait" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="portrait">{"".join(parts)}</svg>'
    )


def _face(view: PortraitView, scale: float, width: int) -> list[str]:
    points = view.face.landmarks.points[:, :2] * scale
    lines = [_closed("mesh", points[list(line)]) for line in (OUTLINE, RIGHT_EYE, LEFT_EYE, LIPS)]
    boxes = [_closed("other", _corners(other.box * scale)) for other in view.face.others]
    crown, chin = (end * scale for end in head_ends(view))
    eyes = view.face.eyes.mean(0) * scale
    size = max(11.0, width / 40)
    levels = [
        _level(name, point, crown, chin, size)
        for name, point in (("crown", crown), ("eye_line", eyes), ("chin", chin))
    ]
    return [*lines, *boxes, _oval(crown, chin), *levels]


def _level(name: str, point: Floats, crown: Floats, chin: Floats, size: float) -> str:
    """A line across the face at ``point`` with its name in both languages."""
    down = chin - crown
    across = np.array([down[1], -down[0]]) * _REACH
    (x0, y0), (x1, y1) = point - across, point + across
    words = label(f"head.{name}")
    told = "".join(
        f'<text lang="{language}" x="{max(x0, 4):.1f}" y="{y0 - size / 3:.1f}" '
        f'font-size="{size:.1f}">{escape(text)}</text>'
        for language, text in (("id", words.id), ("en", words.en))
    )
    return f'<line class="level" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>{told}'


def _oval(crown: Floats, chin: Floats) -> str:
    """The ellipse from crown to chin in which a head is expected."""
    middle, down = (crown + chin) / 2, chin - crown
    length = float(np.hypot(*down))
    turn = float(np.degrees(np.arctan2(down[1], down[0]))) - 90
    return (
        f'<ellipse class="oval" cx="{middle[0]:.1f}" cy="{middle[1]:.1f}" '
        f'rx="{length * _HEAD_RATIO / 2:.1f}" ry="{length / 2:.1f}" '
        f'transform="rotate({turn:.2f} {middle[0]:.1f} {middle[1]:.1f})"/>'
    )


def _crop(framing: Framing, scale: float) -> str:
    frame = np.array([0.0, 0.0, framing.width - 1.0, framing.height - 1.0])
    return _closed("crop", apply(invert(framing.matrix), _corners(frame)) * scale)


def _corners(box: Floats) -> Floats:
    x0, y0, x1, y1 = box
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


def _closed(kind: str, points: Floats) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="{kind}" points="{path}"/>'
