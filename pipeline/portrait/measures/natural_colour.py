"""NaturalColour: is the skin's colour one that skin has (ISO/IEC 29794-5)."""

from __future__ import annotations

import math

import numpy as np

from pipeline.findings import Words
from pipeline.portrait.geometry import Floats
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.scalars import falling
from pipeline.portrait.view import PortraitView, linear_of_srgb

# sRGB to XYZ under D50 (Bradford), and CIE 1976 L*a*b*: the constants of ISO/IEC 29794-5
_TO_XYZ = np.array(
    [[0.43605, 0.38508, 0.14309], [0.22249, 0.71689, 0.06062], [0.01393, 0.09710, 0.71419]]
)
_WHITE = np.array([0.964221, 1.0, 0.825211])
_SKIN_A, _SKIN_B = (5.0, 25.0), (5.0, 35.0)
_NO_SKIN = 100.0  # the raw value of a hue that is no skin's


def _raw(view: PortraitView) -> float:
    """Distance in the a*b* plane of the cheeks' mean colour from the colours of skin."""
    cheeks = [view.face_pixels[cheek] * view.face_mask[cheek][..., None] for cheek in view.cheeks]
    a, b = _ab(np.concatenate([cheek.reshape(-1, 3) for cheek in cheeks]).mean(0) / 255)
    if a < 0 or b < 0:
        return _NO_SKIN
    return math.hypot(_outside(a, _SKIN_A), _outside(b, _SKIN_B))


def _ab(rgb: Floats) -> tuple[float, float]:
    """CIE a* and b* of one sRGB colour, 0..1."""
    relative = _TO_XYZ @ linear_of_srgb(rgb) / _WHITE
    x, y, z = np.where(
        relative > 216 / 24389, np.cbrt(relative), (24389 / 27 * relative + 16) / 116
    ).tolist()
    return 500 * (x - y), 200 * (y - z)


def _outside(value: float, span: tuple[float, float]) -> float:
    return max(0.0, span[0] - value, value - span[1])


def _scalar(raw: float) -> int:
    return falling(raw, 0, 10, top=200)


_TINTED = Remark(
    message=Words(id="Warna kulit tidak wajar", en="The skin has an unnatural colour"),
    advice=Words(
        id="Atur white balance; hindari lampu berwarna",
        en="Set the white balance; avoid coloured light",
    ),
)
MEASURE = Measure(
    name="NaturalColour",
    label=Words(id="Warna kulit", en="Colour of the skin"),
    method="OFIQ's formula on the aligned face",
    fidelity="equal to OFIQ 1.1.2 on the same landmarks",
    raw=_raw,
    scalar=_scalar,
    low=_TINTED,
    high=_TINTED,
)
