"""Plain PNG goes the quick way with the same pixels; everything else is left to Pillow."""

import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from capture.errors import UnreadableImage
from capture.png import decode_plain
from capture.sample import Sample

PIXELS = np.random.default_rng(4).integers(0, 256, (60, 90, 3), np.uint8)


def png(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


RGB = png(Image.fromarray(PIXELS))


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_plain_picture_has_pillows_pixels(mode):
    image = Image.fromarray(PIXELS).convert(mode)
    assert np.array_equal(decode_plain(png(image)), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png(Image.fromarray(PIXELS).convert("RGBA")), "transparent"),
        (png(Image.fromarray(PIXELS).convert("P")), "a palette"),
        (png(Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 257)), "16 bits"),
        (png(Image.fromarray(PIXELS), transparency=(1, 2, 3)), "a transparent colour"),
        (RGB[:-20], "cut off"),
        (RGB[:900] + bytes([RGB[900] ^ 1]) + RGB[901:], "a bit turned over"),
        (b"GIF89a" + RGB, "another format"),
        (b"", "nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_plain_or_not_whole_is_left_to_pillow(data, reason):
    assert decode_plain(data) is None, reason


def test_orientation_is_applied_once():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = Sample.from_bytes(png(Image.fromarray(PIXELS), exif=exif), name="turned.png").image
    assert np.array_equal(turned, np.rot90(PIXELS, 3))


def test_a_damaged_file_is_refused_as_before():
    broken = RGB[:900] + bytes([RGB[900] ^ 1]) + RGB[901:]
    with pytest.raises(UnreadableImage):
        Sample.from_bytes(broken, name="broken.png").image  # noqa: B018 - decoding is what is tested


def test_remarks_in_the_file_do_not_matter():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Title", "x" * 5000, zip=True)
    assert np.array_equal(decode_plain(png(Image.fromarray(PIXELS), pnginfo=notes)), PIXELS)
