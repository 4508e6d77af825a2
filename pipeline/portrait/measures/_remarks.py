"""Remarks that more than one measure makes."""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Remark

TOO_FAR = Remark(
    message=Words(id="Wajah terlalu kecil di foto", en="The face is too small in the picture"),
    advice=Words(id="Maju selangkah ke arah kamera", en="Step closer to the camera"),
)
TOO_CLOSE = Remark(
    message=Words(id="Wajah terlalu besar di foto", en="The face is too large in the picture"),
    advice=Words(id="Mundur selangkah", en="Step back"),
)
TOO_DARK = Remark(
    message=Words(id="Wajah terlalu gelap", en="The face is too dark"),
    advice=Words(id="Tambah cahaya dari depan", en="Add light from the front"),
)
TOO_BRIGHT = Remark(
    message=Words(id="Wajah terlalu terang", en="The face is too bright"),
    advice=Words(id="Kurangi cahaya atau jauhkan lampu", en="Dim the light or move it away"),
)
MORE_TO_LEFT = Remark(  # of the picture
    message=Words(id="Wajah terlalu dekat tepi kiri foto", en="The face is too near the left edge"),
    advice=Words(id="Geser kamera ke kiri", en="Point the camera further to the left"),
)
MORE_TO_RIGHT = Remark(
    message=Words(
        id="Wajah terlalu dekat tepi kanan foto", en="The face is too near the right edge"
    ),
    advice=Words(id="Geser kamera ke kanan", en="Point the camera further to the right"),
)
RAISE_CAMERA = Remark(
    message=Words(id="Wajah terlalu dekat tepi atas foto", en="The face is too near the top edge"),
    advice=Words(id="Naikkan kamera", en="Raise the camera"),
)
LOWER_CAMERA = Remark(
    message=Words(
        id="Wajah terlalu dekat tepi bawah foto", en="The face is too near the bottom edge"
    ),
    advice=Words(id="Turunkan kamera", en="Lower the camera"),
)
RESTLESS_BACKGROUND = Remark(
    message=Words(id="Latar belakang tidak polos", en="The background is not plain"),
    advice=Words(
        id="Gunakan latar polos tanpa bayangan", en="Use a plain background without shadows"
    ),
)
