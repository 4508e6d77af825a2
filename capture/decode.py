"""Bytes to an upright RGB picture, with the header checked before memory is taken."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from capture.errors import UnreadableImage
from capture.png import decode_plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Rgb = NDArray[np.uint8]
else:
    Rgb = object

MAX_PIXELS = 120_000_000  # an A4 page at 1200 dpi is 139 megapixels, a passport page at 1200 is 24
MIN_SIDE = 16
FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "PPM", "JPEG2000")
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
    "PPM": "image/x-portable-anymap",
    "JPEG2000": "image/jp2",
}
_ORIENTATION_TAG = 0x0112
_BROKEN = "Take or scan the picture again; the file was damaged when it was saved or copied."


@dataclass(frozen=True, slots=True)
class Header:
    """What the file says about itself. ``width`` and ``height`` are as stored, before rotation."""

    media_type: str
    width: int
    height: int
    mode: str  # Pillow's name: RGB, L, CMYK, I;16 ...
    orientation: int  # EXIF 1..8
    dpi: float | None


def inspect(data: bytes, name: str) -> Header:
    """Read the header only. Raises UnreadableImage for what is no picture, or too large a one."""
    if not data:
        raise UnreadableImage("image.empty", f"{name} is empty", "Take or scan the picture again.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks on damaged metadata; what matters is refused
        return _header(data, name)


def _header(data: bytes, name: str) -> Header:
    with _opened(data, name) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise UnreadableImage(
                "image.too_many_pixels",
                f"{name} unpacks to {width} x {height} pixels, the limit is {MAX_PIXELS:,}",
                "Scan again at 300 to 600 dpi.",
            )
        if min(width, height) < MIN_SIDE:
            raise UnreadableImage(
                "image.too_small",
                f"{name} has {width} x {height} pixels",
                "Use a picture of at least 300 pixels across.",
            )
        dpi = picture.info.get("dpi")
        return Header(
            media_type=MEDIA_TYPES[picture.format or ""],
            width=width,
            height=height,
            mode=picture.mode,
            orientation=_orientation(picture),
            dpi=float(dpi[0]) if dpi and float(dpi[0]) > 1 else None,
        )


def _orientation(picture: Image) -> int:
    """EXIF orientation 1..8; 1 where there is none or where the EXIF block is damaged."""
    if picture.format == "PNG" and "exif" not in picture.info:
        return 1  # asking Pillow would unpack every pixel to look for a late chunk
    try:
        value = picture.getexif().get(_ORIENTATION_TAG, 1)
    except (OSError, ValueError, SyntaxError, struct.error):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def decode(data: bytes, header: Header, name: str) -> Rgb:
    """H x W x 3, uint8, RGB, upright by EXIF. Raises UnreadableImage for a damaged file."""
    # libjpeg-turbo through simplejpeg takes half of Pillow's time for what cameras give.
    if header.media_type == "image/jpeg" and header.mode in ("RGB", "L"):
        pixels = _decode_jpeg(data, name)
    elif header.media_type != "image/png" or (plain := decode_plain(data)) is None:
        pixels = _decode_other(data, name)
    else:
        pixels = plain
    return _upright(pixels, header.orientation)


def _opened(data: bytes, name: str) -> Image:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before any pixel is unpacked
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadableImage(
            "image.not_a_picture",
            f"{name} is not a picture that can be read ({', '.join(FORMATS)})",
            "Check that the right file was chosen; save it as JPEG, PNG or TIFF.",
        ) from error


def _decode_jpeg(data: bytes, name: str) -> Rgb:
    import simplejpeg

    try:
        pixels: Rgb = simplejpeg.decode_jpeg(data, colorspace="RGB", strict=True)
    except ValueError as error:
        raise UnreadableImage(
            "image.truncated", f"{name} is a damaged JPEG: {error}", _BROKEN
        ) from error
    return pixels


def _decode_other(data: bytes, name: str) -> Rgb:
    import numpy as np

    try:
        with warnings.catch_warnings(), _opened(data, name) as picture:
            warnings.simplefilter("ignore")  # remarks on metadata, not on pixels
            picture.load()
            return np.ascontiguousarray(np.asarray(_to_rgb(picture)))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableImage(
            "image.truncated", f"{name} cannot be decoded: {error}", _BROKEN
        ) from error


def _to_rgb(picture: Image) -> Image:
    """8-bit RGB: 16-bit grey is scaled (Pillow would clip it), transparency laid on white."""
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        import numpy as np

        values = np.asarray(picture, dtype=np.float32)
        top = 65535.0 if values.max() > 255 else 255.0
        scaled = np.clip(values * (255.0 / top), 0, 255).astype(np.uint8)
        return Image.fromarray(scaled).convert("RGB")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")


def _upright(pixels: Rgb, orientation: int) -> Rgb:
    """Undo the EXIF orientation 1..8 (TIFF 6.0, tag 274)."""
    import numpy as np

    turns = {3: 2, 4: 2, 5: 3, 6: 3, 7: 1, 8: 1}.get(orientation, 0)
    turned = np.rot90(pixels, turns) if turns else pixels
    mirrored = turned[:, ::-1] if orientation in (2, 4, 5, 7) else turned
    return np.ascontiguousarray(mirrored)
