"""Picture files as no camera writes them, made from a seed: bytes, headers, modes, pixels."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fixtures.documents.scenes import Scene, negative, scene

Rgb = NDArray[np.uint8]
SCENES = 44  # kept in memory; mutated in ever new ways
_FORMATS = ("JPEG", "JPEG", "PNG", "TIFF", "WEBP", "BMP", "PPM", "JPEG2000")


@lru_cache(maxsize=SCENES)
def base(number: int) -> Scene:
    """One of the pictures that mutations start from."""
    return scene(number)


@lru_cache(maxsize=8)
def page(number: int) -> Rgb:
    """One of the pages without a zone."""
    return negative(number)


def encoded(image: Image.Image, rng: random.Random, format_: str | None = None) -> bytes:
    """The picture as a file of a format that takes its mode."""
    sink = io.BytesIO()
    name = format_ or rng.choice(_FORMATS)
    if name == "TIFF":
        how = rng.choice((None, "tiff_lzw", "tiff_deflate", "packbits"))
        image.save(sink, "TIFF", **({"compression": how} if how else {}))
    elif name in ("JPEG", "WEBP"):
        image.save(sink, name, quality=rng.randint(5, 95))
    elif name == "PNG":
        image.save(sink, "PNG", compress_level=1)
    else:
        image.save(sink, name)
    return sink.getvalue()


def _picture(rng: random.Random) -> Rgb:
    return base(rng.randrange(SCENES)).image if rng.random() < 0.85 else page(rng.randrange(8))


def _small(rng: random.Random) -> Image.Image:
    """A scene of about half a megapixel: files to be broken need not be large."""
    image = Image.fromarray(_picture(rng))
    image.thumbnail((900, 900))
    return image


def flipped(rng: random.Random) -> bytes:
    """Some bytes replaced."""
    data = bytearray(encoded(_small(rng), rng))
    for _ in range(rng.choice((1, 3, 20, 300))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def head_flipped(rng: random.Random) -> bytes:
    """Bytes of the first kilobyte replaced: sizes, tables, offsets."""
    data = bytearray(encoded(_small(rng), rng))
    for _ in range(rng.choice((1, 2, 5, 20))):
        data[rng.randrange(min(len(data), 1000))] = rng.randrange(256)
    return bytes(data)


def truncated(rng: random.Random) -> bytes:
    """Cut off, from nothing to nearly all."""
    data = encoded(_small(rng), rng)
    return data[: round(len(data) * rng.choice((0, 0.001, 0.01, rng.random(), 0.999)))]


def spliced(rng: random.Random) -> bytes:
    """The head of one file and the tail of another; a block repeated or zeroed."""
    one, other = encoded(_small(rng), rng), encoded(_small(rng), rng)
    at, wide = rng.randrange(len(one)), rng.choice((16, 1000, 50_000))
    kind = rng.randrange(3)
    if kind == 0:
        return one[:at] + other[rng.randrange(len(other)) :]
    middle = bytes(wide) if kind == 1 else one[at : at + wide] * 2
    return one[:at] + middle + one[at + wide :]


def lying_size(rng: random.Random) -> bytes:
    """A header with other dimensions than the pixels have, absurd ones among them."""
    sides = (0, 1, 15, 16, 300, 10_000, 32_767, 65_535)
    width, height = rng.choice(sides), rng.choice(sides)
    if rng.random() < 0.5:
        data = bytearray(encoded(_small(rng), rng, "JPEG"))
        at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
        data[at + 5 : at + 9] = struct.pack(">HH", height, width)
        return bytes(data)
    data = bytearray(encoded(_small(rng), rng, "PNG"))
    head = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
    data[12:33] = head + struct.pack(">I", zlib.crc32(head))
    return bytes(data)


def odd_mode(rng: random.Random) -> bytes:
    """16 bits, floats, one bit, palettes, transparency, CMYK, grey with alpha."""
    image = _small(rng)
    kind = rng.choice(("I;16", "F", "1", "P", "PA", "RGBA", "LA", "CMYK", "L", "LAB"))
    if kind == "I;16":
        values = np.asarray(image.convert("L")).astype(np.uint16) * rng.choice((1, 16, 257))
        return encoded(Image.fromarray(values), rng, rng.choice(("PNG", "TIFF")))
    if kind == "F":
        values = np.asarray(image.convert("L")).astype(np.float32)
        odd = rng.choice((1.0, 1 / 255, 1e30, -1.0, float("nan"), float("inf")))
        return encoded(Image.fromarray(values * np.float32(odd)), rng, "TIFF")
    if kind in ("RGBA", "LA", "PA"):
        layer = image.convert("RGBA")
        layer.putalpha(rng.randrange(256) if rng.random() < 0.5 else image.convert("L"))
        shown = layer if kind == "RGBA" else layer.convert(kind)
        return encoded(shown, rng, "PNG" if kind != "PA" else "TIFF")
    if kind == "LAB":
        return encoded(Image.fromarray(np.asarray(image), "RGB").convert("YCbCr"), rng, "TIFF")
    format_ = {"1": "PNG", "P": "PNG", "CMYK": rng.choice(("JPEG", "TIFF"))}.get(kind)
    return encoded(image.convert(kind), rng, format_)


def odd_shape(rng: random.Random) -> bytes:
    """One pixel, slivers, ribbons, large sheets."""
    shape = rng.choice(
        ((1, 1), (1, 5000), (16, 16), (16, 20_000), (20_000, 16), (40, 6000), (6000, 40),
         (3000, 3000), (4000, 6000))
    )  # fmt: skip
    image = Image.fromarray(_picture(rng)).resize(shape, Image.Resampling.BILINEAR)
    return encoded(image, rng, rng.choice(("JPEG", "PNG")))


def empty_pixels(rng: random.Random) -> bytes:
    """Noise, constants, ramps, stripes and checks of every period."""
    noise = np.random.default_rng(rng.randrange(2**32))
    size = (rng.randint(16, 1600), rng.randint(16, 2000))
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    period = rng.uniform(2, 60)
    choices: tuple[Callable[[], NDArray[np.generic]], ...] = (
        lambda: noise.integers(0, 256, (*size, 3)),
        lambda: np.full((*size, 3), rng.randrange(256)),
        lambda: np.repeat((x * 255 // size[1])[..., None], 3, 2),
        lambda: np.repeat((np.sin(x / period) * np.sin(y / period) > 0)[..., None] * 255, 3, 2),
        lambda: np.repeat((np.sin(x / period + y * 0.01) > 0)[..., None] * 255, 3, 2),
        lambda: np.repeat(noise.integers(0, 2, size)[..., None] * 255, 3, 2),
    )
    return encoded(Image.fromarray(rng.choice(choices)().astype(np.uint8)), rng)


def spoilt_pixels(rng: random.Random) -> bytes:
    """A scene inverted, mirrored, stretched, posterised, shuffled in blocks, cut, warped."""
    image = _picture(rng)
    for change in rng.sample(_PIXELS, rng.randint(1, 3)):
        image = change(image, rng)
    return encoded(Image.fromarray(np.ascontiguousarray(image)), rng, rng.choice(("JPEG", "PNG")))


def many_zones(rng: random.Random) -> bytes:
    """A sheet of many zones, whole and cut: a search without a bound would take long here."""
    sheet = np.full((rng.randint(400, 2400), rng.randint(600, 2400), 3), 240, np.uint8)
    for _ in range(rng.randint(4, 40)):
        made = base(rng.randrange(SCENES)).image
        y, x = rng.randrange(sheet.shape[0]), rng.randrange(sheet.shape[1])
        part = np.rot90(made, rng.randrange(4))[: sheet.shape[0] - y, : sheet.shape[1] - x]
        sheet[y : y + part.shape[0], x : x + part.shape[1]] = part
    return encoded(Image.fromarray(sheet), rng, "JPEG")


def turned_by_exif(rng: random.Random) -> bytes:
    """Every orientation that the standard knows, and some that it does not."""
    exif, sink = Image.Exif(), io.BytesIO()
    exif[0x0112] = rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65_535))
    _small(rng).save(sink, "JPEG", exif=exif, quality=80)
    return sink.getvalue()


def _inverted(image: Rgb, _rng: random.Random) -> Rgb:
    return 255 - image


def _mirrored(image: Rgb, rng: random.Random) -> Rgb:
    return image[:, ::-1] if rng.random() < 0.5 else image[::-1]


def _stretched(image: Rgb, rng: random.Random) -> Rgb:
    size = tuple(max(16, round(v * rng.uniform(0.05, 2.5))) for v in image.shape[1::-1])
    return np.asarray(cv2.resize(image, size), np.uint8)


def _posterised(image: Rgb, rng: random.Random) -> Rgb:
    step = rng.choice((32, 64, 127))
    return np.asarray(image // step * step, np.uint8)


def _shuffled(image: Rgb, rng: random.Random) -> Rgb:
    side = rng.choice((8, 32, 100))
    rows, columns = image.shape[0] // side, image.shape[1] // side
    out = image.copy()
    for _ in range(rows * columns // 3):
        a, b = (
            (rng.randrange(max(1, rows)) * side, rng.randrange(max(1, columns)) * side)
            for _ in range(2)
        )
        one = out[a[0] : a[0] + side, a[1] : a[1] + side].copy()
        other = out[b[0] : b[0] + side, b[1] : b[1] + side]
        if one.shape == other.shape:
            out[a[0] : a[0] + side, a[1] : a[1] + side] = other
            out[b[0] : b[0] + side, b[1] : b[1] + side] = one
    return out


def _cut(image: Rgb, rng: random.Random) -> Rgb:
    top, left = (rng.randrange(max(1, side - 20)) for side in image.shape[:2])
    return image[top : top + rng.randint(20, 900), left : left + rng.randint(20, 1500)]


def _warped(image: Rgb, rng: random.Random) -> Rgb:
    height, width = image.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    pushed = corners + np.array(
        [[rng.uniform(-0.4, 0.4) * width, rng.uniform(-0.4, 0.4) * height] for _ in range(4)]
    )
    move = cv2.getPerspectiveTransform(corners, pushed.astype(np.float32))
    return np.asarray(cv2.warpPerspective(image, move, (width, height)), np.uint8)


def _contrast(image: Rgb, rng: random.Random) -> Rgb:
    low, span = rng.randrange(200), rng.uniform(0.01, 3)
    return np.asarray(np.clip((image.astype(np.float32) - 128) * span + low, 0, 255), np.uint8)


def _noisy(image: Rgb, rng: random.Random) -> Rgb:
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, rng.uniform(5, 120), image.shape)
    return np.asarray(np.clip(image + noise, 0, 255), np.uint8)


_PIXELS = (
    _inverted, _mirrored, _stretched, _posterised, _shuffled, _cut, _warped, _contrast, _noisy,
)  # fmt: skip
MUTATIONS: dict[str, Callable[[random.Random], bytes]] = {
    "bytes flipped": flipped,
    "bytes of the head flipped": head_flipped,
    "truncated": truncated,
    "spliced": spliced,
    "lying size": lying_size,
    "odd mode": odd_mode,
    "odd shape": odd_shape,
    "empty pixels": empty_pixels,
    "spoilt pixels": spoilt_pixels,
    "many zones": many_zones,
    "EXIF orientation": turned_by_exif,
}


def mutated(seed: int) -> tuple[str, bytes]:
    """The kind of mutation and the file of ``seed``."""
    kind = list(MUTATIONS)[seed % len(MUTATIONS)]
    return kind, MUTATIONS[kind](random.Random(f"mutation {seed}"))
