"""Samples: what cameras, scanners and people really hand over, good and bad."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from capture.errors import UnreadableImage
from capture.sample import Sample

WIDTH, HEIGHT = 80, 60


def gradient(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Smooth and asymmetric, so that turns, mirrors and swapped channels all show."""
    y, x = np.mgrid[0:height, 0:width]
    red, green, blue = 255 * x / width, 255 * y / height, 60 + 40 * x / width
    return np.stack([red, green, blue], -1).astype(np.uint8)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    sink = io.BytesIO()
    picture.save(sink, kind, **options)
    return sink.getvalue()


def sample(data: bytes) -> Sample:
    return Sample.from_bytes(data, name="picture")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "PPM"])
def test_every_format_gives_rgb(kind: str) -> None:
    options = {"quality": 95} if kind in ("JPEG", "WEBP") else {}
    image = sample(encoded(Image.fromarray(gradient()), kind, **options)).image
    assert image.dtype == np.uint8
    assert image.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(image.astype(int) - gradient()).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_exif_orientation_is_undone(orientation: int, kind: str) -> None:
    picture = Image.fromarray(gradient())
    exif = picture.getexif()
    exif[0x0112] = orientation
    data = encoded(picture, kind, exif=exif)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    image = sample(data).image
    assert image.shape == upright.shape
    assert np.abs(image.astype(int) - upright).mean() < 3


def test_cmyk_jpeg_keeps_its_colours() -> None:
    data = encoded(Image.fromarray(gradient()).convert("CMYK"), "JPEG", quality=95)
    assert np.abs(sample(data).image.astype(int) - gradient()).mean() < 12


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    values = np.linspace(0, 65535, WIDTH * HEIGHT).astype(np.uint16).reshape(HEIGHT, WIDTH)
    image = sample(encoded(Image.fromarray(values), "PNG")).image
    assert np.abs(image[..., 0].astype(int) - (values >> 8)).max() <= 1


def test_transparent_background_becomes_white() -> None:
    layer = np.dstack([gradient(), np.zeros((HEIGHT, WIDTH), np.uint8)])
    assert sample(encoded(Image.fromarray(layer), "PNG")).image.min() == 255


def test_a_forty_megapixel_scan_is_read() -> None:
    data = encoded(Image.new("RGB", (8000, 5000), "white"), "JPEG", quality=50)
    assert sample(data).image.shape == (5000, 8000, 3)


def png_bomb(width: int, height: int) -> bytes:
    """A small PNG that unpacks to width x height black RGB pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * width)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    magic = b"\x89PNG\r\n\x1a\n"
    return magic + chunk(b"IHDR", size) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


JPEG = encoded(Image.fromarray(gradient(400, 300)), "JPEG", quality=90)
PNG = encoded(Image.fromarray(gradient(400, 300)), "PNG")

BAD = [
    pytest.param(b"", "image.empty", id="an empty file"),
    pytest.param(b"not a picture\n" * 50, "image.not_a_picture", id="a text named .jpg"),
    pytest.param(b"%PDF-1.7\n", "image.not_a_picture", id="a PDF"),
    pytest.param(JPEG[:20], "image.not_a_picture", id="a JPEG cut in its header"),
    pytest.param(JPEG[: len(JPEG) // 2], "image.truncated", id="a JPEG cut in the middle"),
    pytest.param(PNG[: len(PNG) // 2], "image.truncated", id="a PNG cut in the middle"),
    pytest.param(png_bomb(20000, 17000), "image.too_many_pixels", id="1 MB that unpacks to 1 GB"),
    pytest.param(
        encoded(Image.new("RGB", (4, 4)), "PNG"), "image.too_small", id="a picture of 4 x 4"
    ),
]


@pytest.mark.parametrize(("data", "code"), BAD)
def test_bad_bytes_give_an_error_with_advice(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableImage) as caught:
        _ = sample(data).image
    assert caught.value.code == code
    assert caught.value.message.startswith("picture")
    assert caught.value.advice


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage) as caught:
        Sample.from_file(tmp_path / "nowhere.jpg")
    assert caught.value.code == "image.missing"
    assert "nowhere.jpg" in caught.value.message


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage) as caught:
        Sample.from_file(tmp_path)
    assert caught.value.code == "image.unreadable"


def test_a_sample_keeps_the_bytes_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(PNG)
    taken = Sample.from_file(path)
    assert taken.data == PNG
    assert taken.header.media_type == "image/png"
    assert (taken.header.width, taken.header.height) == (400, 300)
