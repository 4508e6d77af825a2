"""CompressionArtifacts: how much JPEG has taken from the face (ISO/IEC 29794-5).

Not OFIQ's network, whose weights are in no package. JPEG rounds the cosine transform of each block
of 8 x 8 pixels, so on its own grid more of the transform vanishes than on grids that lie between
its blocks (as in Fan and de Queiroz, Identification of Bitmap Compression History, 2003).
The raw value is the logarithm of how many times more is left between the blocks: 0 without JPEG,
about 1.2 at quality 70, 1.5 at 50, 1.75 at 30, 2.0 at 20, 2.3 at 10. It sees the blocks of this
very pixel grid only: of a picture that was enlarged or reduced after compression it says nothing
bad.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.scalars import falling
from pipeline.portrait.view import PortraitView

Grey = NDArray[np.float32]

_BLOCK = 8  # px
_LEAST_SIDE, _MOST_SIDE = 6 * _BLOCK, 48 * _BLOCK  # px; fewer blocks are no statistics
_VANISHED = 1.5  # grey levels: below, a part of the transform is what rounding left
_FLOOR = 0.003  # share of parts: keeps flat pictures from dividing by nothing
_EDGE = 30.0  # grey levels: a higher step is an edge of the face
_BETWEEN = ((4, 4), (3, 5), (5, 3))  # px down and right of the grid in question


def _raw(view: PortraitView) -> float:
    """Of the picture's own grid, or of that which its strongest block lines show."""
    grey, corner = _face_box(view)
    own = (-corner[0] % _BLOCK, -corner[1] % _BLOCK)
    seen = (_phase(grey.T), _phase(grey))
    return max(_lost(grey, phase) for phase in {own, seen})


def _face_box(view: PortraitView) -> tuple[Grey, tuple[int, int]]:
    """The middle of the face, at most 384 x 384, and its first row and column in the picture."""
    box = view.face.detection.box
    low = np.clip(box[:2], 0, [view.width, view.height]).astype(int)
    high = np.clip(box[2:], 0, [view.width, view.height]).astype(int)
    over = np.maximum(high - low - _MOST_SIDE, 0)
    low, high = low + over // 2, high - (over - over // 2)
    if (high - low).min() < _LEAST_SIDE:
        raise NotAssessed("the face has too few pixels to see compression blocks")
    part = view.image[low[1] : high[1], low[0] : high[0]]
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return grey, (int(low[1]), int(low[0]))


def _lost(grey: Grey, phase: tuple[int, int]) -> float:
    between = [_left(grey, phase[0] + down, phase[1] + right) for down, right in _BETWEEN]
    return float(np.log((np.mean(between) + _FLOOR) / (_left(grey, *phase) + _FLOOR)))


def _left(grey: Grey, down: int, right: int) -> float:
    """Share of the transform, but the mean, that is more than rounding, of blocks that start so."""
    part = grey[down:, right:]
    high, wide = (side // _BLOCK for side in part.shape)
    part = part[: high * _BLOCK, : wide * _BLOCK]
    across = part.reshape(-1, _BLOCK) @ _COSINES.T
    down_too = _COSINES @ across.reshape(high, _BLOCK, -1)
    large = np.abs(down_too.reshape(high, _BLOCK, wide, _BLOCK)) > _VANISHED
    count = int(large.sum()) - int(large[:, 0, :, 0].sum())
    return float(count / (high * wide * (_BLOCK**2 - 1)))


def _cosines() -> Grey:
    """(8, 8): the orthonormal discrete cosine transform (type II)."""
    n = np.arange(_BLOCK)
    rows = np.cos(np.pi * (2 * n + 1) * n[:, None] / (2 * _BLOCK)) * np.sqrt(2 / _BLOCK)
    rows[0] /= np.sqrt(2)
    return np.asarray(rows, np.float32)


_COSINES = _cosines()


def _phase(grey: Grey) -> int:
    """The column, of eight, at which the steps from pixel to pixel are largest."""
    step = np.diff(grey, axis=1)
    # A step counts as far as it differs from those beside it: slopes of the face fall away.
    jump = np.abs(step[:, 1:-1] - (step[:, :-2] + step[:, 2:]) / 2)
    columns = np.minimum(jump, _EDGE).mean(0)
    means = [columns[(first - 2) % _BLOCK :: _BLOCK].mean() for first in range(_BLOCK)]
    return int(np.argmax(means))


def _scalar(raw: float) -> int:
    # Own curve: 90 or more at quality 80, 50 at 30, 10 at 10
    return falling(raw, 1.75, 0.3, top=102)


_BLOCKY = Remark(
    message=Words(id="Foto terlalu dikompresi", en="The picture is compressed too much"),
    advice=Words(
        id="Simpan foto dengan mutu JPEG 90 atau lebih, jangan kirim lewat aplikasi pesan",
        en="Save at JPEG quality 90 or more, do not send it through a messenger",
    ),
)
MEASURE = Measure(
    name="CompressionArtifacts",
    label=Words(id="Cacat kompresi", en="Compression artefacts"),
    method="own: what JPEG's grid lacks of the cosine transform, own curve",
    fidelity="rank correlation with JPEG quality 0.96 within a real picture, 0.96 over all",
    raw=_raw,
    scalar=_scalar,
    low=_BLOCKY,
    high=_BLOCKY,
)
