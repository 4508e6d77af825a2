"""CompressionArtifacts: how visible the blocks of JPEG are on the face (ISO/IEC 29794-5).

Not OFIQ's network, whose weights are in no package. The raw value is blockiness in the manner of
Wang, Bovik and Evans (2000): the steps between pixels on the lines of an 8-pixel grid over the
steps beside them, for the grid's position where that is largest: about 1 without blocks, 1.4 to
1.9 at JPEG quality 80, 2 to 3 at 50 and 5 to 10 at 10. It sees the blocks of this very pixel grid
only: of a picture that was enlarged or reduced after compression it says nothing bad.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, NotAssessed, Remark
from pipeline.portrait.scalars import falling
from pipeline.portrait.view import PortraitView

_BLOCK = 8  # px
_LEAST_SIDE = 6 * _BLOCK  # fewer blocks make no statistics
_EDGE = 30.0  # grey levels: a higher step is an edge of the face
_QUANTUM = 0.1  # grey levels: keeps flat pictures from dividing by nothing


def _raw(view: PortraitView) -> float:
    """Steps on the block lines over steps beside them, of the face's box; 1 is none."""
    grey = cv2.cvtColor(_face_box(view), cv2.COLOR_RGB2GRAY).astype(np.float32)
    return (_blockiness(grey) + _blockiness(grey.T)) / 2


def _face_box(view: PortraitView) -> NDArray[np.uint8]:
    low = np.maximum(view.face.detection.box[:2], 0).astype(int)
    high = np.maximum(view.face.detection.box[2:], 0).astype(int)
    box = view.image[low[1] : high[1], low[0] : high[0]]
    if min(box.shape[:2]) < _LEAST_SIDE:
        raise NotAssessed("the face has too few pixels to see compression blocks")
    return box


def _blockiness(grey: NDArray[np.float32]) -> float:
    """Of the vertical lines: the strongest of eight columns over the median column."""
    step = np.diff(grey, axis=1)
    # A step counts as far as it differs from those beside it: slopes of the face fall away.
    jump = np.abs(step[:, 1:-1] - (step[:, :-2] + step[:, 2:]) / 2)
    columns = np.minimum(jump, _EDGE).mean(0)
    phases = np.array([columns[phase::_BLOCK].mean() for phase in range(_BLOCK)])
    return float((phases.max() + _QUANTUM) / (np.median(phases) + _QUANTUM))


def _scalar(raw: float) -> int:
    # Own curve: 90 or more at 1.8 (JPEG quality 80), 50 at 3.5 (30), 10 at 7 (10)
    return falling(math.log2(max(raw, 1.0)), 1.8, 0.45, top=102)


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
    raw=_raw,
    scalar=_scalar,
    low=_BLOCKY,
    high=_BLOCKY,
)
