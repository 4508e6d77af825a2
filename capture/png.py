"""Plain PNG pictures by OpenCV, in seven tenths of Pillow's time; all others are Pillow's."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rgb = NDArray[np.uint8]
else:
    Rgb = object

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PLAIN = {(8, 0, 0), (8, 2, 0)}  # bits, grey or RGB, not interlaced
_OTHERS = {b"tRNS", b"acTL"}  # transparency, animation


def decode_plain(data: bytes) -> Rgb | None:
    """H x W x 3, uint8, RGB, not turned; None for what is not plain or not whole.

    OpenCV says little about damage, so every checksum is tested before (ISO/IEC 15948, 5.3).
    """
    if not _plain(data):
        return None
    import cv2
    import numpy as np

    flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    return None if pixels is None else np.asarray(pixels, np.uint8)


def _plain(data: bytes) -> bool:
    """Whether the file is whole, and 8-bit grey or RGB without anything that needs thought."""
    kind = b""
    for kind, body in _chunks(data):
        if kind in _OTHERS:
            return False
        if kind == b"IHDR" and (len(body) != 13 or (body[8], body[9], body[12]) not in _PLAIN):
            return False
    return kind == b"IEND"


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and body of each chunk up to IEND; ends early at one that is cut or altered."""
    view, at = memoryview(data), len(_SIGNATURE)
    if view[:at] != _SIGNATURE:
        return
    while at + 12 <= len(view):
        (length,) = struct.unpack(">I", view[at : at + 4])
        end = at + 8 + length
        if (
            end + 4 > len(view)
            or zlib.crc32(view[at + 4 : end]) != struct.unpack(">I", view[end : end + 4])[0]
        ):
            return
        kind = bytes(view[at + 4 : at + 8])
        yield kind, view[at + 8 : end]
        if kind == b"IEND":
            return
        at = end + 4
